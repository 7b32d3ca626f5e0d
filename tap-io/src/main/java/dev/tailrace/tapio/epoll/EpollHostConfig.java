package dev.tailrace.tapio.epoll;

import dev.tailrace.netstack.ip.Ipv6Network;
import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/// How host sockets are made.
///
/// @param outboundIpv4 local IPv4 address that sockets to the outside send from (network order as a number), or 0 for
///     the one that routing chooses
/// @param outboundIpv6Hi upper half of the local IPv6 address that sockets to the outside send from; both halves 0 for
///     the one that routing chooses
/// @param outboundIpv6Lo its lower half
/// @param loopbackPorts told of the ports from which the host's loopback is asked; null if nobody wants to know
public record EpollHostConfig(
        int outboundIpv4,
        long outboundIpv6Hi,
        long outboundIpv6Lo,
        @Nullable OwnLoopbackPorts loopbackPorts) {
    /// Routing chooses the addresses.
    public static final EpollHostConfig DEFAULT = new EpollHostConfig(0, 0, 0);

    /// Nobody wants to know of the loopback's ports.
    public EpollHostConfig(final int outboundIpv4, final long outboundIpv6Hi, final long outboundIpv6Lo) {
        this(outboundIpv4, outboundIpv6Hi, outboundIpv6Lo, null);
    }

    /// Whether sockets send to this destination from the outbound address of its family: not to the host itself
    /// (127.0.0.0/8, `::1`), nor to a link-local address, which is to be answered from one.
    boolean hasSourceFor(final long hi, final long lo) {
        if (IpAddress.isIpv4(hi, lo)) {
            return outboundIpv4 != 0 && !VirtualNetwork.isLoopback(hi, lo);
        }
        return (outboundIpv6Hi | outboundIpv6Lo) != 0
                && !VirtualNetwork.isLoopback(hi, lo)
                && !Ipv6Network.isLinkLocal(hi);
    }

    /// Upper half of the outbound address of a family.
    long sourceHi(final boolean ipv6) {
        return ipv6 ? outboundIpv6Hi : IpAddress.IPV4_HI;
    }

    /// Lower half of the outbound address of a family.
    long sourceLo(final boolean ipv6) {
        return ipv6 ? outboundIpv6Lo : IpAddress.ipv4Lo(outboundIpv4);
    }
}
