package dev.tailrace.netstack.icmp;

import dev.tailrace.netstack.host.HostEcho;
import dev.tailrace.netstack.host.HostErrno;
import dev.tailrace.netstack.host.HostSockets;
import dev.tailrace.netstack.ip.HostErrors;
import dev.tailrace.netstack.ip.IcmpTranslation;
import dev.tailrace.netstack.ip.IngressPacket;
import dev.tailrace.netstack.ip.IpEgress;
import dev.tailrace.netstack.ip.PacketQuote;
import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.status.FlowSource;
import dev.tailrace.netstack.table.FlowTable;
import dev.tailrace.netstack.table.KeyedHash;
import dev.tailrace.netstack.timer.TimerQueue;
import dev.tailrace.netstack.wire.Icmpv4Flyweight;
import dev.tailrace.netstack.wire.Icmpv6Flyweight;
import dev.tailrace.netstack.wire.InternetChecksum;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.netstack.wire.IpProtocol;
import dev.tailrace.netstack.wire.Ipv4Flyweight;
import java.nio.ByteBuffer;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/// Answers echo requests to our own addresses and passes the others to host sockets. Owned by the stack.
public final class EchoForwarder {
    /// Most (guest address, identifier) pairs at a time.
    public static final int MAX_FLOWS = 512;

    /// How long an unused pair is kept (RFC 5508 REQ-2: 60 seconds at least).
    public static final long IDLE_NS = 60_000_000_000L;

    private static final int HOP_LIMIT = 64;
    private static final int MAX_MESSAGE_LENGTH = Ipv4Flyweight.MAX_TOTAL_LENGTH - Ipv4Flyweight.HEADER_LENGTH;

    private final VirtualNetwork network;
    private final HostSockets sockets;
    private final IpEgress egress;
    private final TimerQueue timers;
    private final Counters counters;
    private final FlowTable<EchoFlow> flows;
    private final UnsafeBuffer message = new UnsafeBuffer(ByteBuffer.allocateDirect(MAX_MESSAGE_LENGTH));
    private final PacketQuote quote = new PacketQuote();
    private final Icmpv4Flyweight quotedIcmp = new Icmpv4Flyweight();

    /// Views echo messages of both families: they differ in the numbers of their types only (RFC 4443 section 4).
    private final Icmpv4Flyweight icmp = new Icmpv4Flyweight();
    private long nowNs;

    public EchoForwarder(
            final VirtualNetwork network,
            final HostSockets sockets,
            final IpEgress egress,
            final TimerQueue timers,
            final Counters counters,
            final KeyedHash hash) {
        this.network = network;
        this.sockets = sockets;
        this.egress = egress;
        this.timers = timers;
        this.counters = counters;
        this.flows = new FlowTable<>(MAX_FLOWS, hash);
    }

    /// Pairs with a socket now.
    public int flowCount() {
        return flows.size();
    }

    /// Adds each pair to a list.
    public void collect(final List<FlowSource> sources) {
        flows.forEach(sources::add);
    }

    /// Tells the time before host sockets call back.
    public void onTime(final long nowNs) {
        this.nowNs = nowNs;
    }

    /// Takes one ICMP message of the guest; nothing of it is needed after the return.
    ///
    /// A request to one of our own addresses is turned into its answer in place.
    ///
    /// @param packet ICMP or ICMPv6, but for neighbour discovery; the checksum of ICMPv6 has been looked at
    // hot path
    public void onPacket(final IngressPacket packet, final long nowNs) {
        this.nowNs = nowNs;
        icmp.wrap(packet.buffer, packet.transportOffset);
        if (!isEchoRequest(packet)) {
            return;
        }
        counters.increment(Counter.ICMP_ECHO_IN);
        final boolean isIpv4 = packet.isIpv4();
        if (network.isOurs(packet.destinationHi, packet.destinationLo)) {
            answer(packet);
        } else if (!network.isForwardable(packet.destinationHi, packet.destinationLo)) {
            counters.increment(isIpv4 ? Counter.DROP_IPV4_DESTINATION : Counter.DROP_IPV6_DESTINATION);
        } else if (packet.hopLimit <= 1) {
            counters.increment(isIpv4 ? Counter.DROP_IPV4_TTL : Counter.DROP_IPV6_HOP_LIMIT);
            refuse(packet, Icmpv4Flyweight.TIME_EXCEEDED, Icmpv4Flyweight.TTL_EXCEEDED, 0);
        } else {
            forward(packet);
        }
    }

    /// Closes the pairs of a guest's address.
    public void forget(final long guestHi, final long guestLo) {
        flows.of(guestHi, guestLo).forEach(this::drop);
    }

