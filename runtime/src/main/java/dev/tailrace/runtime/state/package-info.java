/// Records as JSON on the disk, so that a program of another version reads them, too.
///
/// Theory of operation. The members of a document are the components of a record, so that a record that gets another
/// component is kept and read with it, and nobody has to remember a second list. What an older program did not write
/// reads as empty; what a newer one wrote is passed over.
@NullMarked
package dev.tailrace.runtime.state;

import org.jspecify.annotations.NullMarked;
