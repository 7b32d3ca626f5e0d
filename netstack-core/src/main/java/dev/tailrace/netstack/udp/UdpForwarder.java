package dev.tailrace.netstack.udp;

import dev.tailrace.netstack.dns.NameServer;
import dev.tailrace.netstack.host.HostDatagram;
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
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.netstack.wire.IpProtocol;
import dev.tailrace.netstack.wire.UdpFlyweight;
import java.util.ArrayDeque;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/// Passes UDP datagrams between the guest and host sockets. Owned by the stack.
///
/// The duty cycle: [#onPacket] for each datagram of the guest, [#flush] before the read area is used anew, [#poll] for
/// what host sockets received. The timers run in the stack's queue.
public final class UdpForwarder {
    /// Hop limit of what goes to the guest, and of what we start ourselves (RFC 1700).
    static final int HOP_LIMIT = 64;

    private static final long LIMITED_BROADCAST_LO = IpAddress.ipv4Lo(-1);

    /// Messages taken from one socket before the next has its turn.
    private static final int RECEIVE_BATCH = 32;

    final VirtualNetwork network;
    final IpEgress egress;
    final Counters counters;

    private final UdpConfig config;
    private final HostSockets sockets;
    private final NameServer nameServer;
    private final TimerQueue timers;
    private final UdpPortForwards forwards;
    private final FlowTable<UdpFlow> flows;
    private final ArrayDeque<UdpEndpoint> readable = new ArrayDeque<>(256);
    private final PendingSends pending = new PendingSends();
    private final UdpFlyweight udp = new UdpFlyweight();
    private final PacketQuote quote = new PacketQuote();
    private final UdpFlyweight quotedUdp = new UdpFlyweight();
    private boolean isFlushing;
    private long nowNs;

    /// @param nameServer the virtual name server; never asked where `network.dns()` is false
    public UdpForwarder(
            final UdpConfig config,
            final VirtualNetwork network,
            final HostSockets sockets,
            final IpEgress egress,
            final NameServer nameServer,
            final TimerQueue timers,
            final Counters counters,
            final KeyedHash hash) {
        this.config = config;
        this.network = network;
        this.sockets = sockets;
        this.egress = egress;
        this.nameServer = nameServer;
        this.timers = timers;
        this.counters = counters;
        this.flows = new FlowTable<>(config.maxFlows(), hash);
        this.forwards = new UdpPortForwards(this, config, sockets, hash);
    }

    /// The published ports.
    public UdpPortForwards forwards() {
        return forwards;
    }

    /// Mappings now.
    public int flowCount() {
        return flows.size();
    }

    /// Adds each mapping and each published port to a list.
    public void collect(final List<FlowSource> sources) {
        flows.forEach(sources::add);
        sources.addAll(forwards.all());
    }

    /// Takes one datagram of the guest, or one GSO frame of several. The packet must stay as it is until [#flush].
    ///
    /// @param packet protocol UDP, destination port not that of the DHCP server
    // hot path
    public void onPacket(final IngressPacket packet, final long nowNs) {
        this.nowNs = nowNs;
        counters.increment(Counter.UDP_IN);
        if (!isWellFormed(packet)) {
            return;
        }
        final int destinationPort = udp.destinationPort();
        final UdpPortForward forward = forwards.find(packet, udp.sourcePort(), destinationPort, nowNs);
        if (forward != null) {
            if (network.isGateway(packet.destinationHi, packet.destinationLo) || hasHopsLeft(packet)) {
                send(forward, packet, forwards.foundHi(), forwards.foundLo(), destinationPort);
            }
            return;
        }
        final long hi = packet.destinationHi;
        final long lo = packet.destinationLo;
        if (network.isNameServer(hi, lo)) {
            onNameServer(packet, destinationPort);
        } else if (network.isGateway(hi, lo) || (lo == LIMITED_BROADCAST_LO && hi == IpAddress.IPV4_HI)) {
            onGateway(packet, destinationPort);
        } else if (!network.isForwardable(hi, lo)) {
            counters.increment(Counter.DROP_UDP_DENIED);
        } else if (hasHopsLeft(packet)) {
            sendByFlow(packet, hi, lo, destinationPort);
        }
    }

