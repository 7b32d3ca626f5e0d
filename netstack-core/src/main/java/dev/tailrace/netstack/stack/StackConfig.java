package dev.tailrace.netstack.stack;

import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.tcp.TcpConfig;
import dev.tailrace.netstack.udp.UdpConfig;

/// What a [NetworkStack] is made for.
///
/// @param secretHi half of a random secret that keys hashes, sequence numbers and packet identifications
/// @param secretLo the other half
public record StackConfig(VirtualNetwork network, TcpConfig tcp, UdpConfig udp, long secretHi, long secretLo) {
    /// Default limits for a network.
    public static StackConfig of(final VirtualNetwork network, final long secretHi, final long secretLo) {
        return new StackConfig(network, TcpConfig.DEFAULT, UdpConfig.DEFAULT, secretHi, secretLo);
    }
}
