package dev.tailrace.perf.model;

import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/// All transfers of one backend in one cell, and the reasons of those that failed.
public record Series(String backend, Cell cell, List<Sample> samples, List<String> failures) {
    public Series {
        samples = List.copyOf(samples);
        failures = List.copyOf(failures);
    }

    /// Median and range of a quantity, or nothing if no transfer succeeded.
    public Optional<Spread> spread(final ToDoubleFunction<Sample> quantity) {
        return Spread.of(samples.stream().mapToDouble(quantity).toArray());
    }

    /// The throughput of this series over that of a reference, run by run: both ran in the same block, next to
    /// each other. Runs that either missed are left out.
    public Optional<Spread> ratioTo(final Series reference) {
        return Spread.of(samples.stream()
                .flatMapToDouble(mine -> reference.samples.stream()
                        .filter(theirs -> theirs.run() == mine.run())
                        .mapToDouble(theirs -> mine.gigabitsPerSecond() / theirs.gigabitsPerSecond()))
                .toArray());
    }
}
