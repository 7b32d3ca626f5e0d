package dev.tailrace.netstack.stack;

import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.tcp.TcpConfig;
import dev.tailrace.netstack.udp.UdpConfig;

/// What a [NetworkStack] is made for.
///
/// @param isFirst whether it speaks for the network by itself, which of several stacks on one device only one does: it
/// sends router advertisements
/// @param secretHi half of a random secret that keys hashes, sequence numbers and packet identifications
/// @param secretLo the other half
public record StackConfig(
        VirtualNetwork network, TcpConfig tcp, UdpConfig udp, boolean isFirst, long secretHi, long secretLo) {
    /// Of the only stack on its device.
    public StackConfig(
            final VirtualNetwork network,
            final TcpConfig tcp,
            final UdpConfig udp,
            final long secretHi,
            final long secretLo) {
        this(network, tcp, udp, true, secretHi, secretLo);
    }

    /// Default limits for a network.
    public static StackConfig of(final VirtualNetwork network, final long secretHi, final long secretLo) {
        return new StackConfig(network, TcpConfig.DEFAULT, UdpConfig.DEFAULT, secretHi, secretLo);
    }
}