    /// Closes all sockets.
    public void close() {
        while (true) {
            final EchoFlow flow = flows.oldest();
            if (flow == null) {
                return;
            }
            drop(flow);
        }
    }

    void expire(final EchoFlow flow) {
        counters.increment(Counter.ICMP_FLOWS_EXPIRED);
        drop(flow);
    }

    void reply(
            final EchoFlow flow,
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final long sourceHi,
            final long sourceLo) {
        if (length < Icmpv4Flyweight.HEADER_LENGTH || length > MAX_MESSAGE_LENGTH) {
            counters.increment(Counter.DROP_ICMP_BAD);
            return;
        }
        touch(flow);
        message.putBytes(0, buffer, offset, length);
        icmp.wrap(message, 0);
        final boolean isIpv4 = IpAddress.isIpv4(flow.addressHi(), flow.addressLo());
        if (icmp.type() != replyType(isIpv4)) {
            counters.increment(Counter.DROP_ICMP_TYPE);
            return;
        }
        flow.bytesToGuest += length;
        final boolean isHost = VirtualNetwork.isLoopback(sourceHi, sourceLo);
        final long seenHi = isHost ? network.gatewayHi(isIpv4) : sourceHi;
        final long seenLo = isHost ? network.gatewayLo(isIpv4) : sourceLo;
        icmp.identifier(flow.number()).checksum(0);
        final long pseudoHeader = pseudoHeader(seenHi, seenLo, flow.addressHi(), flow.addressLo(), length);
        icmp.checksum(InternetChecksum.complement(InternetChecksum.sum(message, 0, length, pseudoHeader)));
        counters.increment(Counter.ICMP_ECHO_REPLIES);
        egress.icmp(seenHi, seenLo, flow.addressHi(), flow.addressLo(), message, 0, length, HOP_LIMIT);
    }

    void error(
            final EchoFlow flow,
            final int hostType,
            final int hostCode,
            final int mtu,
            final int sequence,
            final long destinationHi,
            final long destinationLo,
            final long offenderHi,
            final long offenderLo) {
        final boolean isIpv4 = IpAddress.isIpv4(flow.addressHi(), flow.addressLo());
        final int type = isIpv4 ? hostType : IcmpTranslation.typeOf(hostType, hostCode);
        final int code = isIpv4 ? hostCode : IcmpTranslation.codeOf(hostType, hostCode);
        if (!HostErrors.isForwarded(type)) {
            counters.increment(Counter.DROP_ICMP_TYPE);
            return;
        }
        final boolean toHost = VirtualNetwork.isLoopback(destinationHi, destinationLo);
        final int at = quote.write(
                isIpv4 ? IpProtocol.ICMP : IpProtocol.ICMPV6,
                Icmpv4Flyweight.HEADER_LENGTH,
                1,
                0,
                flow.addressHi(),
                flow.addressLo(),
                toHost ? network.gatewayHi(isIpv4) : destinationHi,
                toHost ? network.gatewayLo(isIpv4) : destinationLo);
        quotedIcmp
                .wrap(quote.buffer(), at)
                .type(isIpv4 ? Icmpv4Flyweight.ECHO_REQUEST : Icmpv6Flyweight.ECHO_REQUEST)
                .code(0)
                .identifier(flow.number())
                .sequence(sequence)
                .checksum(0);
        final boolean isHost = VirtualNetwork.isLoopback(offenderHi, offenderLo);
        egress.icmpError(
                type,
                code,
                mtu,
                isHost ? 0 : offenderHi,
                isHost ? 0 : offenderLo,
                quote.buffer(),
                0,
                quote.length(),
                nowNs);
    }

    private boolean isEchoRequest(final IngressPacket packet) {
        if (!icmp.check(packet.transportLength)) {
            counters.increment(Counter.DROP_ICMP_BAD);
            return false;
        }
        final boolean isIpv4 = packet.isIpv4();
        // That of ICMPv6 has been looked at.
        if (isIpv4 && !InternetChecksum.isValid(sum(packet))) {
            counters.increment(Counter.DROP_ICMP_CHECKSUM);
            return false;
        }
        final int wanted = isIpv4 ? Icmpv4Flyweight.ECHO_REQUEST : Icmpv6Flyweight.ECHO_REQUEST;
        if (icmp.type() != wanted || icmp.code() != 0) {
            counters.increment(Counter.DROP_ICMP_TYPE);
            return false;
        }
        return true;
    }

