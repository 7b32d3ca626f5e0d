package dev.tailrace.perf.report;

import dev.tailrace.perf.result.Comparison;

/// How ours stands to another backend in one cell, by throughput or transactions.
enum Standing {
    FASTER("surely faster"),
    /// The interval says so, but it is not sure enough, or the difference too small.
    RATHER_FASTER("rather faster"),
    SAME("as fast"),
    RATHER_SLOWER("rather slower"),
    SLOWER("surely slower"),
    UNDECIDED("undecided"),
    INVALID("invalid");

    private final String words;

    Standing(final String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    static Standing of(final Comparison comparison) {
        return switch (comparison.verdict()) {
            case IMPROVED -> FASTER;
            case UNCHANGED -> SAME;
            case REGRESSED -> SLOWER;
            case INVALID -> INVALID;
            case INCONCLUSIVE -> undecided(comparison);
        };
    }

    private static Standing undecided(final Comparison comparison) {
        if (!Wording.hasInterval(comparison)) {
            return UNDECIDED;
        }
        final boolean isMore = comparison.lower() > 1;
        if (!isMore && comparison.upper() >= 1) {
            return UNDECIDED;
        }
        return isMore == comparison.metric().isLargerBetter() ? RATHER_FASTER : RATHER_SLOWER;
    }
}
