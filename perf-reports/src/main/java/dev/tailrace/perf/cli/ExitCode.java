package dev.tailrace.perf.cli;

import dev.tailrace.perf.result.Verdict;

/// What the program's exit status says.
final class ExitCode {
    /// Measured, and nothing is worse for sure.
    static final int OK = 0;

    /// Something is worse for sure, or a promise is broken.
    static final int REGRESSED = 1;

    /// The session shows nothing, or could not be held.
    static final int INVALID = 2;

    /// The command line cannot be used, `EX_USAGE` of sysexits.h.
    static final int USAGE = 64;

    /// Ended by a signal; what was measured is kept. 128 and SIGINT.
    static final int INTERRUPTED = 130;

    private ExitCode() {}

    static int of(final Verdict verdict) {
        return switch (verdict) {
            case REGRESSED -> REGRESSED;
            case INVALID -> INVALID;
            case IMPROVED, UNCHANGED, INCONCLUSIVE -> OK;
        };
    }
}
