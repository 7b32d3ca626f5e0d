/// Collects the files that a program of this machine needs in an image.
///
/// Theory of operation. [dev.tailrace.runtime.image.pack.Recipe] says for each known program which files it reads,
/// and what the configuration of its image is. [dev.tailrace.runtime.image.pack.RootTree] takes files in under the
/// names that they have here, with the symbolic links on the way, so that what a program is configured with is true in
/// the image, too. [dev.tailrace.runtime.image.pack.Libraries] reads which libraries a program names, and finds them
/// as ld.so(8) does. Nothing is executed but busybox, which is asked for its applets.
@NullMarked
package dev.tailrace.runtime.image.pack;

import org.jspecify.annotations.NullMarked;