    /// Sends what [#onPacket] has queued; then the packets may go.
    public void flush() {
        if (pending.size() == 0 || isFlushing) {
            return;
        }
        isFlushing = true;
        sockets.flushDatagrams();
        if (sendAgain()) {
            sockets.flushDatagrams();
        }
        pending.clear();
        isFlushing = false;
    }

    /// Receives from readable host sockets, a batch of each in turn.
    ///
    /// @param budget most messages to take
    /// @return messages taken; [#hasReadable] tells whether more may wait
    public int poll(final long nowNs, final int budget) {
        this.nowNs = nowNs;
        int left = budget;
        while (left > 0) {
            final UdpEndpoint endpoint = readable.poll();
            if (endpoint == null) {
                break;
            }
            endpoint.isQueued = false;
            final int limit = Math.min(left, RECEIVE_BATCH);
            final int received = endpoint.receive(limit);
            left -= received;
            if (received >= limit) {
                enqueue(endpoint);
            }
        }
        return budget - left;
    }

    /// Whether host sockets wait to be received from.
    public boolean hasReadable() {
        return !readable.isEmpty();
    }

    /// Closes the mappings of a guest's address.
    public void forget(final long guestHi, final long guestLo) {
        flush();
        flows.of(guestHi, guestLo).forEach(this::drop);
    }

    /// Closes all sockets.
    public void close() {
        flush();
        forwards.closeAll();
        while (true) {
            final UdpFlow flow = flows.oldest();
            if (flow == null) {
                return;
            }
            drop(flow);
        }
    }

    long nowNs() {
        return nowNs;
    }

    void enqueue(final UdpEndpoint endpoint) {
        if (!endpoint.isQueued && endpoint.socket != null) {
            endpoint.isQueued = true;
            readable.add(endpoint);
        }
    }

    /// Notes that a mapping was used.
    void touch(final UdpFlow flow) {
        flows.touch(flow);
        timers.arm(flow.expiry, nowNs + flow.idleNs);
    }

    void expire(final UdpFlow flow) {
        counters.increment(Counter.UDP_FLOWS_EXPIRED);
        flush();
        drop(flow);
    }

    void onSendFailed(final int errno, final int cookie) {
        if (pending.segmentBytes[cookie] != 0 && isTooLong(errno)) {
            pending.again[cookie] = true;
            return;
        }
        counters.increment(Counter.UDP_SEND_FAILED);
        final int code = HostErrors.unreachableCode(errno);
        if (code != HostErrors.NO_ERROR) {
            final UnsafeBuffer packet = pending.packet(cookie);
            final int mtu = HostErrors.mtu(code, network.mtu());
            egress.icmpError(Icmpv4Flyweight.UNREACHABLE, code, mtu, 0, 0, packet, 0, packet.capacity(), nowNs);
        }
    }

