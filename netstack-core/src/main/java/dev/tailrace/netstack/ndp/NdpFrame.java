package dev.tailrace.netstack.ndp;

import dev.tailrace.netstack.ip.Ipv6Network;
import dev.tailrace.netstack.link.CountedLink;
import dev.tailrace.netstack.link.LinkDevice;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.wire.EtherType;
import dev.tailrace.netstack.wire.EthernetFlyweight;
import dev.tailrace.netstack.wire.Icmpv6Flyweight;
import dev.tailrace.netstack.wire.InternetChecksum;
import dev.tailrace.netstack.wire.IpProtocol;
import dev.tailrace.netstack.wire.Ipv6Flyweight;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/// A frame that holds one neighbour discovery message: made here, its checksum too, and sent.
///
/// ```
///   0         10            24        64
///   | vnet 10 | Ethernet 14 | IPv6 40 | ICMPv6 message, up to 128 |
/// ```
final class NdpFrame {
    /// Where the message starts in [#buffer].
    static final int MESSAGE_OFFSET =
            LinkDevice.VNET_HEADER_LENGTH + EthernetFlyweight.HEADER_LENGTH + Ipv6Flyweight.HEADER_LENGTH;

    /// Hop limit that shows that no router has passed the message on (RFC 4861 section 6.1.1).
    static final int HOP_LIMIT = 255;

    /// All nodes of the link (RFC 4291 section 2.7.1).
    static final long ALL_NODES_HI = 0xff02_0000_0000_0000L;

    static final long ALL_NODES_LO = 1;

    private static final int CAPACITY = MESSAGE_OFFSET + 128;

    private final CountedLink link;
    private final long ourMac;
    private final UnsafeBuffer buffer = new UnsafeBuffer(BufferUtil.allocateDirectAligned(CAPACITY, 64));
    private final EthernetFlyweight ethernet = new EthernetFlyweight().wrap(buffer, LinkDevice.VNET_HEADER_LENGTH);
    private final Ipv6Flyweight ip =
            new Ipv6Flyweight().wrap(buffer, LinkDevice.VNET_HEADER_LENGTH + EthernetFlyweight.HEADER_LENGTH);
    private final Icmpv6Flyweight icmp = new Icmpv6Flyweight().wrap(buffer, MESSAGE_OFFSET);

    NdpFrame(final LinkDevice device, final long ourMac, final Counters counters) {
        this.link = new CountedLink(device, counters);
        this.ourMac = ourMac;
        ethernet.source(ourMac).etherType(EtherType.IPV6);
    }

    /// The frame; the caller writes what follows the first 4 bytes of the message.
    UnsafeBuffer buffer() {
        return buffer;
    }

    long ourMac() {
        return ourMac;
    }

    /// Writes the headers and the checksum, and sends the frame.
    ///
    /// @param length of the message in bytes
    void send(
            final int type,
            final int length,
            final long sourceHi,
            final long sourceLo,
            final long destinationHi,
            final long destinationLo,
            final long destinationMac) {
        buffer.setMemory(0, LinkDevice.VNET_HEADER_LENGTH, (byte) 0);
        ethernet.destination(destinationMac);
        ip.writeHeader(length, IpProtocol.ICMPV6, HOP_LIMIT, sourceHi, sourceLo, destinationHi, destinationLo);
        icmp.type(type).code(0).checksum(0);
        final long pseudoHeader = InternetChecksum.ipv6PseudoHeader(
                sourceHi, sourceLo, destinationHi, destinationLo, IpProtocol.ICMPV6, length);
        icmp.checksum(InternetChecksum.complement(InternetChecksum.sum(buffer, MESSAGE_OFFSET, length, pseudoHeader)));
        link.send(buffer, MESSAGE_OFFSET + length);
    }

    /// Sends from the router's link-local address.
    void sendAsRouter(
            final int type,
            final int length,
            final long destinationHi,
            final long destinationLo,
            final long destinationMac) {
        send(
                type,
                length,
                Ipv6Network.LINK_LOCAL_HI,
                Ipv6Network.GATEWAY_LO,
                destinationHi,
                destinationLo,
                destinationMac);
    }
}
