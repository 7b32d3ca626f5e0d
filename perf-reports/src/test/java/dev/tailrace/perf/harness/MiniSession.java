package dev.tailrace.perf.harness;

import dev.tailrace.perf.backend.Backend;
import dev.tailrace.perf.backend.Backends;
import dev.tailrace.perf.lab.Lab;
import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.matrix.Profile;
import dev.tailrace.perf.result.CellResult;
import dev.tailrace.perf.result.RunJson;
import dev.tailrace.perf.result.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// A session without a command line, for tests: process 1 of its own namespaces.
final class MiniSession {
    private MiniSession() {}

    /// @param arguments file to write, image or "-", backends with "+" between them, then cells
    public static void main(final String[] arguments) throws IOException {
        final List<String> ids = List.of(arguments[2].split("\\+"));
        final Backends all = new Backends(
                Optional.of(arguments[1]).filter(image -> !image.equals("-")).map(Path::of),
                Optional.empty(),
                Map.of());
        final List<Backend> backends =
                ids.stream().map(all::find).flatMap(Optional::stream).toList();
        final List<Cell> cells =
                Arrays.stream(arguments).skip(3).map(Cell::parse).toList();
        final Profile profile = new Profile("mini", "for a test", 2, 2, 1, 1, false, ids, List.of(), cells);
        try (Lab lab = Lab.open(Path.of("/dev/shm"), Optional.empty())) {
            final Progress progress = new Progress(System.out, OptionalInt.empty(), System::nanoTime);
            final Session session = new Session(
                    lab,
                    new Session.Heading(
                            "20261124T174000Z-1a2b3c4-mini",
                            "run",
                            7,
                            Instant.now(),
                            new Source("", false, ""),
                            Map.of()),
                    profile,
                    backends,
                    progress,
                    () -> false);
            session.measure(CellResult.ONLY_STAGE, cells, profile.blocks());
            Files.writeString(Path.of(arguments[0]), RunJson.write(session.record()));
        }
    }
}