    /// Passes on an ICMP error about a datagram that is gone: quotes headers made anew, as the guest knew them.
    ///
    /// @param isIpv6 whether type and code are ICMPv6's
    /// @param seenHi destination of the datagram as the guest knew it
    void error(
            final UdpEndpoint endpoint,
            final boolean isIpv6,
            final int hostType,
            final int hostCode,
            final int mtu,
            final long seenHi,
            final long seenLo,
            final int seenPort,
            final long offenderHi,
            final long offenderLo) {
        final int type = isIpv6 ? IcmpTranslation.typeOf(hostType, hostCode) : hostType;
        final int code = isIpv6 ? IcmpTranslation.codeOf(hostType, hostCode) : hostCode;
        if (!HostErrors.isForwarded(type)) {
            counters.increment(Counter.DROP_ICMP_TYPE);
            return;
        }
        final int at = quote.write(
                IpProtocol.UDP,
                UdpFlyweight.HEADER_LENGTH,
                1,
                0,
                endpoint.addressHi(),
                endpoint.addressLo(),
                seenHi,
                seenLo);
        quotedUdp
                .wrap(quote.buffer(), at)
                .sourcePort(endpoint.guestPort())
                .destinationPort(seenPort)
                .length(UdpFlyweight.HEADER_LENGTH)
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

    private boolean isWellFormed(final IngressPacket packet) {
        final int length = packet.transportLength;
        udp.wrap(packet.buffer, packet.transportOffset);
        if (!udp.check(length) || udp.length() != length) {
            counters.increment(Counter.DROP_UDP_BAD);
            return false;
        }
        if (!packet.checksumPartial && !isChecksumValid(packet)) {
            counters.increment(Counter.DROP_UDP_CHECKSUM);
            return false;
        }
        if (udp.sourcePort() == 0 || udp.destinationPort() == 0) {
            counters.increment(Counter.DROP_UDP_PORT_ZERO);
            return false;
        }
        return true;
    }

    private boolean isChecksumValid(final IngressPacket packet) {
        if (packet.segmentBytes != 0) {
            // One checksum cannot cover several datagrams: a GSO frame leaves it partial always.
            return false;
        }
        if (udp.checksum() == 0) {
            // A checksum left out is allowed in IPv4 only (RFC 8200 section 8.1).
            return packet.isIpv4();
        }
        return packet.isTransportChecksumValid();
    }

    private void onGateway(final IngressPacket packet, final int destinationPort) {
        if (network.hostLoopback()) {
            sendByFlow(packet, 0, VirtualNetwork.loopbackLo(packet.isIpv4()), destinationPort);
        } else {
            counters.increment(Counter.DROP_UDP_DENIED);
            refuse(packet, Icmpv4Flyweight.NET_UNREACHABLE);
        }
    }

    private void onNameServer(final IngressPacket packet, final int destinationPort) {
        if (destinationPort != NameServer.PORT) {
            counters.increment(Counter.DROP_UDP_DENIED);
            refuse(packet, Icmpv4Flyweight.NET_UNREACHABLE);
            return;
        }
        if (nameServer.hasNames() && isAnsweredHere(packet)) {
            return;
        }
        if (!nameServer.onQuery(packet.sourceHi, packet.sourceLo, nowNs)) {
            refuse(packet, Icmpv4Flyweight.PORT_UNREACHABLE);
            return;
        }
        final boolean isIpv6 = !IpAddress.isIpv4(nameServer.addressHi(), nameServer.addressLo());
        final UdpFlow flow = flow(packet, udp.sourcePort() | UdpFlow.NAME_KIND, isIpv6);
        if (flow != null) {
            flow.resolverHi = nameServer.addressHi();
            flow.resolverLo = nameServer.addressLo();
            flow.idleNs = config.nameIdleNs();
            touch(flow);
            send(flow, packet, flow.resolverHi, flow.resolverLo, NameServer.PORT);
        }
    }

    /// Answers a query for a name of the network itself, and one that must not go further.
    private boolean isAnsweredHere(final IngressPacket packet) {
        final int payloadLength = packet.transportLength - UdpFlyweight.HEADER_LENGTH;
        if (packet.segmentBytes != 0 && packet.segmentBytes < payloadLength) {
            // Nobody who asks for names sends several datagrams as one.
            counters.increment(Counter.DROP_UDP_DENIED);
            return true;
        }
        final int length = nameServer.answer(
                packet.buffer,
                packet.transportOffset + UdpFlyweight.HEADER_LENGTH,
                payloadLength,
                packet.sourceHi,
                packet.sourceLo);
        if (length > 0) {
            egress.udp(
                    packet.destinationHi,
                    packet.destinationLo,
                    NameServer.PORT,
                    packet.sourceHi,
                    packet.sourceLo,
                    udp.sourcePort(),
                    nameServer.answer(),
                    0,
                    length,
                    0,
                    HOP_LIMIT);
        }
        return length != NameServer.FORWARD;
    }

    private void sendByFlow(final IngressPacket packet, final long hi, final long lo, final int port) {
        final UdpFlow flow = flow(packet, udp.sourcePort(), !packet.isIpv4());
        if (flow != null) {
            // A mapping used for name queries only is not missed for long; once it is used for more, it stays longer.
            flow.idleNs = Math.max(flow.idleNs, port == NameServer.PORT ? config.nameIdleNs() : config.idleNs());
            touch(flow);
            send(flow, packet, hi, lo, port);
        }
    }

    private void send(
            final UdpEndpoint endpoint, final IngressPacket packet, final long hi, final long lo, final int port) {
        final HostDatagram socket = endpoint.socket;
        if (socket == null) {
            return;
        }
        if (pending.isFull()) {
            flush();
        }
        // The gateway and the name server are we ourselves: a last hop suffices to reach them.
        final int hopLimit = Math.max(1, packet.hopLimit - 1);
        final int payloadOffset = packet.transportOffset + UdpFlyweight.HEADER_LENGTH;
        final int payloadLength = packet.transportLength - UdpFlyweight.HEADER_LENGTH;
        final int headersLength = payloadOffset - packet.ipOffset;
        endpoint.sending(packet.destinationHi, packet.destinationLo, udp.destinationPort(), payloadLength);
        final int cookie = pending.add(endpoint, packet, headersLength, hi, lo, port, hopLimit);
        final int segmentBytes = packet.segmentBytes < payloadLength ? packet.segmentBytes : 0;
        socket.send(packet.buffer, payloadOffset, payloadLength, segmentBytes, hi, lo, port, hopLimit, cookie);
    }

    private boolean hasHopsLeft(final IngressPacket packet) {
        if (packet.hopLimit > 1) {
            return true;
        }
        counters.increment(packet.isIpv4() ? Counter.DROP_IPV4_TTL : Counter.DROP_IPV6_HOP_LIMIT);
        answer(packet, Icmpv4Flyweight.TIME_EXCEEDED, Icmpv4Flyweight.TTL_EXCEEDED);
        return false;
    }

    private void refuse(final IngressPacket packet, final int code) {
        answer(packet, Icmpv4Flyweight.UNREACHABLE, code);
    }

    private void answer(final IngressPacket packet, final int type, final int code) {
        egress.icmpError(type, code, 0, 0, 0, packet.buffer, packet.ipOffset, packet.ipLength(), nowNs);
    }

    /// The mapping of the packet's source, made when there is none; null when that fails, which is answered and
    /// counted.
    ///
    /// @param isIpv6 the family to send in: the guest's, or the resolver's
    private @Nullable UdpFlow flow(final IngressPacket packet, final int number, final boolean isIpv6) {
        final UdpFlow known = flows.get(packet.sourceHi, packet.sourceLo, number);
        if (known != null) {
            if (known.isIpv6 == isIpv6) {
                return known;
            }
            flush();
            drop(known);
        }
        if (flows.isFull()) {
            evictOldest();
        }
        final UdpFlow flow = new UdpFlow(this, packet.sourceHi, packet.sourceLo, number, isIpv6);
        HostDatagram socket = sockets.datagram(isIpv6, flow);
        if (socket == null && HostErrors.isExhausted(sockets.lastErrno()) && evictOldest()) {
            socket = sockets.datagram(isIpv6, flow);
        }
        if (socket == null) {
            counters.increment(Counter.DROP_UDP_NO_SOCKET);
            refuse(packet, Icmpv4Flyweight.HOST_UNREACHABLE);
            return null;
        }
        flow.socket = socket;
        flows.add(flow);
        counters.increment(Counter.UDP_FLOWS_OPENED);
        return flow;
    }

    private boolean evictOldest() {
        final UdpFlow oldest = flows.oldest();
        if (oldest == null) {
            return false;
        }
        counters.increment(Counter.UDP_FLOWS_EVICTED);
        flush();
        drop(oldest);
        return true;
    }

    private void drop(final UdpFlow flow) {
        timers.remove(flow.expiry);
        flows.remove(flow);
        flow.closeSocket();
    }

    /// Sends GSO frames that the host could not segment again, datagram by datagram.
    private boolean sendAgain() {
        boolean any = false;
        for (int index = 0; index < pending.size(); index++) {
            final UdpEndpoint endpoint = pending.endpoint[index];
            final HostDatagram socket = endpoint == null ? null : endpoint.socket;
            if (!pending.again[index] || socket == null) {
                continue;
            }
            final UnsafeBuffer packet = pending.packet(index);
            final int step = pending.segmentBytes[index];
            pending.segmentBytes[index] = 0;
            for (int at = pending.headersLength[index]; at < packet.capacity(); at += step) {
                socket.send(
                        packet,
                        at,
                        Math.min(step, packet.capacity() - at),
                        0,
                        pending.destinationHi[index],
                        pending.destinationLo[index],
                        pending.destinationPort[index],
                        pending.hopLimit[index],
                        index);
            }
            any = true;
        }
        return any;
    }

    /// What Linux answers to UDP_SEGMENT when a segment does not fit the route's MTU, or the device cannot.
    private static boolean isTooLong(final int errno) {
        return errno == HostErrno.EMSGSIZE || errno == HostErrno.EINVAL || errno == HostErrno.EIO;
    }
}
