package dev.tailrace.netstack.ip;

import dev.tailrace.netstack.link.LinkDevice;
import dev.tailrace.netstack.link.NeighborTable;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.wire.EtherType;
import dev.tailrace.netstack.wire.EthernetFlyweight;
import dev.tailrace.netstack.wire.InternetChecksum;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.netstack.wire.IpProtocol;
import dev.tailrace.netstack.wire.Ipv4Flyweight;
import dev.tailrace.netstack.wire.MacAddress;
import dev.tailrace.netstack.wire.UdpFlyweight;
import dev.tailrace.netstack.wire.VirtioNetHeaderFlyweight;
import java.nio.ByteBuffer;
import java.util.function.IntConsumer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/// Sends IPv4 packets other than TCP towards the guest. Owned by the stack.
///
/// A frame is gathered from headers made here and the caller's payload, which is never copied:
///
/// ```
///   headers                                         | payload (caller's)
///   vnet 10 | Ethernet 14 | IPv4 20 | UDP 8 or none | slice
/// ```
///
/// A datagram that fits the MTU leaves its checksum to the guest's kernel, which never computes it for local delivery.
/// A run of datagrams becomes super-frames where the device segments UDP. A longer datagram becomes fragments with a
/// full checksum, because a fragment cannot leave it open.
///
/// The first datagrams for a guest whose Ethernet address is not known are held until ARP has found it or the owner
/// gives
/// up ([#forgetHeld]); other packets for it are dropped.
public final class Ipv4Egress implements IpEgress {
    private static final int ETHERNET_OFFSET = LinkDevice.VNET_HEADER_LENGTH;
    private static final int IP_OFFSET = ETHERNET_OFFSET + EthernetFlyweight.HEADER_LENGTH;
    private static final int TRANSPORT_OFFSET = IP_OFFSET + Ipv4Flyweight.HEADER_LENGTH;
    private static final int CHECKSUM_START = TRANSPORT_OFFSET - ETHERNET_OFFSET;
    private static final int HEADERS_CAPACITY = 64;

    /// Most segments in one frame: what every kernel with USO takes (`UDP_MAX_SEGMENTS` before 6.12, linux/udp.h).
    private static final int MAX_SEGMENTS = 64;

    /// Fragment offsets count these (RFC 791 section 3.1).
    private static final int FRAGMENT_UNIT = 8;

    private static final int MAX_TRANSPORT_LENGTH = Ipv4Flyweight.MAX_TOTAL_LENGTH - Ipv4Flyweight.HEADER_LENGTH;
    private static final int LIMITED_BROADCAST = -1;

    private final LinkDevice device;
    private final VirtualNetwork network;
    private final NeighborTable neighbors;
    private final IntConsumer neighborRequest;
    private final Counters counters;
    private final IcmpErrors errors;
    private final HeldDatagrams held = new HeldDatagrams();
    private final int fragmentBytes;
    private int identification;

    private final UnsafeBuffer headers = new UnsafeBuffer(ByteBuffer.allocateDirect(HEADERS_CAPACITY));
    private final VirtioNetHeaderFlyweight vnet = new VirtioNetHeaderFlyweight().wrap(headers, 0);
    private final EthernetFlyweight ethernet = new EthernetFlyweight().wrap(headers, ETHERNET_OFFSET);
    private final Ipv4Flyweight ip = new Ipv4Flyweight().wrap(headers, IP_OFFSET);
    private final UdpFlyweight udp = new UdpFlyweight().wrap(headers, TRANSPORT_OFFSET);

