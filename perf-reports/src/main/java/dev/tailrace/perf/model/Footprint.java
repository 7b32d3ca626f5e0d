package dev.tailrace.perf.model;

/// What a backend cost beside processor time, for one MTU.
///
/// @param readyMs from its start until it said it was ready; negative if it does not say
/// @param peakResidentBytes the most memory it held, from start to end
/// @param executable what the kernel says was running
public record Footprint(String backend, int mtu, double readyMs, long peakResidentBytes, String executable) {}
