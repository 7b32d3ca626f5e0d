package dev.tailrace.netstack.tcp;

import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.link.LinkDevice;
import dev.tailrace.netstack.memory.ByteRing;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.wire.EtherType;
import dev.tailrace.netstack.wire.EthernetFlyweight;
import dev.tailrace.netstack.wire.InternetChecksum;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.netstack.wire.IpProtocol;
import dev.tailrace.netstack.wire.Ipv4Flyweight;
import dev.tailrace.netstack.wire.TcpFlags;
import dev.tailrace.netstack.wire.TcpFlyweight;
import dev.tailrace.netstack.wire.TcpOptionsDecoder;
import dev.tailrace.netstack.wire.TcpOptionsEncoder;
import dev.tailrace.netstack.wire.VirtioNetHeaderFlyweight;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/// Lays down the headers of one segment or super-segment and hands it to the link with its payload in place.
///
/// The checksum is left to the kernel (VIRTIO_NET_HDR_F_NEEDS_CSUM: the field holds the folded pseudo-header sum), and
/// so is cutting: payload longer than the guest's MSS goes as GSO_TCPV4 with `gso_size` = MSS (linux/virtio_net.h).
final class TcpSegmentWriter {
    /// Most payload in one super-segment: an IPv4 packet of 65,535 bytes less two headers without options.
    static final int MAX_PAYLOAD_BYTES = 65_535 - Ipv4Flyweight.HEADER_LENGTH - TcpFlyweight.HEADER_LENGTH;

    private static final int ETHERNET = LinkDevice.VNET_HEADER_LENGTH;
    private static final int IP = ETHERNET + EthernetFlyweight.HEADER_LENGTH;
    private static final int TCP = IP + Ipv4Flyweight.HEADER_LENGTH;
    private static final int TTL = 64;
    private static final int WINDOW_MAX = 0xffff;

