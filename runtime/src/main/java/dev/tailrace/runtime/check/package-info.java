/// Prerequisites of rootless networking on this machine.
///
/// Theory of operation. [dev.tailrace.runtime.check.Prerequisites] looks at files below a root, which tests replace,
/// and answers with [dev.tailrace.runtime.check.Finding]s: one line on what is wrong and the command that fixes it. It
/// changes nothing and needs no privileges.
@NullMarked
package dev.tailrace.runtime.check;

import org.jspecify.annotations.NullMarked;
