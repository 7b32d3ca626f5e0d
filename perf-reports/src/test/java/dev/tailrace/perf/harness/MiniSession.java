package dev.tailrace.perf.harness;

import dev.tailrace.perf.backend.Backend;
import dev.tailrace.perf.backend.Backends;
import dev.tailrace.perf.lab.Lab;
import dev.tailrace.perf.lab.StopSignal;
import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.matrix.Profile;
import dev.tailrace.perf.result.CellResult;
import dev.tailrace.perf.result.RunJson;
import dev.tailrace.perf.result.RunRecord;
import dev.tailrace.perf.result.Source;
import dev.tailrace.perf.traffic.Traffic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A session without a command line, for tests: process 1 of its own namespaces.
final class MiniSession {
    private static final int BLOCKS = 2;
    private static final int GONE_WITHIN_SECONDS = 5;

    private MiniSession() {}

    /// @param arguments file to write, image or "-", backends with "+" between them, then cells
    public static void main(final String[] arguments) throws IOException {
        final List<String> ids = List.of(arguments[2].split("\\+"));
        final Backends all = new Backends(
                Optional.of(arguments[1]).filter(image -> !image.equals("-")).map(Path::of),
                Optional.empty(),
                Map.of(),
                Path.of(arguments[0]).resolveSibling("scratch"));
        final List<Backend> backends =
                ids.stream().map(all::find).flatMap(Optional::stream).toList();
        final List<Cell> cells =
                Arrays.stream(arguments).skip(3).map(Cell::parse).toList();
        final Profile profile =
                new Profile("mini", "for a test", BLOCKS, BLOCKS, 1, 1, 1, false, false, ids, List.of(), cells);
        try (StopSignal stop = StopSignal.install()) {
            stop.onRaise(Traffic::interrupt);
            Files.writeString(Path.of(arguments[0]), RunJson.write(measure(profile, backends, stop)));
            awaitNoProcessButOurs();
        }
    }

    private static RunRecord measure(final Profile profile, final List<Backend> backends, final StopSignal stop) {
        final Session.Heading heading = new Session.Heading(
                "20261124T174000Z-1a2b3c4-mini", "run", 7, Instant.now(), new Source("", false, ""), Map.of());
        try (Lab lab = Lab.open(Path.of("/dev/shm"), Optional.empty())) {
            final Progress progress = new Progress(System.out, OptionalInt.empty(), System::nanoTime);
            final Session session = new Session(lab, heading, profile, backends, progress, stop::isRaised);
            session.measure(CellResult.ONLY_STAGE, profile.cells(), profile.blocks());
            return session.record();
        }
    }

    /// Whoever loses its parent becomes our child, so that this sees all of our process namespace.
    private static void awaitNoProcessButOurs() {
        CompletableFuture.allOf(ProcessHandle.current()
                        .descendants()
                        .map(ProcessHandle::onExit)
                        .toArray(CompletableFuture<?>[]::new))
                .orTimeout(GONE_WITHIN_SECONDS, TimeUnit.SECONDS)
                .join();
        System.out.println("no process is left");
    }
}
