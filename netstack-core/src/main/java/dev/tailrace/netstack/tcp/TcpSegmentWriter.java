package dev.tailrace.netstack.tcp;

import dev.tailrace.netstack.ip.IpFrame;
import dev.tailrace.netstack.ip.Ipv4Frame;
import dev.tailrace.netstack.ip.Ipv6Frame;
import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.memory.ByteRing;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.wire.InternetChecksum;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.netstack.wire.IpProtocol;
import dev.tailrace.netstack.wire.Ipv4Flyweight;
import dev.tailrace.netstack.wire.TcpFlags;
import dev.tailrace.netstack.wire.TcpFlyweight;
import dev.tailrace.netstack.wire.TcpOptionsDecoder;
import dev.tailrace.netstack.wire.TcpOptionsEncoder;
import dev.tailrace.netstack.wire.VirtioNetHeaderFlyweight;
import org.agrona.MutableDirectBuffer;

/// Lays down the headers of one segment or super-segment and hands it to the link with its payload in place.
///
/// The checksum is left to the kernel (VIRTIO_NET_HDR_F_NEEDS_CSUM: the field holds the folded pseudo-header sum), and
/// so is cutting: payload longer than the guest's MSS goes as GSO_TCPV4 or GSO_TCPV6 with `gso_size` = MSS
/// (linux/virtio_net.h).
final class TcpSegmentWriter {
    /// Most payload in one super-segment: an IPv4 packet of 65,535 bytes less two headers without options. IPv6 could
    /// take 20 bytes more.
    static final int MAX_PAYLOAD_BYTES = 65_535 - Ipv4Flyweight.HEADER_LENGTH - TcpFlyweight.HEADER_LENGTH;

    private static final int HOP_LIMIT = 64;
    private static final int WINDOW_MAX = 0xffff;

    private final TcpContext context;
    private final IpFrame ipv4;
    private final IpFrame ipv6;
    private final TcpFlyweight tcp = new TcpFlyweight();

    /// @param firstIdentification where the identification field of IPv4 starts
    TcpSegmentWriter(final TcpContext context, final int firstIdentification) {
        this.context = context;
        final long mac = VirtualNetwork.macOf(context.network.gateway());
        this.ipv4 = new Ipv4Frame(mac, firstIdentification);
        this.ipv6 = new Ipv6Frame(mac, 0);
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
        final IpFrame frame = frame(flow.isIpv4);
        int headerLength = TcpFlyweight.HEADER_LENGTH;
        if (isSyn) {
            final int shift = flow.rcvShift == TcpFlow.NO_WINDOW_SCALE ? TcpOptionsDecoder.ABSENT : flow.rcvShift;
            final int optionsOffset = frame.transportOffset() + headerLength;
            headerLength +=
                    TcpOptionsEncoder.encode(frame.headers(), optionsOffset, context.linkMss(flow.isIpv4), shift);
            if (flow.isSackPermitted) {
                headerLength +=
                        TcpOptionsEncoder.sackPermitted(frame.headers(), frame.transportOffset() + headerLength);
            }
        } else if (flow.outOfOrder != null || flow.repeatedEnd != flow.repeatedStart) {
            headerLength += selectiveAcknowledgement(frame, flow, flags, length);
        }
        final int edge = context.receiver.edgeToAdvertise(flow);
        final int shift = isSyn || flow.rcvShift == TcpFlow.NO_WINDOW_SCALE ? 0 : flow.rcvShift;
        final int window = windowField(flow, edge, shift);
        tcp.acknowledgement((flags & TcpFlags.ACK) == 0 ? 0 : flow.rcvNxt).window(window);
        if (!transmit(frame, flow, sequence, flags, headerLength, position, length)) {
            context.counters.increment(Counter.TRANSMIT_FAILED);
            return false;
        }
        if ((flags & TcpFlags.ACK) != 0) {
            flow.rcvEdge = flow.rcvNxt + (window << shift);
            flow.ackedTo = flow.rcvNxt;
            flow.isAckDue = false;
            flow.repeatedEnd = flow.repeatedStart;
        }
        return true;
    }

