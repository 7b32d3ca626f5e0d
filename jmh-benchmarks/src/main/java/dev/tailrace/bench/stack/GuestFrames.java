package dev.tailrace.bench.stack;

import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.link.LinkDevice;
import dev.tailrace.netstack.wire.EtherType;
import dev.tailrace.netstack.wire.EthernetFlyweight;
import dev.tailrace.netstack.wire.IpProtocol;
import dev.tailrace.netstack.wire.Ipv4Flyweight;
import dev.tailrace.netstack.wire.TcpFlags;
import dev.tailrace.netstack.wire.TcpFlyweight;
import dev.tailrace.netstack.wire.TcpOptionsEncoder;
import dev.tailrace.netstack.wire.UdpFlyweight;
import dev.tailrace.netstack.wire.VirtioNetHeaderFlyweight;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/// Frames as the TAP of a Linux guest hands them out: checksums left open, long payload not cut yet.
public final class GuestFrames {
    /// Between guest and stack: 10.0.2.0/24 with an MTU of 1,500.
    public static final VirtualNetwork NETWORK = new VirtualNetwork(0x0a00_0200, 24, 1_500, 0, true, true);

    /// 10.0.2.100.
    public static final int GUEST = NETWORK.guest();

    /// 198.51.100.7 (RFC 5737).
    public static final int SERVER = 0xc633_6407;

    /// Payload of a segment whose sender also sends timestamps, as Linux does.
    public static final int SEGMENT_BYTES = 1_448;

    /// Payload of a datagram that fits the MTU.
    public static final int DATAGRAM_BYTES = 1_472;

    /// Where the Ethernet header is in a frame.
    public static final int ETHERNET_OFFSET = LinkDevice.VNET_HEADER_LENGTH;

    /// Where the IPv4 header is in a frame.
    public static final int IP_OFFSET = ETHERNET_OFFSET + EthernetFlyweight.HEADER_LENGTH;

    /// Where the TCP or UDP header is in a frame.
    public static final int TRANSPORT_OFFSET = IP_OFFSET + Ipv4Flyweight.HEADER_LENGTH;

    private static final long GUEST_MAC = 0x0200_0000_0001L;
    private static final int SYN_OPTIONS_LENGTH = 8;
    private static final int WINDOW_SHIFT = 7;
    private static final int WINDOW = 0xffff;
    private static final int TTL = 64;
    private static final int ALIGNMENT = 64;

    private GuestFrames() {}

    /// A segment, or a super-segment of [#SEGMENT_BYTES] each. Sequence and acknowledgement number are 0. A SYN
    /// has the options MSS ([#SEGMENT_BYTES]) and window scale.
    public static UnsafeBuffer tcp(
            final int server, final int serverPort, final int guestPort, final int flags, final int payloadBytes) {
        final boolean isSyn = (flags & TcpFlags.SYN) != 0;
        final int headerBytes = TcpFlyweight.HEADER_LENGTH + (isSyn ? SYN_OPTIONS_LENGTH : 0);
        final boolean isSuper = payloadBytes > SEGMENT_BYTES;
        final UnsafeBuffer frame = frame(server, IpProtocol.TCP, headerBytes + payloadBytes);
        new VirtioNetHeaderFlyweight()
                .wrap(frame, 0)
                .partialChecksum(
                        isSuper ? VirtioNetHeaderFlyweight.GSO_TCPV4 : VirtioNetHeaderFlyweight.GSO_NONE,
                        TRANSPORT_OFFSET - ETHERNET_OFFSET + headerBytes,
                        SEGMENT_BYTES,
                        TRANSPORT_OFFSET - ETHERNET_OFFSET,
                        TcpFlyweight.CHECKSUM_OFFSET);
        new TcpFlyweight()
                .wrap(frame, TRANSPORT_OFFSET)
                .sourcePort(guestPort)
                .destinationPort(serverPort)
                .headerLength(headerBytes)
                .flags(flags)
                .window(WINDOW);
        if (isSyn) {
            TcpOptionsEncoder.encode(frame, TRANSPORT_OFFSET + TcpFlyweight.HEADER_LENGTH, SEGMENT_BYTES, WINDOW_SHIFT);
        }
        return frame;
    }

    /// A datagram, or a run of datagrams of `segmentBytes` each.
    ///
    /// @param segmentBytes 0 for one datagram
    public static UnsafeBuffer udp(
            final int server,
            final int serverPort,
            final int guestPort,
            final int payloadBytes,
            final int segmentBytes) {
        final int datagramBytes = UdpFlyweight.HEADER_LENGTH + payloadBytes;
        final UnsafeBuffer frame = frame(server, IpProtocol.UDP, datagramBytes);
        new VirtioNetHeaderFlyweight()
                .wrap(frame, 0)
                .partialChecksum(
                        segmentBytes == 0 ? VirtioNetHeaderFlyweight.GSO_NONE : VirtioNetHeaderFlyweight.GSO_UDP_L4,
                        TRANSPORT_OFFSET - ETHERNET_OFFSET + UdpFlyweight.HEADER_LENGTH,
                        segmentBytes,
                        TRANSPORT_OFFSET - ETHERNET_OFFSET,
                        UdpFlyweight.CHECKSUM_OFFSET);
        new UdpFlyweight()
                .wrap(frame, TRANSPORT_OFFSET)
                .sourcePort(guestPort)
                .destinationPort(serverPort)
                .length(datagramBytes);
        return frame;
    }

    private static UnsafeBuffer frame(final int server, final int protocol, final int transportBytes) {
        final UnsafeBuffer frame =
                new UnsafeBuffer(BufferUtil.allocateDirectAligned(TRANSPORT_OFFSET + transportBytes, ALIGNMENT));
        new EthernetFlyweight()
                .wrap(frame, ETHERNET_OFFSET)
                .destination(VirtualNetwork.macOf(NETWORK.gateway()))
                .source(GUEST_MAC)
                .etherType(EtherType.IPV4);
        new Ipv4Flyweight()
                .wrap(frame, IP_OFFSET)
                .writeHeader(
                        Ipv4Flyweight.HEADER_LENGTH + transportBytes,
                        0,
                        Ipv4Flyweight.DONT_FRAGMENT,
                        TTL,
                        protocol,
                        GUEST,
                        server);
        return frame;
    }
}
