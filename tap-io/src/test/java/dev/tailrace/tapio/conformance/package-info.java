/// One suite of what clients of `slirp4netns` rely on, run against the installed program first and then against ours.
///
/// Where the two differ on purpose, or because the reference has a bug, [Trait] names it: no test is left out silently.
@NullMarked
package dev.tailrace.tapio.conformance;

import org.jspecify.annotations.NullMarked;
