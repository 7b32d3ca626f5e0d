package dev.tailrace.perf.result;

/// What a comparison shows.
public enum Verdict {
    /// Better, surely, and by more than the threshold.
    IMPROVED,
    /// The interval lies within the threshold on both sides.
    UNCHANGED,
    /// Worse, surely, and by more than the threshold.
    REGRESSED,
    /// The interval is too wide to tell. Never a failure.
    INCONCLUSIVE,
    /// It was not measured what should have been.
    INVALID
}
