package dev.tailrace.tapio.slirp;

import dev.tailrace.tapio.capture.CaptureFilter;
import org.jspecify.annotations.Nullable;

/// The part of [SlirpOptions] that says what is told of the session.
///
/// @param logLevel how much is said on the standard streams
/// @param capture what to capture from the start, or null for nothing
public record ObserveOptions(LogLevel logLevel, @Nullable CaptureOptions capture) {
    /// @param path the file, made or emptied
    /// @param filter which frames
    /// @param snapLength most bytes of each frame
    /// @param maxBytes length at which the file ends
    public record CaptureOptions(String path, CaptureFilter filter, int snapLength, long maxBytes) {}
}
