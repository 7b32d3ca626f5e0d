/// Images: what `docker images` shows, where it comes from and how it leaves.
///
/// Theory of operation. An image is a configuration and a list of layers, both named by their digests. Layers are
/// unpacked by the storage driver (`storage`) and shared; the configuration is kept as the bytes that were hashed, and
/// read into [dev.tailrace.runtime.image.ImageConfig].
@NullMarked
package dev.tailrace.runtime.image;

import org.jspecify.annotations.NullMarked;
