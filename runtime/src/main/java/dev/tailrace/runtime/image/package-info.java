/// Images: what `docker images` shows, where it comes from and how it leaves.
///
/// Theory of operation. An image is a configuration and a list of layers, both named by their digests.
/// Layers are unpacked by the storage driver (`storage`) and shared; the configuration is kept as the
/// bytes that were hashed, and read into [dev.tailrace.runtime.image.ImageConfig].
/// [dev.tailrace.runtime.image.Catalog] says in one file which images there are and what they are
/// called; a change is there when that file has been replaced, and not before.
///
/// An archive is kept in files first ([dev.tailrace.runtime.image.Spool]), because it may name its layers last and its
/// sender may be slow; then [dev.tailrace.runtime.image.ArchivedImage] finds out what is in it, whichever of the two
/// formats it has, and [dev.tailrace.runtime.image.ArchiveLoader] unpacks the layers that are not there yet, checking
/// every digest. [dev.tailrace.runtime.image.Packer] makes an archive of programs of this machine.
@NullMarked
package dev.tailrace.runtime.image;

import org.jspecify.annotations.NullMarked;
