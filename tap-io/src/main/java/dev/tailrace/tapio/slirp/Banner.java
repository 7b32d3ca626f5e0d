package dev.tailrace.tapio.slirp;

import dev.tailrace.netstack.ip.Ipv6Network;
import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.wire.IpAddress;

/// What is printed before the first frame is handled.
final class Banner {
    private static final int LEASES = 16;

    private Banner() {}

    /// The lines for the standard output.
    static String text(final SlirpOptions options) {
        final VirtualNetwork network = options.network();
        final StringBuilder out = new StringBuilder(512).append("Starting slirp\n");
        line(out, "MTU", Integer.toString(network.mtu()));
        line(out, "Network", IpAddress.formatIpv4(network.network()));
        line(out, "Netmask", IpAddress.formatIpv4(network.netmask()));
        line(out, "Gateway", IpAddress.formatIpv4(network.gateway()));
        line(out, "DNS", IpAddress.formatIpv4(network.nameServer()));
        line(out, "DHCP begin", IpAddress.formatIpv4(network.dhcpStart()));
        line(out, "DHCP end", IpAddress.formatIpv4(network.dhcpStart() + LEASES - 1));
        line(out, "Recommended IP", IpAddress.formatIpv4(network.guest()));
        if (options.apiSocket() != null) {
            line(out, "API Socket", options.apiSocket());
        }
        if (options.outboundAddress() != 0) {
            line(out, "Outbound IPv4", IpAddress.formatIpv4(options.outboundAddress()));
        }
        if (options.outboundAddress6() != null) {
            line(out, "Outbound IPv6", options.outboundAddress6().toString());
        }
        if (network.guestMac() != 0) {
            line(out, "MAC address", mac(network.guestMac()));
        }
        if (network.hostLoopback()) {
            loopback(out, "127.0.0.1", IpAddress.formatIpv4(network.gateway()));
            final Ipv6Network ipv6 = network.ipv6();
            if (ipv6 != null) {
                loopback(out, "[::1]", "[" + IpAddress.format(ipv6.prefix(), Ipv6Network.GATEWAY_LO) + "]");
            }
        }
        return out.toString();
    }

    private static void loopback(final StringBuilder out, final String address, final String gateway) {
        out.append("WARNING: ")
                .append(address)
                .append(":* on the host is accessible as ")
                .append(gateway)
                .append(" (set --disable-host-loopback to prohibit connecting to ")
                .append(address)
                .append(":*)\n");
    }

    private static void line(final StringBuilder out, final String name, final String value) {
        out.append("* ").append(name).append(':');
        out.repeat(' ', Math.max(1, 16 - name.length())).append(value).append('\n');
    }

    private static String mac(final long address) {
        final StringBuilder out = new StringBuilder(17);
        for (int shift = 40; shift >= 0; shift -= Byte.SIZE) {
            final int octet = (int) (address >>> shift) & 0xff;
            out.append(octet < 16 ? "0" : "").append(Integer.toHexString(octet)).append(shift == 0 ? "" : ":");
        }
        return out.toString();
    }
}
