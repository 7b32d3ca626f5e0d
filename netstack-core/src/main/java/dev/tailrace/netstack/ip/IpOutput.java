package dev.tailrace.netstack.ip;

import dev.tailrace.netstack.link.CountedLink;
import dev.tailrace.netstack.link.LinkDevice;
import dev.tailrace.netstack.link.NeighborQuery;
import dev.tailrace.netstack.link.NeighborTable;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.wire.InternetChecksum;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.netstack.wire.IpProtocol;
import dev.tailrace.netstack.wire.MacAddress;
import dev.tailrace.netstack.wire.UdpFlyweight;
import dev.tailrace.netstack.wire.VirtioNetHeaderFlyweight;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/// Sends packets other than TCP towards the guest, in both families. Owned by the stack.
///
/// A frame is gathered from headers made here ([IpFrame]) and the caller's payload, which is never copied.
///
/// A datagram that fits the MTU leaves its checksum to the guest's kernel, which never computes it for local delivery.
/// A run of datagrams becomes super-frames where the device segments UDP. A longer datagram becomes fragments with a
/// full checksum, because a fragment cannot leave it open.
///
/// The first datagrams for a guest whose Ethernet address is not known are held until it has answered or the owner
/// gives up ([#forgetHeld]); other packets for it are dropped.
public final class IpOutput implements IpEgress {
    /// Most segments in one frame: what every kernel with USO takes (`UDP_MAX_SEGMENTS` before 6.12, linux/udp.h).
    private static final int MAX_SEGMENTS = 64;

    private static final int LIMITED_BROADCAST = -1;

    private final LinkDevice device;
    private final CountedLink link;
    private final VirtualNetwork network;
    private final NeighborTable neighbors;
    private final NeighborQuery query;
    private final Counters counters;
    private final Icmpv4Errors errors;
    private final Icmpv6Errors errors6;
    private final HeldDatagrams held = new HeldDatagrams();
    private final IpFrame ipv4;
    private final IpFrame ipv6;
    private final UdpFlyweight udp = new UdpFlyweight();

    /// @param query asks the link for a guest's Ethernet address
    /// @param secret random number from which the identification fields start
    public IpOutput(
            final LinkDevice device,
            final VirtualNetwork network,
            final NeighborTable neighbors,
            final NeighborQuery query,
            final Counters counters,
            final long secret) {
        this.device = device;
        this.link = new CountedLink(device, counters);
        this.network = network;
        this.neighbors = neighbors;
        this.query = query;
        this.counters = counters;
        final IcmpRate rate = new IcmpRate();
        this.errors = new Icmpv4Errors(network, rate, counters);
        this.errors6 = new Icmpv6Errors(network, rate, counters);
        final long mac = VirtualNetwork.macOf(network.gateway());
        this.ipv4 = new Ipv4Frame(mac, (int) (secret ^ secret >>> 32));
        this.ipv6 = new Ipv6Frame(mac, (int) (secret >>> 16));
        neighbors.listener(this::onNeighbor);
    }

    /// Whether datagrams are held for a guest that has not answered.
    public boolean isHolding() {
        return held.count() != 0;
    }

    /// Gives up the datagrams that are held.
    public void forgetHeld() {
        counters.add(Counter.DROP_NEIGHBOUR_UNKNOWN, held.count());
        held.clear();
    }

