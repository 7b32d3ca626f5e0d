/// Traffic of real programs and real kernels through the program under test, over a real TAP.
///
/// Every suite runs against the installed `slirp4netns` first, which shows that the suite asks for nothing impossible,
/// and then against ours; [Subject] says which program that is and [Quirk] where the reference differs. A [Network] is
/// one run of the program with its guest. What standard tools cannot do exactly (a reset, a number of bytes before a
/// half-close, a datagram of an exact size) is done by a [Probe] that runs in a namespace and obeys a [Peer].
///
/// Nothing waits for a time to pass: readiness is told by the ready descriptor, by the kernel's socket tables or by
/// output. A failure carries the program's output, its counters and flows, and the guest's sockets.
@NullMarked
package dev.tailrace.tapio.kernel;

import org.jspecify.annotations.NullMarked;
