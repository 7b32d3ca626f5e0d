package dev.tailrace.tapio.capture;

/// What a capture is to be.
///
/// @param fd open for writing; whoever starts the capture gives it away
/// @param name how messages call the file
/// @param filter which frames
/// @param snapLength most bytes of each frame, 1 to [#MAX_SNAP_LENGTH]
/// @param maxBytes length at which the file ends, or [#UNLIMITED]
/// @param durationNs time after which the capture ends, or [#UNLIMITED]
public record CaptureRequest(
        int fd, String name, CaptureFilter filter, int snapLength, long maxBytes, long durationNs) {
    /// More than any frame has; the number that other programs use for "all of it".
    public static final int MAX_SNAP_LENGTH = 262_144;

    /// No bound.
    public static final long UNLIMITED = Long.MAX_VALUE;
}
