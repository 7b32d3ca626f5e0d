/// Files by descriptors and byte strings, in the kernel's own terms.
///
/// `java.nio` decodes names by the locale, follows symbolic links in all but the last part of a path, and cannot make
/// a whiteout. [dev.tailrace.runtime.storage.files.FileCalls] has the calls that take a directory's descriptor and one
/// name, and openat2(2), which resolves a path beneath a directory and no further.
@NullMarked
package dev.tailrace.runtime.storage.files;

import org.jspecify.annotations.NullMarked;
