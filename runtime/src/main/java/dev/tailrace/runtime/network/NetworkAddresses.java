package dev.tailrace.runtime.network;

import dev.tailrace.netstack.ip.Ipv6Network;
import dev.tailrace.netstack.wire.IpAddress;
import java.util.Optional;
import java.util.Set;

/// Which addresses a network has. IPv4 in host order.
///
/// @param range where containers get theirs that ask for none: the subnet or a part of it
/// @param reserved are given to nobody
/// @param ipv6 empty without IPv6
public record NetworkAddresses(
        Subnet subnet, int gateway, Subnet range, Set<Integer> reserved, Optional<Ipv6Network> ipv6) {
    public NetworkAddresses {
        reserved = Set.copyOf(reserved);
    }

    /// The last address that is free: on the link, and given to no container.
    int nameServer() {
        int last = subnet.last() - 1;
        while (last == gateway || reserved.contains(last)) {
            last--;
        }
        return last;
    }

    /// As a literal.
    public String gatewayText() {
        return IpAddress.formatIpv4(gateway);
    }

    /// `fd12:3456:789a::/64`
    public Optional<String> ipv6Subnet() {
        return ipv6.map(network -> IpAddress.format(network.prefix(), 0) + "/" + Ipv6Network.PREFIX_LENGTH);
    }

    /// As a literal.
    public Optional<String> ipv6Gateway() {
        return ipv6.map(network -> IpAddress.format(network.prefix(), Ipv6Network.GATEWAY_LO));
    }
}