    private void answer(final IngressPacket packet) {
        final int offset = packet.transportOffset;
        final int length = packet.transportLength;
        icmp.type(replyType(packet.isIpv4())).checksum(0);
        final long pseudoHeader =
                pseudoHeader(packet.destinationHi, packet.destinationLo, packet.sourceHi, packet.sourceLo, length);
        icmp.checksum(InternetChecksum.complement(InternetChecksum.sum(packet.buffer, offset, length, pseudoHeader)));
        counters.increment(Counter.ICMP_ECHO_REPLIES);
        egress.icmp(
                packet.destinationHi,
                packet.destinationLo,
                packet.sourceHi,
                packet.sourceLo,
                packet.buffer,
                offset,
                length,
                HOP_LIMIT);
    }

    private static long sum(final IngressPacket packet) {
        return InternetChecksum.sum(packet.buffer, packet.transportOffset, packet.transportLength, 0);
    }

    private static int replyType(final boolean isIpv4) {
        return isIpv4 ? Icmpv4Flyweight.ECHO_REPLY : Icmpv6Flyweight.ECHO_REPLY;
    }

    /// The checksum of ICMPv6 covers a pseudo-header (RFC 4443 section 2.3), that of ICMP does not.
    private static long pseudoHeader(
            final long sourceHi,
            final long sourceLo,
            final long destinationHi,
            final long destinationLo,
            final int length) {
        return IpAddress.isIpv4(destinationHi, destinationLo)
                ? 0
                : InternetChecksum.ipv6PseudoHeader(
                        sourceHi, sourceLo, destinationHi, destinationLo, IpProtocol.ICMPV6, length);
    }

    private void forward(final IngressPacket packet) {
        final EchoFlow flow = flow(packet);
        final HostEcho socket = flow == null ? null : flow.socket;
        if (flow == null || socket == null) {
            return;
        }
        touch(flow);
        flow.lastSequence = icmp.sequence();
        flow.peerHi = packet.destinationHi;
        flow.peerLo = packet.destinationLo;
        flow.bytesToHost += packet.transportLength;
        final int result = socket.send(
                packet.buffer,
                packet.transportOffset,
                packet.transportLength,
                packet.destinationHi,
                packet.destinationLo,
                packet.hopLimit - 1);
        if (result < 0) {
            counters.increment(Counter.ICMP_SEND_FAILED);
            final int code = HostErrors.unreachableCode(-result);
            if (code != HostErrors.NO_ERROR) {
                refuse(packet, Icmpv4Flyweight.UNREACHABLE, code, HostErrors.mtu(code, network.mtu()));
            }
        }
    }

    /// The flow of the packet's source and identifier, made when there is none; null when that fails.
    private @Nullable EchoFlow flow(final IngressPacket packet) {
        final int identifier = icmp.identifier();
        final EchoFlow known = flows.get(packet.sourceHi, packet.sourceLo, identifier);
        if (known != null) {
            return known;
        }
        if (flows.isFull()) {
            evictOldest();
        }
        final EchoFlow flow = new EchoFlow(this, packet.sourceHi, packet.sourceLo, identifier, nowNs);
        final boolean isIpv6 = !packet.isIpv4();
        HostEcho socket = sockets.echo(isIpv6, flow);
        if (socket == null && HostErrors.isExhausted(sockets.lastErrno()) && evictOldest()) {
            socket = sockets.echo(isIpv6, flow);
        }
        if (socket == null) {
            counters.increment(Counter.DROP_ICMP_NO_SOCKET);
            final int errno = sockets.lastErrno();
            final boolean isForbidden = errno == HostErrno.EACCES || errno == HostErrno.EPERM;
            final int code =
                    isForbidden ? Icmpv4Flyweight.ADMINISTRATIVELY_PROHIBITED : Icmpv4Flyweight.HOST_UNREACHABLE;
            refuse(packet, Icmpv4Flyweight.UNREACHABLE, code, 0);
            return null;
        }
        flow.socket = socket;
        flows.add(flow);
        counters.increment(Counter.ICMP_FLOWS_OPENED);
        return flow;
    }

    private void refuse(final IngressPacket packet, final int type, final int code, final int mtu) {
        egress.icmpError(type, code, mtu, 0, 0, packet.buffer, packet.ipOffset, packet.ipLength(), nowNs);
    }

    private boolean evictOldest() {
        final EchoFlow oldest = flows.oldest();
        if (oldest == null) {
            return false;
        }
        counters.increment(Counter.ICMP_FLOWS_EVICTED);
        drop(oldest);
        return true;
    }

    private void touch(final EchoFlow flow) {
        flows.touch(flow);
        flow.usedNs = nowNs;
        timers.arm(flow.expiry, nowNs + IDLE_NS);
    }

    private void drop(final EchoFlow flow) {
        timers.remove(flow.expiry);
        flows.remove(flow);
        flow.closeSocket();
    }
}
