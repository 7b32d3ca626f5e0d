package dev.tailrace.perf.harness;

import dev.tailrace.perf.backend.Backend;
import dev.tailrace.perf.lab.Lab;
import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.matrix.Profile;
import dev.tailrace.perf.result.CellResult;
import dev.tailrace.perf.result.RunRecord;
import dev.tailrace.perf.result.Source;
import dev.tailrace.perf.result.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// Everything that is measured under one run id. It is not judged here.
public final class Session {
    private final Heading heading;
    private final Profile profile;
    private final Instant start;
    private final MatrixRunner runner;
    private final Map<String, String> environment;
    private final List<CellResult> cells = new ArrayList<>();

    /// What a record begins with.
    ///
    /// @param kind see [RunRecord]
    /// @param settings of the caller; the numbers of the profile are added
    public record Heading(
            String runId, String kind, long seed, Instant start, Source source, Map<String, String> settings) {}

    public Session(
            final Lab lab,
            final Heading heading,
            final Profile profile,
            final List<Backend> backends,
            final Progress progress,
            final BooleanSupplier stopped) {
        this.heading = heading;
        this.profile = profile;
        this.start = heading.start();
        this.environment = new LinkedHashMap<>(Environment.facts(lab));
        final Optional<Placement> placement = profile.pin() ? Optional.of(Placement.here()) : Optional.empty();
        placement.ifPresent(each -> environment.put("placement", each.toString()));
        this.runner = new MatrixRunner(
                placement.map(each -> each.of(lab)).orElseGet(() -> Means.of(lab)),
                profile,
                backends,
                heading.seed(),
                progress,
                stopped);
    }

    /// Measures some cells, and remembers them for the record.
    public List<CellResult> measure(final String stage, final List<Cell> wanted, final int blocks) {
        final List<CellResult> measured = runner.run(stage, wanted, blocks);
        cells.addAll(measured);
        return measured;
    }

    /// All that was measured so far.
    public RunRecord record() {
        final Map<String, String> settings = new LinkedHashMap<>(heading.settings());
        settings.put("profile", profile.name() + ": " + profile.description());
        settings.put(
                "turns",
                "%d blocks, %d turns of %d s in each cell, after %d s of warm-up each way for what runs on a JVM"
                        .formatted(profile.blocks(), profile.turns(), profile.seconds(), profile.warmupSeconds()));
        return new RunRecord(
                heading.runId(),
                heading.kind(),
                profile.name(),
                heading.seed(),
                !runner.isComplete(),
                start.truncatedTo(ChronoUnit.SECONDS).toString(),
                Duration.between(start, Instant.now()).toSeconds(),
                heading.source(),
                settings,
                environment,
                runner.identities(),
                runner.starts(),
                cells,
                List.of(),
                List.of(),
                Verdict.INCONCLUSIVE,
                List.of());
    }
}
