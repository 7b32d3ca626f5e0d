package dev.tailrace.perf.result;

/// The sources of what was measured.
///
/// @param commit hash of the candidate's commit; empty if it is not known
/// @param dirty whether the candidate had changes on top of it
/// @param baseline hash of the baseline's commit; empty without one
public record Source(String commit, boolean dirty, String baseline) {}
