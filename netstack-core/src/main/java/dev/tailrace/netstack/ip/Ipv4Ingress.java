package dev.tailrace.netstack.ip;

import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.netstack.wire.IpProtocol;
import dev.tailrace.netstack.wire.Ipv4Flyweight;
import dev.tailrace.netstack.wire.MacAddress;
import dev.tailrace.netstack.wire.UdpFlyweight;
import dev.tailrace.netstack.wire.VirtioNetHeaderFlyweight;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/// Checks IPv4 packets of the guest and hands whole ones on. Owned by the stack.
///
/// What passes has: a right header and checksum, a source that is one host's and not ours, a destination that is one
/// host's or a broadcast, a TTL, no source route, and a virtio-net header that agrees with it.
public final class Ipv4Ingress {
    private static final int LIMITED_BROADCAST = -1;
    private static final int DHCP_SERVER_PORT = 67;
    private static final int DHCP_CLIENT_PORT = 68;

    private static final int OPTION_END = 0;
    private static final int OPTION_NOP = 1;
    private static final int OPTION_LOOSE_SOURCE_ROUTE = 131;
    private static final int OPTION_STRICT_SOURCE_ROUTE = 137;

    private final VirtualNetwork network;
    private final Counters counters;
    private final Reassembly reassembly;

    private final OffloadHeader offload = new OffloadHeader();
    private final Fragment fragment = new Fragment();
    private final Ipv4Flyweight ip = new Ipv4Flyweight();
    private final UdpFlyweight udp = new UdpFlyweight();

    /// @param reassembly takes the fragments
    public Ipv4Ingress(final VirtualNetwork network, final Reassembly reassembly, final Counters counters) {
        this.network = network;
        this.counters = counters;
        this.reassembly = reassembly;
    }

    /// Takes one frame. Its fragments may complete a datagram, which then lies in a reassembly buffer.
    ///
    /// @param frameOffset start of the virtio-net header; the Ethernet header follows it
    /// @param ipOffset start of the IPv4 header
    /// @param availableBytes from the IPv4 header to the end of the frame
    /// @param sourceMac of the frame
    /// @param packet filled when a packet is ready
    /// @return whether a packet is ready
    // hot path
    public boolean onPacket(
            final MutableDirectBuffer frame,
            final int frameOffset,
            final int ipOffset,
            final int availableBytes,
            final long sourceMac,
            final IngressPacket packet,
            final long nowNs) {
        ip.wrap(frame, ipOffset);
        offload.wrap(frame, frameOffset);
        if (!isHeaderGood(frame, ipOffset, availableBytes) || !areAddressesGood(frame, ipOffset, sourceMac)) {
            return false;
        }
        if (ip.isFragment()) {
            return onFragment(frame, ipOffset, sourceMac, packet, nowNs);
        }
        if (!offload.accept(
                frame,
                VirtioNetHeaderFlyweight.GSO_TCPV4,
                ip.protocol(),
                ipOffset + ip.headerLength(),
                ipOffset + ip.totalLength())) {
            counters.increment(Counter.DROP_VNET_HEADER_BAD);
            return false;
        }
        packet.isReassembled = false;
        packet.segmentBytes = offload.segmentBytes;
        packet.checksumPartial = offload.isTransportPartial;
        fill(packet, frame, ipOffset, sourceMac);
        return true;
    }

    private boolean isHeaderGood(final MutableDirectBuffer frame, final int ipOffset, final int availableBytes) {
        if (!ip.check(availableBytes)) {
            counters.increment(Counter.DROP_IPV4_BAD);
            return false;
        }
        if (!ip.isChecksumValid()) {
            counters.increment(Counter.DROP_IPV4_CHECKSUM);
            return false;
        }
        if (ip.ttl() == 0) {
            counters.increment(Counter.DROP_IPV4_TTL);
            return false;
        }
        return ip.headerLength() == Ipv4Flyweight.HEADER_LENGTH || areOptionsGood(frame, ipOffset);
    }