    // hot path
    @Override
    public void udp(
            final long sourceHi,
            final long sourceLo,
            final int sourcePort,
            final long destinationHi,
            final long destinationLo,
            final int destinationPort,
            final DirectBuffer payload,
            final int offset,
            final int length,
            final int segmentBytes,
            final int hopLimit) {
        final IpFrame frame = frame(sourceHi, sourceLo, destinationHi, destinationLo);
        if (frame == null) {
            return;
        }
        if (!isKnown(frame, destinationHi, destinationLo)) {
            hold(
                    sourceHi,
                    sourceLo,
                    destinationHi,
                    destinationLo,
                    sourcePort << 16 | destinationPort,
                    payload,
                    offset,
                    length,
                    segmentBytes,
                    hopLimit);
            return;
        }
        udp.wrap(frame.headers(), frame.transportOffset())
                .sourcePort(sourcePort)
                .destinationPort(destinationPort);
        final int step = segmentBytes == 0 ? length : perFrame(frame, segmentBytes);
        int sent = 0;
        do {
            final int bytes = Math.min(step, length - sent);
            datagrams(
                    frame,
                    sourceHi,
                    sourceLo,
                    destinationHi,
                    destinationLo,
                    payload,
                    offset + sent,
                    bytes,
                    segmentBytes,
                    hopLimit);
            sent += bytes;
        } while (sent < length);
    }

    @Override
    public void icmp(
            final long sourceHi,
            final long sourceLo,
            final long destinationHi,
            final long destinationLo,
            final DirectBuffer message,
            final int offset,
            final int length,
            final int hopLimit) {
        final IpFrame frame = frame(sourceHi, sourceLo, destinationHi, destinationLo);
        if (frame == null) {
            return;
        }
        if (length > frame.maxTransportLength()) {
            counters.increment(Counter.DROP_ICMP_BAD);
            return;
        }
        if (!isKnown(frame, destinationHi, destinationLo)) {
            counters.increment(Counter.DROP_NEIGHBOUR_UNKNOWN);
            query.ask(destinationHi, destinationLo);
            return;
        }
        final int protocol = frame == ipv4 ? IpProtocol.ICMP : IpProtocol.ICMPV6;
        frame.vnet().clear();
        if (frame.ipHeaderLength() + length > network.mtu()) {
            fragments(
                    frame,
                    protocol,
                    sourceHi,
                    sourceLo,
                    destinationHi,
                    destinationLo,
                    0,
                    message,
                    offset,
                    length,
                    hopLimit);
            return;
        }
        frame.ipHeader(length, protocol, hopLimit, true, 1, sourceHi, sourceLo, destinationHi, destinationLo);
        link.send(frame.headers(), frame.transportOffset(), message, offset, length);
    }

    @Override
    public void icmpError(
            final int type,
            final int code,
            final int mtu,
            final long offenderHi,
            final long offenderLo,
            final DirectBuffer packet,
            final int offset,
            final int length,
            final long nowNs) {
        if (isIpv6(packet, offset, length)) {
            final boolean isFamily = !IpAddress.isIpv4(offenderHi, offenderLo);
            final int made = errors6.make(
                    IcmpTranslation.toIcmpv6(type, code),
                    mtu,
                    isFamily ? offenderHi : 0,
                    isFamily ? offenderLo : 0,
                    packet,
                    offset,
                    length,
                    nowNs);
            sendIpv6Error(made);
            return;
        }
        final int messageLength = errors.make(type, code, mtu, packet, offset, length, nowNs);
        if (messageLength == 0) {
            return;
        }
        final boolean anonymous = (offenderHi | offenderLo) == 0 || !IpAddress.isIpv4(offenderHi, offenderLo);
        icmp(
                IpAddress.IPV4_HI,
                anonymous ? network.gatewayLo(true) : offenderLo,
                IpAddress.IPV4_HI,
                IpAddress.ipv4Lo(errors.destination()),
                errors.message(),
                0,
                messageLength,
                Icmpv4Errors.HOP_LIMIT);
        counters.increment(Counter.ICMP_ERRORS_OUT);
    }

    /// Answers an IPv6 packet with a parameter problem (RFC 4443 section 3.4).
    ///
    /// @param pointer where in the packet the problem is, in bytes
    void parameterProblem(
            final int code,
            final int pointer,
            final DirectBuffer packet,
            final int offset,
            final int length,
            final long nowNs) {
        sendIpv6Error(errors6.make(
                IcmpTranslation.PARAMETER_PROBLEM_V6 | code, pointer, 0, 0, packet, offset, length, nowNs));
    }

