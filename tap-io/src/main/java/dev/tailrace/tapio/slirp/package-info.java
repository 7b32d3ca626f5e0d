/// The drop-in `slirp4netns`: options, the lines it prints, ready and exit descriptors, signals, and `main`.
///
/// Theory of operation. [SlirpOptionsParser] turns the arguments into a [ParseOutcome]: options to run with, or texts
/// and an exit code. It touches nothing but through [HostProbe], so every message is tested without a namespace.
/// [Slirp4netns] then opens the TAP, prints [Banner], builds the stack, listens on the API socket, says that it is
/// ready, and turns the loop until something ends it. What was opened is closed in reverse order in each case.
///
/// The observable behaviour is that of slirp4netns 1.2 with the interface of 1.3: programs such as RootlessKit and
/// Podman grep the help, parse the version, and show our standard error to their users when we fail.
@NullMarked
package dev.tailrace.tapio.slirp;

import org.jspecify.annotations.NullMarked;