    /// Writes what has come twice (RFC 2883 section 4: the first block) and what is held behind a gap, where there is
    /// no payload that would have to be shorter by it.
    ///
    /// @return bytes written
    private static int selectiveAcknowledgement(
            final IpFrame frame, final TcpFlow flow, final int flags, final int length) {
        if (!flow.isSackPermitted || length > 0 || (flags & TcpFlags.RST) != 0) {
            return 0;
        }
        final MutableDirectBuffer headers = frame.headers();
        final int offset = frame.transportOffset() + TcpFlyweight.HEADER_LENGTH;
        int blocks = 0;
        if (flow.repeatedEnd != flow.repeatedStart) {
            TcpOptionsEncoder.sackBlock(headers, offset, blocks++, flow.repeatedStart, flow.repeatedEnd);
        }
        final OutOfOrderQueue queue = flow.outOfOrder;
        if (queue != null) {
            blocks = queue.encode(headers, offset, blocks);
        }
        return blocks == 0 ? 0 : TcpOptionsEncoder.sack(headers, offset, blocks);
    }

    /// Answers a segment that belongs to no flow with RST (RFC 9293 section 3.5.2).
    ///
    /// @param acknowledgement what the RST acknowledges when `flags` has ACK
    void reset(
            final long fromHi,
            final long fromLo,
            final int fromPort,
            final long toHi,
            final long toLo,
            final int toPort,
            final long toMac,
            final int sequence,
            final int acknowledgement,
            final int flags) {
        final IpFrame frame = frame(IpAddress.isIpv4(toHi, toLo));
        tcp.sourcePort(fromPort).destinationPort(toPort).sequence(sequence);
        tcp.acknowledgement(acknowledgement).window(0);
        headers(frame, toMac, fromHi, fromLo, toHi, toLo, flags, TcpFlyweight.HEADER_LENGTH, 0, 0);
        context.counters.increment(Counter.TCP_RESETS_OUT);
        final int headersLength = frame.transportOffset() + TcpFlyweight.HEADER_LENGTH;
        if (!context.link.transmit(frame.headers(), 0, headersLength, frame.headers(), 0, 0, 0, 0)) {
            context.counters.increment(Counter.TRANSMIT_FAILED);
        }
    }

    /// The headers of a family; the TCP header is viewed from here on.
    private IpFrame frame(final boolean isIpv4) {
        final IpFrame frame = isIpv4 ? ipv4 : ipv6;
        tcp.wrap(frame.headers(), frame.transportOffset());
        return frame;
    }

    private boolean transmit(
            final IpFrame frame,
            final TcpFlow flow,
            final int sequence,
            final int flags,
            final int headerLength,
            final int position,
            final int length) {
        tcp.sourcePort(flow.remotePort).destinationPort(flow.guestPort).sequence(sequence);
        headers(
                frame,
                flow.guestMac,
                flow.remoteHi,
                flow.remoteLo,
                flow.guestHi,
                flow.guestLo,
                flags,
                headerLength,
                length,
                flow.mss);
        final ByteRing ring = flow.ring;
        final int first = length == 0 ? 0 : ring.contiguous(position, length);
        final int firstOffset = length == 0 ? 0 : ring.offset(position);
        final int secondOffset = first == length ? 0 : ring.offset(position + first);
        return context.link.transmit(
                frame.headers(),
                0,
                frame.transportOffset() + headerLength,
                ring.buffer(),
                firstOffset,
                first,
                secondOffset,
                length - first);
    }

    private void headers(
            final IpFrame frame,
            final long toMac,
            final long fromHi,
            final long fromLo,
            final long toHi,
            final long toLo,
            final int flags,
            final int headerLength,
            final int length,
            final int mss) {
        final int segmentLength = headerLength + length;
        final boolean isSuper = length > mss;
        frame.vnet()
                .partialChecksum(
                        isSuper ? frame.tcpGsoType() : VirtioNetHeaderFlyweight.GSO_NONE,
                        frame.checksumStart() + headerLength,
                        mss,
                        frame.checksumStart(),
                        TcpFlyweight.CHECKSUM_OFFSET);
        frame.ethernet().destination(toMac);
        final int segments = isSuper ? (length + mss - 1) / mss : 1;
        frame.ipHeader(segmentLength, IpProtocol.TCP, HOP_LIMIT, false, segments, fromHi, fromLo, toHi, toLo);
        tcp.headerLength(headerLength).flags(flags).urgentPointer(0);
        tcp.checksum(InternetChecksum.fold(
                InternetChecksum.pseudoHeader(fromHi, fromLo, toHi, toLo, IpProtocol.TCP, segmentLength)));
        context.counters.increment(Counter.TCP_SEGMENTS_OUT);
        context.counters.increment(Counter.FRAMES_OUT);
        context.counters.add(Counter.BYTES_OUT, frame.transportOffset() + segmentLength);
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