    private void sendIpv6Error(final int messageLength) {
        if (messageLength == 0) {
            return;
        }
        icmp(
                errors6.sourceHi(),
                errors6.sourceLo(),
                errors6.destinationHi(),
                errors6.destinationLo(),
                errors6.message(),
                0,
                messageLength,
                Icmpv4Errors.HOP_LIMIT);
        counters.increment(Counter.ICMP_ERRORS_OUT);
    }

    private static boolean isIpv6(final DirectBuffer packet, final int offset, final int length) {
        return length > 0 && (packet.getByte(offset) & 0xf0) == 0x60;
    }

    /// Payload bytes of one frame of a run: one datagram, or as many as a super-frame takes.
    private int perFrame(final IpFrame frame, final int segmentBytes) {
        final int overhead = frame.ipHeaderLength() + UdpFlyweight.HEADER_LENGTH;
        if (!device.udpSegmentation() || segmentBytes + overhead > network.mtu()) {
            return segmentBytes;
        }
        final int fitting = (frame.maxTransportLength() - UdpFlyweight.HEADER_LENGTH) / segmentBytes;
        return Math.min(fitting, MAX_SEGMENTS) * segmentBytes;
    }

    /// Sends one datagram, or several in one super-frame when `length` is more than `segmentBytes`.
    private void datagrams(
            final IpFrame frame,
            final long sourceHi,
            final long sourceLo,
            final long destinationHi,
            final long destinationLo,
            final DirectBuffer payload,
            final int offset,
            final int length,
            final int segmentBytes,
            final int hopLimit) {
        final int udpLength = UdpFlyweight.HEADER_LENGTH + length;
        if (udpLength > frame.maxTransportLength()) {
            counters.increment(Counter.DROP_UDP_BAD);
            return;
        }
        final boolean isRun = segmentBytes != 0 && length > segmentBytes;
        final int segments = isRun ? (length + segmentBytes - 1) / segmentBytes : 1;
        counters.add(Counter.UDP_OUT, segments);
        udp.length(udpLength);
        final long pseudoHeader = InternetChecksum.pseudoHeader(
                sourceHi, sourceLo, destinationHi, destinationLo, IpProtocol.UDP, udpLength);
        if (!isRun && frame.ipHeaderLength() + udpLength > network.mtu()) {
            completeChecksum(frame, pseudoHeader, payload, offset, length);
            frame.vnet().clear();
            fragments(
                    frame,
                    IpProtocol.UDP,
                    sourceHi,
                    sourceLo,
                    destinationHi,
                    destinationLo,
                    UdpFlyweight.HEADER_LENGTH,
                    payload,
                    offset,
                    length,
                    hopLimit);
            return;
        }
        udp.checksum(InternetChecksum.fold(pseudoHeader));
        frame.vnet()
                .partialChecksum(
                        isRun ? VirtioNetHeaderFlyweight.GSO_UDP_L4 : VirtioNetHeaderFlyweight.GSO_NONE,
                        frame.checksumStart() + UdpFlyweight.HEADER_LENGTH,
                        segmentBytes,
                        frame.checksumStart(),
                        UdpFlyweight.CHECKSUM_OFFSET);
        frame.ipHeader(
                udpLength, IpProtocol.UDP, hopLimit, true, segments, sourceHi, sourceLo, destinationHi, destinationLo);
        link.send(frame.headers(), frame.transportOffset() + UdpFlyweight.HEADER_LENGTH, payload, offset, length);
    }

    private void completeChecksum(
            final IpFrame frame,
            final long pseudoHeader,
            final DirectBuffer payload,
            final int offset,
            final int length) {
        udp.checksum(0);
        final long header = InternetChecksum.sum(
                frame.headers(), frame.transportOffset(), UdpFlyweight.HEADER_LENGTH, pseudoHeader);
        final int checksum = InternetChecksum.complement(InternetChecksum.sum(payload, offset, length, header));
        udp.checksum(checksum == 0 ? 0xffff : checksum);
    }

