/// The stack among the sockets of the host.
///
/// Theory of operation. netstack-core is a machine without surroundings. Here it gets them: host sockets that a loop
/// watches, the host's resolvers, memory outside the heap, and secrets from the kernel. Whoever has a link and a loop
/// turns it: the drop-in's session for one guest, the engine for a bridge.
@NullMarked
package dev.tailrace.tapio.stack;

import org.jspecify.annotations.NullMarked;