    private boolean areOptionsGood(final MutableDirectBuffer frame, final int ipOffset) {
        final int end = ipOffset + ip.headerLength();
        int index = ipOffset + Ipv4Flyweight.HEADER_LENGTH;
        while (index < end) {
            final int type = frame.getByte(index) & 0xff;
            if (type == OPTION_END) {
                break;
            }
            if (type == OPTION_NOP) {
                index++;
                continue;
            }
            // RFC 7126 sections 4.3 and 4.4: a source route goes around every rule about destinations.
            if (type == OPTION_LOOSE_SOURCE_ROUTE || type == OPTION_STRICT_SOURCE_ROUTE) {
                counters.increment(Counter.DROP_IPV4_SOURCE_ROUTE);
                return false;
            }
            final int length = index + 1 < end ? frame.getByte(index + 1) & 0xff : 0;
            if (length < 2 || length > end - index) {
                counters.increment(Counter.DROP_IPV4_BAD);
                return false;
            }
            index += length;
        }
        return true;
    }

    private boolean areAddressesGood(final MutableDirectBuffer frame, final int ipOffset, final long sourceMac) {
        final int source = ip.source();
        final boolean isOneHost = VirtualNetwork.isUnicast(source)
                && source != network.broadcast()
                && source != network.network()
                && !network.isOurs(source)
                && network.isGuests(IpAddress.IPV4_HI, IpAddress.ipv4Lo(source));
        if (MacAddress.isMulticast(sourceMac) || !(isOneHost || isWithoutAddress(source, frame, ipOffset))) {
            counters.increment(Counter.DROP_IPV4_SOURCE);
            return false;
        }
        final int destination = ip.destination();
        if (!VirtualNetwork.isUnicast(destination) && destination != LIMITED_BROADCAST) {
            counters.increment(Counter.DROP_IPV4_DESTINATION);
            return false;
        }
        return true;
    }

    private boolean isWithoutAddress(final int source, final MutableDirectBuffer frame, final int ipOffset) {
        return source == 0 && !network.isBridge() && isDhcpRequest(frame, ipOffset);
    }

    /// Whether this is what a host without an address may send (RFC 1122 section 3.2.1.3 (a), RFC 2131 section
    /// 4.1).
    private boolean isDhcpRequest(final MutableDirectBuffer frame, final int ipOffset) {
        final int headerLength = ip.headerLength();
        if (ip.protocol() != IpProtocol.UDP || ip.isFragment()) {
            return false;
        }
        udp.wrap(frame, ipOffset + headerLength);
        return udp.check(ip.totalLength() - headerLength)
                && udp.sourcePort() == DHCP_CLIENT_PORT
                && udp.destinationPort() == DHCP_SERVER_PORT;
    }

    private boolean onFragment(
            final MutableDirectBuffer frame,
            final int ipOffset,
            final long sourceMac,
            final IngressPacket packet,
            final long nowNs) {
        if (offload.isOffloaded()) {
            counters.increment(Counter.DROP_VNET_HEADER_BAD);
            return false;
        }
        if (!reassembly.onFragment(frame, fragment.ofIpv4(ipOffset, ip), nowNs)) {
            return false;
        }
        final UnsafeBuffer whole = reassembly.buffer();
        ip.wrap(whole, reassembly.ipOffset());
        packet.isReassembled = true;
        packet.segmentBytes = 0;
        packet.checksumPartial = false;
        fill(packet, whole, reassembly.ipOffset(), sourceMac);
        return true;
    }

    /// Fills in what the header says that `ip` views.
    private void fill(
            final IngressPacket packet, final MutableDirectBuffer buffer, final int ipOffset, final long sourceMac) {
        packet.wrap(buffer);
        final int headerLength = ip.headerLength();
        packet.ipOffset = ipOffset;
        packet.transportOffset = ipOffset + headerLength;
        packet.transportLength = ip.totalLength() - headerLength;
        packet.protocol = ip.protocol();
        packet.hopLimit = ip.ttl();
        packet.sourceHi = IpAddress.IPV4_HI;
        packet.sourceLo = IpAddress.ipv4Lo(ip.source());
        packet.destinationHi = IpAddress.IPV4_HI;
        packet.destinationLo = IpAddress.ipv4Lo(ip.destination());
        packet.sourceMac = sourceMac;
    }
}