    /// Sends a transport header of `headerLength` bytes, already in place, and a payload as fragments.
    private void fragments(
            final IpFrame frame,
            final int protocol,
            final long sourceHi,
            final long sourceLo,
            final long destinationHi,
            final long destinationLo,
            final int headerLength,
            final DirectBuffer payload,
            final int offset,
            final int length,
            final int hopLimit) {
        final int identification = frame.nextFragmentation();
        final int most = frame.fragmentBytes(network.mtu());
        final int whole = headerLength + length;
        int position = 0;
        while (position < whole) {
            final int bytes = Math.min(most, whole - position);
            // The transport header is in the first fragment only; it is no longer than the shortest one.
            final int headerBytes = position == 0 ? headerLength : 0;
            final int headersLength = frame.fragmentHeader(
                    identification,
                    protocol,
                    hopLimit,
                    headerBytes,
                    bytes,
                    position,
                    position + bytes == whole,
                    sourceHi,
                    sourceLo,
                    destinationHi,
                    destinationLo);
            link.send(
                    frame.headers(),
                    headersLength,
                    payload,
                    offset + position + headerBytes - headerLength,
                    bytes - headerBytes);
            counters.increment(Counter.FRAGMENTS_OUT);
            position += bytes;
        }
    }

    /// The headers to use, or null for addresses of two families or a family that there is not.
    private @Nullable IpFrame frame(
            final long sourceHi, final long sourceLo, final long destinationHi, final long destinationLo) {
        final boolean isIpv4 = IpAddress.isIpv4(destinationHi, destinationLo);
        if (isIpv4 == IpAddress.isIpv4(sourceHi, sourceLo)) {
            if (isIpv4) {
                return ipv4;
            }
            if (network.ipv6() != null) {
                return ipv6;
            }
        }
        counters.increment(Counter.DROP_IPV6_UNSUPPORTED);
        return null;
    }

    /// Finds the neighbour and writes its address.
    private boolean isKnown(final IpFrame frame, final long hi, final long lo) {
        if (frame == ipv4) {
            final int destination = IpAddress.ipv4(lo);
            if (destination == LIMITED_BROADCAST || destination == network.broadcast()) {
                frame.ethernet().destination(MacAddress.BROADCAST);
                return true;
            }
        }
        final long mac = neighbors.lookup(hi, lo);
        if (mac == NeighborTable.UNKNOWN) {
            return false;
        }
        frame.ethernet().destination(mac);
        return true;
    }

    /// Keeps the datagrams of a run, or one, as far as there is room, and asks for the guest once.
    private void hold(
            final long sourceHi,
            final long sourceLo,
            final long destinationHi,
            final long destinationLo,
            final int portPair,
            final DirectBuffer payload,
            final int offset,
            final int length,
            final int segmentBytes,
            final int hopLimit) {
        final boolean hasAsked = held.holdsFor(destinationHi, destinationLo);
        final int step = segmentBytes == 0 ? length : segmentBytes;
        int kept = 0;
        do {
            final int bytes = Math.min(step, length - kept);
            if (!held.hold(
                    sourceHi,
                    sourceLo,
                    destinationHi,
                    destinationLo,
                    portPair,
                    hopLimit,
                    payload,
                    offset + kept,
                    bytes)) {
                counters.increment(Counter.DROP_NEIGHBOUR_UNKNOWN);
            }
            kept += bytes;
        } while (kept < length);
        if (!hasAsked) {
            query.ask(destinationHi, destinationLo);
        }
    }

    /// Sends what is held for a guest that has been found.
    private void onNeighbor(final long addressHi, final long addressLo) {
        int index = 0;
        while (index < held.count()) {
            if (!held.isFor(index, addressHi, addressLo)) {
                index++;
                continue;
            }
            udp(
                    held.sourceHi(index),
                    held.sourceLo(index),
                    held.sourcePort(index),
                    addressHi,
                    addressLo,
                    held.destinationPort(index),
                    held.payload(),
                    held.payloadOffset(index),
                    held.payloadLength(index),
                    0,
                    held.hopLimit(index));
            held.remove(index);
        }
    }
}
