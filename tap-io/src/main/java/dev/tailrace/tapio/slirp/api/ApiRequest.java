package dev.tailrace.tapio.slirp.api;

import dev.tailrace.netstack.stack.PortForward;

/// What a client asks.
sealed interface ApiRequest {
    /// Forward a port. Addresses are IPv4, numbers in network order.
    record AddForward(PortForward.Protocol protocol, int hostAddress, int hostPort, int guestAddress, int guestPort)
            implements ApiRequest {}

    /// Tell all forwarded ports.
    record ListForwards() implements ApiRequest {}

    /// Forward a port no longer.
    record RemoveForward(int id) implements ApiRequest {}
}
