package dev.tailrace.netstack.stack;

import dev.tailrace.netstack.wire.IpAddress;

/// A port of the host that leads to a port of the guest. Addresses as in [IpAddress].
///
/// @param id 1, 2, 3...: never used again
public record PortForward(
        int id, Protocol protocol, long hostHi, long hostLo, int hostPort, long guestHi, long guestLo, int guestPort) {
    /// Transport of a forwarded port.
    public enum Protocol {
        TCP,
        UDP
    }

    @Override
    public String toString() {
        return id + " " + protocol + " " + IpAddress.format(hostHi, hostLo) + ":" + hostPort + " -> "
                + IpAddress.format(guestHi, guestLo) + ":" + guestPort;
    }
}
