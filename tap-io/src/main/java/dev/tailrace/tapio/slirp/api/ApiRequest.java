package dev.tailrace.tapio.slirp.api;

import dev.tailrace.netstack.stack.PortForward;
import dev.tailrace.netstack.wire.IpLiteral;

/// What a client asks.
sealed interface ApiRequest {
    /// Forward a port. The addresses are of either family, and need not be of the same.
    record AddForward(PortForward.Protocol protocol, IpLiteral host, int hostPort, IpLiteral guest, int guestPort)
            implements ApiRequest {}

    /// Tell all forwarded ports.
    record ListForwards() implements ApiRequest {}

    /// Forward a port no longer.
    record RemoveForward(int id) implements ApiRequest {}
}
