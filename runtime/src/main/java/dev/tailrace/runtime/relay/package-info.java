/// Connections that are led to a container by sockets of its own namespace.
///
/// Theory of operation. A client on the host's loopback cannot keep its address on the bridge: the
/// kernel takes 127.0.0.1 and ::1 from a loopback interface only. Where that is wanted nevertheless, the
/// stack gives such a client away ([dev.tailrace.netstack.stack.ClientTaker]) before it is a flow, and
/// the container's [dev.tailrace.runtime.relay.LoopbackRelay] asks the container by a socket that its
/// thread, which lives in the container's namespace, binds to the same loopback address there.
/// `RelayHandler` is one direction of the connection, with backpressure, half-close and reset;
/// `Listeners` tells whom it is vain to ask. Who is not to be led this way is known by
/// [dev.tailrace.tapio.epoll.OwnLoopbackPorts] (docs/adr/0021-bridge-gateway.md).
@NullMarked
package dev.tailrace.runtime.relay;

import org.jspecify.annotations.NullMarked;
