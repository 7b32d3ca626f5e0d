/// Layers on the disk, and the root directories that containers get of them.
///
/// Theory of operation. A driver unpacks each layer once. A container's root is the layers of its image below a
/// directory of its own that takes what the container writes: by overlay in the kernel, or by a copy (`vfs`). Which
/// driver it is, a probe decides; it is said aloud and can be chosen. All runs inside the engine's user and mount
/// namespaces, where it is root.
@NullMarked
package dev.tailrace.runtime.storage;

import org.jspecify.annotations.NullMarked;
