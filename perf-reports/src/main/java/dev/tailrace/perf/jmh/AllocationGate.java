package dev.tailrace.perf.jmh;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Benchmarks of the frame path must not allocate.
public final class AllocationGate {
    /// The profiler divides all that the thread allocated in an iteration, JMH's own few hundred bytes included, by the
    /// operations: less than this is nothing. An object in every thousandth operation is more.
    static final double NOTHING_BYTES = 0.005;

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
            } else if (result.allocatedBytes().getAsDouble() >= NOTHING_BYTES) {
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
