/// Capture of frames to a file in the pcap format, with a filter.
///
/// Theory of operation. [CapturingLink] stands between the stack and its device and shows every frame to
/// the captures that run, as a rule none. A [Capture] asks its [CaptureFilter], and copies what matches
/// into a ring outside the heap. A thread of its own, [CaptureWriter], takes whole records from there
/// and writes them to a descriptor. So a disk that is slow or full costs records, which are counted, and
/// never frames. [Captures] starts and ends them.
///
/// Frames are shown as the stack sees them: segments of up to 64 KiB that no wire carries, and checksums that the
/// sender left to its device. The virtio-net header is not shown.
@NullMarked
package dev.tailrace.tapio.capture;

import org.jspecify.annotations.NullMarked;
