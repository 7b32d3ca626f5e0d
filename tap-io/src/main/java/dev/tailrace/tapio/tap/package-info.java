/// The TAP device: opened in another process' namespaces, with offloads, and read and written frame by frame.
///
/// Theory of operation. A TAP belongs to the network namespace of the task that opens it, so a child enters the
/// namespace and opens it there (`stub`); the descriptor appears in our table. Frames carry a `virtio_net_hdr`:
/// with checksum and segmentation offload one read or write moves up to 64 KiB whatever the MTU. The offloads are
/// features of the *device*, and a persistent one keeps them after us, so they are set explicitly on open and taken
/// back on close.
@NullMarked
package dev.tailrace.tapio.tap;

import org.jspecify.annotations.NullMarked;