    private final TcpContext context;
    private final UnsafeBuffer headers =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(TCP + TcpFlyweight.MAX_HEADER_LENGTH, 64));
    private final VirtioNetHeaderFlyweight vnet = new VirtioNetHeaderFlyweight().wrap(headers, 0);
    private final EthernetFlyweight ethernet = new EthernetFlyweight().wrap(headers, ETHERNET);
    private final Ipv4Flyweight ip = new Ipv4Flyweight().wrap(headers, IP);
    private final TcpFlyweight tcp = new TcpFlyweight().wrap(headers, TCP);
    private final long ourMac;
    private int identification;

    TcpSegmentWriter(final TcpContext context) {
        this.context = context;
        this.ourMac = VirtualNetwork.macOf(context.network.gateway());
    }

    /// Sends a segment without payload: SYN with options, or ACK, FIN, RST.
    ///
    /// @return whether the link took it; if not, nothing of the flow has changed
    boolean control(final TcpFlow flow, final int sequence, final int flags) {
        return data(flow, sequence, flags, 0, 0);
    }

    /// Sends a segment with payload from the flow's ring.
    ///
    /// @param position of the first byte, counted from the ring's oldest
    /// @return whether the link took it; if not, nothing of the flow has changed
    boolean data(final TcpFlow flow, final int sequence, final int flags, final int position, final int length) {
        final boolean isSyn = (flags & TcpFlags.SYN) != 0;
        int headerLength = TcpFlyweight.HEADER_LENGTH;
        if (isSyn) {
            final int shift = flow.rcvShift == TcpFlow.NO_WINDOW_SCALE ? TcpOptionsDecoder.ABSENT : flow.rcvShift;
            headerLength += TcpOptionsEncoder.encode(headers, TCP + headerLength, context.linkMss(), shift);
        }
        final int edge = context.receiver.edgeToAdvertise(flow);
        final int shift = isSyn || flow.rcvShift == TcpFlow.NO_WINDOW_SCALE ? 0 : flow.rcvShift;
        final int window = windowField(flow, edge, shift);
        tcp.acknowledgement((flags & TcpFlags.ACK) == 0 ? 0 : flow.rcvNxt).window(window);
        if (!transmit(flow, sequence, flags, headerLength, position, length)) {
            context.counters.increment(Counter.TRANSMIT_FAILED);
            return false;
        }
        if ((flags & TcpFlags.ACK) != 0) {
            flow.rcvEdge = flow.rcvNxt + (window << shift);
            flow.ackedTo = flow.rcvNxt;
            flow.isAckDue = false;
        }
        return true;
    }

    /// Answers a segment that belongs to no flow with RST (RFC 9293 section 3.5.2).
    ///
    /// @param acknowledgement what the RST acknowledges when `flags` has ACK
    void reset(
            final int fromAddress,
            final int fromPort,
            final int toAddress,
            final int toPort,
            final long toMac,
            final int sequence,
            final int acknowledgement,
            final int flags) {
        tcp.sourcePort(fromPort).destinationPort(toPort).sequence(sequence);
        tcp.acknowledgement(acknowledgement).window(0);
        frame(toMac, fromAddress, toAddress, flags, TcpFlyweight.HEADER_LENGTH, 0, 0);
        context.counters.increment(Counter.TCP_RESETS_OUT);
        if (!context.link.transmit(headers, 0, TCP + TcpFlyweight.HEADER_LENGTH, headers, 0, 0, 0, 0)) {
            context.counters.increment(Counter.TRANSMIT_FAILED);
        }
    }

    private boolean transmit(
            final TcpFlow flow,
            final int sequence,
            final int flags,
            final int headerLength,
            final int position,
            final int length) {
        tcp.sourcePort(flow.remotePort).destinationPort(flow.guestPort).sequence(sequence);
        frame(
                flow.guestMac,
                IpAddress.ipv4(flow.remoteLo),
                IpAddress.ipv4(flow.guestLo),
                flags,
                headerLength,
                length,
                flow.mss);
        final ByteRing ring = flow.ring;
        final int first = length == 0 ? 0 : ring.contiguous(position, length);
        final int firstOffset = length == 0 ? 0 : ring.offset(position);
        final int secondOffset = first == length ? 0 : ring.offset(position + first);
        return context.link.transmit(
                headers, 0, TCP + headerLength, ring.buffer(), firstOffset, first, secondOffset, length - first);
    }

    private void frame(
            final long toMac,
            final int fromAddress,
            final int toAddress,
            final int flags,
            final int headerLength,
            final int length,
            final int mss) {
        final int segmentLength = headerLength + length;
        final boolean isSuper = length > mss;
        vnet.partialChecksum(
                isSuper ? VirtioNetHeaderFlyweight.GSO_TCPV4 : VirtioNetHeaderFlyweight.GSO_NONE,
                TCP - ETHERNET + headerLength,
                mss,
                TCP - ETHERNET,
                TcpFlyweight.CHECKSUM_OFFSET);
        ethernet.destination(toMac).source(ourMac).etherType(EtherType.IPV4);
        ip.writeHeader(
                Ipv4Flyweight.HEADER_LENGTH + segmentLength,
                identification,
                Ipv4Flyweight.DONT_FRAGMENT,
                TTL,
                IpProtocol.TCP,
                fromAddress,
                toAddress);
        identification += isSuper ? (length + mss - 1) / mss : 1;
        tcp.headerLength(headerLength).flags(flags).urgentPointer(0);
        tcp.checksum(InternetChecksum.fold(
                InternetChecksum.ipv4PseudoHeader(fromAddress, toAddress, IpProtocol.TCP, segmentLength)));
        context.counters.increment(Counter.TCP_SEGMENTS_OUT);
        context.counters.increment(Counter.FRAMES_OUT);
        context.counters.add(Counter.BYTES_OUT, TCP + segmentLength);
    }

    /// The field that tells `edge`, rounded so that the right edge told does not move left.
    private static int windowField(final TcpFlow flow, final int edge, final int shift) {
        final int window = Math.max(0, edge - flow.rcvNxt);
        int field = window >>> shift;
        if (flow.rcvNxt + (field << shift) - flow.rcvEdge < 0) {
            field++;
        }
        return Math.min(field, WINDOW_MAX);
    }
}
