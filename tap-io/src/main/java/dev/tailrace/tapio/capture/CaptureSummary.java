package dev.tailrace.tapio.capture;

/// How a capture stands. Frames that the filter does not take are in none of the counts.
///
/// @param id 1, 2, 3...: never used again
/// @param name how messages call the file
/// @param filter the expression, empty for all frames
/// @param frames written, or about to be
/// @param bytes of the file, headers included
/// @param dropped frames that the filter took and the file did not, because it was slow or full
public record CaptureSummary(int id, String name, String filter, long frames, long bytes, long dropped) {}
