package dev.tailrace.netstack.ip;

import dev.tailrace.netstack.link.LocalAddresses;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.netstack.wire.MacAddress;
import org.jspecify.annotations.Nullable;

/// The addresses that the guest sees: network, gateway (the host, +2), DNS (+3), DHCP range (+15), guest (+100); on a
/// bridge the gateway is +1 and DNS the last address before the broadcast.
///
/// @param network network address as a number in network order
/// @param prefixLength 1 to 25
/// @param mtu of the link in bytes
/// @param guestMac Ethernet address expected of the guest in the low 48 bits, or 0 when it is not known beforehand
/// @param hostLoopback whether the gateway address stands for the host's 127.0.0.1
/// @param dns whether +3 answers name queries; otherwise it is an address like any other
/// @param ipv6 the IPv6 side, or null for none
/// @param link who is at the other end
/// @param bridge where gateway and name server of a bridge are, if not in their usual places
public record VirtualNetwork(
        int network,
        int prefixLength,
        int mtu,
        long guestMac,
        boolean hostLoopback,
        boolean dns,
        @Nullable Ipv6Network ipv6,
        LinkKind link,
        @Nullable BridgeAddresses bridge)
        implements LocalAddresses {
    private static final long LOOPBACK_IPV4_LO = IpAddress.ipv4Lo(0x7f00_0001);

    /// A network with everything in its usual place.
    public VirtualNetwork(
            final int network,
            final int prefixLength,
            final int mtu,
            final long guestMac,
            final boolean hostLoopback,
            final boolean dns,
            final @Nullable Ipv6Network ipv6,
            final LinkKind link) {
        this(network, prefixLength, mtu, guestMac, hostLoopback, dns, ipv6, link, null);
    }

    /// A network of one guest.
    public VirtualNetwork(
            final int network,
            final int prefixLength,
            final int mtu,
            final long guestMac,
            final boolean hostLoopback,
            final boolean dns,
            final @Nullable Ipv6Network ipv6) {
        this(network, prefixLength, mtu, guestMac, hostLoopback, dns, ipv6, LinkKind.ONE_GUEST);
    }

    /// A network of one guest without IPv6.
    public VirtualNetwork(
            final int network,
            final int prefixLength,
            final int mtu,
            final long guestMac,
            final boolean hostLoopback,
            final boolean dns) {
        this(network, prefixLength, mtu, guestMac, hostLoopback, dns, null);
    }

    /// Whether several guests share the link.
    public boolean isBridge() {
        return link == LinkKind.BRIDGE;
    }

    /// Whether a frame to an Ethernet address is for us. A bridge floods what it has no port for, and were we to take
    /// a guest's segment to another, we would reset their connection.
    public boolean isForUs(final long macAddress) {
        return !isBridge()
                || MacAddress.isMulticast(macAddress)
                || macAddress == macOf(gateway())
                || (dns && macAddress == macOf(nameServer()));
    }

    /// Whether a guest may send from an address: on a bridge, where anybody could take any, only from one of ours.
    public boolean isGuests(final long hi, final long lo) {
        return !isBridge() || contains(hi, lo) || (!IpAddress.isIpv4(hi, lo) && Ipv6Network.isLinkLocal(hi));
    }

    /// The host as the guest sees it; the default route.
    @Override
    public int gateway() {
        if (bridge != null) {
            return bridge.gateway();
        }
        return isBridge() ? network + 1 : network + 2;
    }

    /// The name server.
    public int nameServer() {
        if (bridge != null) {
            return bridge.nameServer();
        }
        return isBridge() ? broadcast() - 1 : network + 3;
    }

    /// First of sixteen leases.
    public int dhcpStart() {
        return network + 15;
    }

    /// The guest's recommended address.
    public int guest() {
        return network + 100;
    }

    public int netmask() {
        return -1 << (32 - prefixLength);
    }

    public int broadcast() {
        return network | ~netmask();
    }

    public boolean contains(final int address) {
        return (address & netmask()) == network;
    }

    /// Whether we answer ARP and echo requests for it.
    @Override
    public boolean isOurs(final int address) {
        return address == gateway() || (dns && address == nameServer());
    }

    /// Whether a frame of either family is for us: answered here, never from anywhere else.
    public boolean isOurs(final long hi, final long lo) {
        return isGateway(hi, lo) || isNameServer(hi, lo) || (ipv6 != null && Ipv6Network.isRouter(hi, lo));
    }

    /// Whether the address stands for the host: +2, or `::2`.
    public boolean isGateway(final long hi, final long lo) {
        return IpAddress.isIpv4(hi, lo)
                ? IpAddress.ipv4(lo) == gateway()
                : ipv6 != null && hi == ipv6.prefix() && lo == Ipv6Network.GATEWAY_LO;
    }

    /// Whether the address is that of a name server there is: +3, or `::3`.
    public boolean isNameServer(final long hi, final long lo) {
        if (!dns) {
            return false;
        }
        return IpAddress.isIpv4(hi, lo)
                ? IpAddress.ipv4(lo) == nameServer()
                : ipv6 != null && hi == ipv6.prefix() && lo == Ipv6Network.NAME_SERVER_LO;
    }

    /// Whether a destination may be passed on: one host's, and not on the guest's own link. Ours may, to the host.
    public boolean isForwardable(final long hi, final long lo) {
        if (isBridge() && (contains(hi, lo) || (bridge != null && bridge.isInternal()))) {
            return isOurs(hi, lo);
        }
        if (IpAddress.isIpv4(hi, lo)) {
            return isUnicast(IpAddress.ipv4(lo)) && IpAddress.ipv4(lo) != broadcast();
        }
        return ipv6 != null && Ipv6Network.isUnicast(hi, lo) && !Ipv6Network.isLinkLocal(hi);
    }

    /// Whether an address of either family lies in the virtual network.
    public boolean contains(final long hi, final long lo) {
        return IpAddress.isIpv4(hi, lo) ? contains(IpAddress.ipv4(lo)) : ipv6 != null && ipv6.contains(hi);
    }

    /// Whether a client of the host's side is shown to the guest by its own address: not one on the host's loopback,
    /// of the other family, or with an address that on the guest's link would mean a neighbour.
    public boolean isShown(final long hi, final long lo, final boolean isGuestIpv4) {
        return IpAddress.isIpv4(hi, lo) == isGuestIpv4
                && !isLoopback(hi, lo)
                && !Ipv6Network.isLinkLocal(hi)
                && !contains(hi, lo);
    }

    /// Upper half of the gateway's address in a family.
    public long gatewayHi(final boolean isIpv4) {
        return isIpv4 || ipv6 == null ? IpAddress.IPV4_HI : ipv6.prefix();
    }

    /// Lower half of the gateway's address in a family.
    public long gatewayLo(final boolean isIpv4) {
        return isIpv4 || ipv6 == null ? IpAddress.ipv4Lo(gateway()) : Ipv6Network.GATEWAY_LO;
    }

    /// Upper half of the name server's address in a family.
    public long nameServerHi(final boolean isIpv4) {
        return gatewayHi(isIpv4);
    }

    /// Lower half of the name server's address in a family.
    public long nameServerLo(final boolean isIpv4) {
        return isIpv4 || ipv6 == null ? IpAddress.ipv4Lo(nameServer()) : Ipv6Network.NAME_SERVER_LO;
    }

    /// Lower half of the host's own loopback address in a family; the upper half is 0 in both.
    public static long loopbackLo(final boolean isIpv4) {
        return isIpv4 ? LOOPBACK_IPV4_LO : 1;
    }

    /// Whether an IPv4 destination is one host's that may be passed on: not 0/8, 127/8, multicast, reserved or
    /// broadcast.
    public static boolean isUnicast(final int address) {
        final int first = address >>> 24;
        return first != 0 && first != 127 && first < 224;
    }

    /// Our Ethernet address for one of our IPv4 addresses: `52:55:` and the four bytes of it.
    public static long macOf(final int address) {
        return LocalAddresses.macOf(address);
    }

    /// Whether a host address is loopback: 127/8, 0.0.0.0 (which Linux connects to loopback) or `::1` and `::`.
    public static boolean isLoopback(final long hi, final long lo) {
        if (IpAddress.isIpv4(hi, lo)) {
            final int address = IpAddress.ipv4(lo);
            return address >>> 24 == 127 || address == 0;
        }
        return hi == 0 && (lo == 0 || lo == 1);
    }
}
