/// What containers wrote, kept as Docker keeps it: a file of JSON objects, one a line.
///
/// Theory of operation. [dev.tailrace.runtime.log.ContainerLog] is the only writer of its file. Output
/// arrives in pieces as the pipe gives them; a line is written when its end has arrived, when it is
/// longer than 16 KiB (its rest is the next entry, without a line end in between, which is how readers
/// join them), or when the stream ends. Each write is of whole entries, and only then does the log say
/// that its file has grown. Readers, of which there may be any number, read no further than that, so
/// that none sees half an entry; those that follow wait for it to grow or to finish, both told under the
/// same lock, so that none misses the last one. The readers read the file: however slow one is, nothing
/// is kept in memory for it.
///
/// A crash may leave half an entry at the end of the file: it is cut off when the log is opened again.
@NullMarked
package dev.tailrace.runtime.log;

import org.jspecify.annotations.NullMarked;