    /// @param neighborRequest asks by ARP for the Ethernet address of an IPv4 address (a number in network order)
    /// @param secret random number from which the identification field starts
    public Ipv4Egress(
            final LinkDevice device,
            final VirtualNetwork network,
            final NeighborTable neighbors,
            final IntConsumer neighborRequest,
            final Counters counters,
            final long secret) {
        this.device = device;
        this.network = network;
        this.neighbors = neighbors;
        this.neighborRequest = neighborRequest;
        this.counters = counters;
        this.errors = new IcmpErrors(network, counters);
        this.fragmentBytes =
                Math.max(FRAGMENT_UNIT, (network.mtu() - Ipv4Flyweight.HEADER_LENGTH) / FRAGMENT_UNIT * FRAGMENT_UNIT);
        this.identification = (int) (secret ^ secret >>> 32);
        ethernet.source(VirtualNetwork.macOf(network.gateway())).etherType(EtherType.IPV4);
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
        if (!isIpv4(sourceHi, sourceLo, destinationHi, destinationLo)) {
            return;
        }
        final int source = IpAddress.ipv4(sourceLo);
        final int destination = IpAddress.ipv4(destinationLo);
        if (!isKnown(destination)) {
            final int ports = sourcePort << 16 | destinationPort;
            hold(source, destination, ports, payload, offset, length, segmentBytes, hopLimit);
            return;
        }
        udp.sourcePort(sourcePort).destinationPort(destinationPort);
        final int step = segmentBytes == 0 ? length : perFrame(segmentBytes);
        int sent = 0;
        do {
            final int frameBytes = Math.min(step, length - sent);
            datagrams(source, destination, payload, offset + sent, frameBytes, segmentBytes, hopLimit);
            sent += frameBytes;
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
        if (length > MAX_TRANSPORT_LENGTH) {
            counters.increment(Counter.DROP_ICMP_BAD);
            return;
        }
        if (!isIpv4(sourceHi, sourceLo, destinationHi, destinationLo)) {
            return;
        }
        final int source = IpAddress.ipv4(sourceLo);
        final int destination = IpAddress.ipv4(destinationLo);
        if (!isKnown(destination)) {
            counters.increment(Counter.DROP_NEIGHBOUR_UNKNOWN);
            neighborRequest.accept(destination);
            return;
        }
        vnet.clear();
        if (Ipv4Flyweight.HEADER_LENGTH + length > network.mtu()) {
            fragments(IpProtocol.ICMP, source, destination, 0, message, offset, length, hopLimit);
            return;
        }
        final int totalLength = Ipv4Flyweight.HEADER_LENGTH + length;
        ip.writeHeader(totalLength, identification++, 0, hopLimit, IpProtocol.ICMP, source, destination);
        transmit(TRANSPORT_OFFSET, message, offset, length);
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
        final int messageLength = errors.make(type, code, mtu, packet, offset, length, nowNs);
        if (messageLength == 0) {
            return;
        }
        final boolean anonymous = (offenderHi | offenderLo) == 0 || !IpAddress.isIpv4(offenderHi, offenderLo);
        final long source = anonymous ? IpAddress.ipv4Lo(network.gateway()) : offenderLo;
        final long destination = IpAddress.ipv4Lo(errors.destination());
        icmp(
                IpAddress.IPV4_HI,
                source,
                IpAddress.IPV4_HI,
                destination,
                errors.message(),
                0,
                messageLength,
                IcmpErrors.HOP_LIMIT);
        counters.increment(Counter.ICMP_ERRORS_OUT);
    }

    /// Payload bytes of one frame of a run: one datagram, or as many as a super-frame takes.
    private int perFrame(final int segmentBytes) {
        final int overhead = Ipv4Flyweight.HEADER_LENGTH + UdpFlyweight.HEADER_LENGTH;
        if (!device.udpSegmentation() || segmentBytes + overhead > network.mtu()) {
            return segmentBytes;
        }
        final int fitting = (Ipv4Flyweight.MAX_TOTAL_LENGTH - overhead) / segmentBytes;
        return Math.min(fitting, MAX_SEGMENTS) * segmentBytes;
    }

    /// Sends one datagram, or several in one super-frame when `length` is more than `segmentBytes`.
    private void datagrams(
            final int source,
            final int destination,
            final DirectBuffer payload,
            final int offset,
            final int length,
            final int segmentBytes,
            final int hopLimit) {
        final int udpLength = UdpFlyweight.HEADER_LENGTH + length;
        if (udpLength > MAX_TRANSPORT_LENGTH) {
            counters.increment(Counter.DROP_UDP_BAD);
            return;
        }
        final boolean isRun = segmentBytes != 0 && length > segmentBytes;
        final int segments = isRun ? (length + segmentBytes - 1) / segmentBytes : 1;
        counters.add(Counter.UDP_OUT, segments);
        udp.length(udpLength);
        final long pseudoHeader = InternetChecksum.ipv4PseudoHeader(source, destination, IpProtocol.UDP, udpLength);
        final int totalLength = Ipv4Flyweight.HEADER_LENGTH + udpLength;
        if (!isRun && totalLength > network.mtu()) {
            udp.checksum(0);
            final long header =
                    InternetChecksum.sum(headers, TRANSPORT_OFFSET, UdpFlyweight.HEADER_LENGTH, pseudoHeader);
            final int checksum = InternetChecksum.complement(InternetChecksum.sum(payload, offset, length, header));
            udp.checksum(checksum == 0 ? 0xffff : checksum);
            vnet.clear();
            fragments(
                    IpProtocol.UDP, source, destination, UdpFlyweight.HEADER_LENGTH, payload, offset, length, hopLimit);
            return;
        }
        udp.checksum(InternetChecksum.fold(pseudoHeader));
        vnet.partialChecksum(
                isRun ? VirtioNetHeaderFlyweight.GSO_UDP_L4 : VirtioNetHeaderFlyweight.GSO_NONE,
                CHECKSUM_START + UdpFlyweight.HEADER_LENGTH,
                segmentBytes,
                CHECKSUM_START,
                UdpFlyweight.CHECKSUM_OFFSET);
        ip.writeHeader(totalLength, identification, 0, hopLimit, IpProtocol.UDP, source, destination);
        // Each segment of a super-frame gets the next identification from the kernel.
        identification += segments;
        transmit(TRANSPORT_OFFSET + UdpFlyweight.HEADER_LENGTH, payload, offset, length);
    }

    /// Sends a transport header of `headerLength` bytes, already in place, and a payload as fragments.
    private void fragments(
            final int protocol,
            final int source,
            final int destination,
            final int headerLength,
            final DirectBuffer payload,
            final int offset,
            final int length,
            final int hopLimit) {
        final int id = identification++;
        final int whole = headerLength + length;
        int position = 0;
        while (position < whole) {
            final int bytes = Math.min(fragmentBytes, whole - position);
            final boolean isLast = position + bytes == whole;
            final int flagsAndOffset = (isLast ? 0 : Ipv4Flyweight.MORE_FRAGMENTS) | position / FRAGMENT_UNIT;
            final int totalLength = Ipv4Flyweight.HEADER_LENGTH + bytes;
            ip.writeHeader(totalLength, id, flagsAndOffset, hopLimit, protocol, source, destination);
            // The transport header is in the first fragment only; it is no longer than the shortest one.
            final int headerBytes = position == 0 ? headerLength : 0;
            transmit(
                    TRANSPORT_OFFSET + headerBytes,
                    payload,
                    offset + position + headerBytes - headerLength,
                    bytes - headerBytes);
            counters.increment(Counter.FRAGMENTS_OUT);
            position += bytes;
        }
    }

    private boolean isIpv4(
            final long sourceHi, final long sourceLo, final long destinationHi, final long destinationLo) {
        if (IpAddress.isIpv4(destinationHi, destinationLo) && IpAddress.isIpv4(sourceHi, sourceLo)) {
            return true;
        }
        counters.increment(Counter.DROP_IPV6_UNSUPPORTED);
        return false;
    }

    /// Finds the neighbour and writes its address.
    private boolean isKnown(final int destination) {
        if (destination == LIMITED_BROADCAST || destination == network.broadcast()) {
            ethernet.destination(MacAddress.BROADCAST);
            return true;
        }
        final long mac = neighbors.lookup(IpAddress.IPV4_HI, IpAddress.ipv4Lo(destination));
        if (mac == NeighborTable.UNKNOWN) {
            return false;
        }
        ethernet.destination(mac);
        return true;
    }

    /// Keeps the datagrams of a run, or one, as far as there is room, and asks for the guest once.
    private void hold(
            final int source,
            final int destination,
            final int portPair,
            final DirectBuffer payload,
            final int offset,
            final int length,
            final int segmentBytes,
            final int hopLimit) {
        final boolean hasAsked = held.holdsFor(destination);
        final int step = segmentBytes == 0 ? length : segmentBytes;
        int kept = 0;
        do {
            final int bytes = Math.min(step, length - kept);
            if (!held.hold(source, destination, portPair, hopLimit, payload, offset + kept, bytes)) {
                counters.increment(Counter.DROP_NEIGHBOUR_UNKNOWN);
            }
            kept += bytes;
        } while (kept < length);
        if (!hasAsked) {
            neighborRequest.accept(destination);
        }
    }

    /// Sends what is held for a guest that has been found.
    private void onNeighbor(final long addressHi, final long addressLo) {
        int index = 0;
        while (index < held.count()) {
            final int destination = held.destination(index);
            if (IpAddress.ipv4Lo(destination) != addressLo || !isKnown(destination)) {
                index++;
                continue;
            }
            udp.sourcePort(held.sourcePort(index)).destinationPort(held.destinationPort(index));
            datagrams(
                    held.source(index),
                    destination,
                    held.payload(),
                    held.payloadOffset(index),
                    held.payloadLength(index),
                    0,
                    held.hopLimit(index));
            held.remove(index);
        }
    }

    private void transmit(final int headersLength, final DirectBuffer payload, final int offset, final int length) {
        if (device.transmit(headers, 0, headersLength, payload, offset, length, 0, 0)) {
            counters.increment(Counter.FRAMES_OUT);
            counters.add(Counter.BYTES_OUT, (long) headersLength - LinkDevice.VNET_HEADER_LENGTH + length);
        } else {
            counters.increment(Counter.TRANSMIT_FAILED);
        }
    }
}
