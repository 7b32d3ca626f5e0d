package dev.tailrace.perf.jmh;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Benchmarks of the frame path must not allocate.
public final class AllocationGate {
    /// In one iteration. JMH itself allocates some 6 KB in each, whatever its length, and the profiler spreads
    /// that over the operations: 0.08 B/op for one that takes 20 us. An object in each thousandth of a million
    /// operations is 16 KB.
    static final double HARNESS_BYTES = 16_000;

    private AllocationGate() {}

    /// One line for each that allocates, or was run without the profiler that tells.
    ///
    /// @param free beginnings of the names of those that must not
    public static List<String> violations(final List<JmhResult> results, final List<String> free) {
        final List<String> violations = new ArrayList<>();
        for (final JmhResult result : results) {
            if (free.stream().noneMatch(result.benchmark()::startsWith)) {
                continue;
            }
            if (result.allocatedBytes().isEmpty()) {
                violations.add(result.label() + ": not known what it allocates, as it ran without -prof gc");
            } else if (result.iterationOperations().isEmpty()) {
                violations.add(
                        result.label() + ": not known how many operations an iteration had, from its unit or length");
            } else if (result.allocatedBytes().getAsDouble()
                            * result.iterationOperations().getAsDouble()
                    >= HARNESS_BYTES) {
                violations.add(String.format(
                        Locale.ROOT,
                        "%s: allocates %.3f B/op, and must not",
                        result.label(),
                        result.allocatedBytes().getAsDouble()));
            }
        }
        return violations;
    }
}
