/// The engine as a process of its own: `tailrace daemon`.
///
/// Theory of operation. The launcher (`src/image/daemon.sh`) makes the user and mount namespaces and
/// keeps the PID, so that this starts as root of all the ids that there are. One process owns a data
/// root: it holds a lock there, by which a second one knows. The socket is in the user's runtime
/// directory; one that nobody answers on is left of a process that was killed, and is removed. On
/// SIGTERM or SIGINT everything is closed in reverse order.
///
/// A service manager is told when the API is served, and when the end begins (`ServiceManager`). `Reset` is a program
/// of its own in the same namespaces, which removes the data root when nobody has it.
///
/// Exit status: 0 after a signal, 1 something failed, 2 wrong use, 3 a daemon is running already, 4 the machine or the
/// account lacks something (the line says what, and how to get it).
@NullMarked
package dev.tailrace.runtime.daemon;

import org.jspecify.annotations.NullMarked;
