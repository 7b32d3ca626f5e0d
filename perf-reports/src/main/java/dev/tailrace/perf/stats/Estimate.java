package dev.tailrace.perf.stats;

/// A value and how sure it is.
///
/// @param value the estimate
/// @param lower bound: the true value is at least this, with the confidence
/// @param upper bound: it is at most this, with the confidence
/// @param confidence of each of the two bounds, 0 to 1; less than what was asked for when the sample is
/// too small for that
public record Estimate(double value, double lower, double upper, double confidence) {}
