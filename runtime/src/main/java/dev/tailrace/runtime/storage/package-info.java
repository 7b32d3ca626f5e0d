/// Layers on the disk, and the root directories that containers get of them.
///
/// Theory of operation. [dev.tailrace.runtime.storage.LayerStore] unpacks each layer once, into a directory by its
/// digest: the files, with what the layer hides marked as its [dev.tailrace.runtime.storage.LayerFormat] says, and a
/// recipe by which the archive can be made again to the byte. Layers never change. A container's root is the layers of
/// its image below a directory of its own that takes what the container writes: by overlay in the kernel, or by a copy
/// (`vfs`). Which driver it is, a trial mount decides; it is said aloud and can be chosen. What a container has
/// changed is found by comparing with [dev.tailrace.runtime.storage.LayerStack], which merges layers without a mount.
///
/// Nothing in an archive is trusted. Parents are found by openat2(2) with the layer's directory as the
/// root, one name is made in each, and nothing is followed there. Names are byte strings
/// ([dev.tailrace.runtime.storage.ByteText]).
///
/// All runs inside the engine's user and mount namespaces, where it is root. What is new is made in `temporary` and
/// renamed ([dev.tailrace.runtime.storage.StoreFiles]); what a crash leaves there is deleted when the store is opened.
@NullMarked
package dev.tailrace.runtime.storage;

import org.jspecify.annotations.NullMarked;
