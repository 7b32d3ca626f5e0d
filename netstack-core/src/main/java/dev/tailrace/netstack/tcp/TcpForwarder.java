package dev.tailrace.netstack.tcp;

import dev.tailrace.netstack.dns.NameServer;
import dev.tailrace.netstack.host.HostErrno;
import dev.tailrace.netstack.host.HostSockets;
import dev.tailrace.netstack.host.HostStream;
import dev.tailrace.netstack.host.HostStreamListener;
import dev.tailrace.netstack.ip.HostErrors;
import dev.tailrace.netstack.ip.IngressPacket;
import dev.tailrace.netstack.ip.IpEgress;
import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.link.LinkDevice;
import dev.tailrace.netstack.link.NeighborQuery;
import dev.tailrace.netstack.link.NeighborTable;
import dev.tailrace.netstack.memory.Slab;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.status.FlowSource;
import dev.tailrace.netstack.table.KeyedHash;
import dev.tailrace.netstack.timer.TimerQueue;
import dev.tailrace.netstack.wire.Icmpv4Flyweight;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.netstack.wire.IpLiteral;
import dev.tailrace.netstack.wire.TcpFlags;
import dev.tailrace.netstack.wire.TcpFlyweight;
import dev.tailrace.netstack.wire.TcpOptionsDecoder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The entry of TCP: finds or makes the flow of a segment, and serves flows whose host side has changed.
public final class TcpForwarder {
    private final TcpContext context;
    private final HostSockets sockets;
    private final NameServer nameServer;
    private final TcpSegmentProcessor processor;
    private final StraySegments strays;
    private final TcpFlyweight tcp = new TcpFlyweight();
    private final TcpOptionsDecoder options = new TcpOptionsDecoder();

    /// @param hash keyed with a secret: places flows and makes sequence numbers
    public TcpForwarder(
            final TcpConfig config,
            final Interactivity interactivity,
            final VirtualNetwork network,
            final HostSockets sockets,
            final NameServer nameServer,
            final LinkDevice link,
            final NeighborTable neighbours,
            final NeighborQuery query,
            final IpEgress egress,
            final Counters counters,
            final TimerQueue timers,
            final Slab slab,
            final KeyedHash hash) {
        this.context = new TcpContext(
                config, interactivity, network, link, neighbours, query, egress, counters, timers, slab, hash);
        this.sockets = sockets;
        this.nameServer = nameServer;
        this.processor = new TcpSegmentProcessor(context, options);
        this.strays = new StraySegments(link);
    }

    /// Takes one segment of the guest, or a super-segment of up to 64 KiB. Nothing of it is needed after the
    /// return.
    // hot path
    public void onPacket(final IngressPacket packet, final long nowNs) {
        context.counters.increment(Counter.TCP_SEGMENTS_IN);
        tcp.wrap(packet.buffer, packet.transportOffset);
        if (!tcp.check(packet.transportLength)) {
            context.counters.increment(Counter.DROP_TCP_BAD);
            return;
        }
        if (!packet.checksumPartial && !packet.isTransportChecksumValid()) {
            context.counters.increment(Counter.DROP_TCP_CHECKSUM);
            return;
        }
        final int guestPort = tcp.sourcePort();
        final int remotePort = tcp.destinationPort();
        if (guestPort == 0 || remotePort == 0) {
            context.counters.increment(Counter.DROP_TCP_PORT_ZERO);
            return;
        }
        final TcpFlow flow = context.table.get(
                packet.sourceHi,
                packet.sourceLo,
                packet.destinationHi,
                packet.destinationLo,
                guestPort << 16 | remotePort);
        if (flow == null) {
            onUnknown(packet, nowNs);
        } else if (isReuse(flow)) {
            context.closer.finish(flow, nowNs);
            onUnknown(packet, nowNs);
        } else {
            flow.guestMac = packet.sourceMac;
            processor.onSegment(flow, tcp, packet, nowNs);
        }
    }

    /// Lets the flows go on that had to wait for room on the link.
    public void resume() {
        TcpFlow flow = context.held.poll();
        while (flow != null) {
            flow.isHeld = false;
            flow.isResumed = true;
            context.attention.add(flow);
            flow = context.held.poll();
        }
    }

    /// Serves the flows that wait for attention: results of connecting, readiness, acknowledgements due.
    public void serve(final long nowNs) {
        int left = context.attention.size();
        while (left-- > 0) {
            final TcpFlow flow = context.attention.poll();
            if (flow == null) {
                break;
            }
            serve(flow, nowNs);
        }
    }

    /// Whether some flow has more to do at once.
    public boolean hasMore() {
        return context.attention.size() > 0;
    }

    /// Whether some flow has more to do in [#serveBulk].
    public boolean hasBulk() {
        return !context.bulk.isEmpty();
    }

    /// Receives what hosts have in bulk: of one flow, as long as somebody waits for an answer.
    public void serveBulk(final long nowNs) {
        int left = context.interactivity.isSomebodyWaiting() ? 1 : context.bulk.size();
        while (left-- > 0) {
            final TcpFlow flow = context.bulk.poll();
            if (flow == null) {
                break;
            }
            flow.isBulkQueued = false;
            if (flow.state().isSynchronized()) {
                context.sender.pumpNow(flow, nowNs);
            }
        }
    }

    /// Starts a connection to the guest for one that the host has accepted; the client's address is kept where
    /// it means the same to the guest; else the client appears as the gateway.
    ///
    /// @param fallback another address of the guest, asked where the first one refuses
    /// @return the listener for `stream`, or null when refused
    public @Nullable HostStreamListener accept(
            final HostStream stream,
            final long peerHi,
            final long peerLo,
            final int peerPort,
            final long guestHi,
            final long guestLo,
            final int guestPort,
            final @Nullable IpLiteral fallback) {
        final boolean isIpv4 = IpAddress.isIpv4(guestHi, guestLo);
        final boolean isHost = !context.network.isShown(peerHi, peerLo, isIpv4);
        final long remoteHi = isHost ? context.network.gatewayHi(isIpv4) : peerHi;
        final long remoteLo = isHost ? context.network.gatewayLo(isIpv4) : peerLo;
        final int ports = guestPort << 16 | peerPort;
        final boolean isFull = context.table.size() >= context.config.maxFlows();
        if (isFull || context.table.get(guestHi, guestLo, remoteHi, remoteLo, ports) != null) {
            context.counters.increment(Counter.DROP_TCP_TABLE_FULL);
            return null;
        }
        final TcpFlow flow =
                new TcpFlow(context, TcpState.SYN_SENT, guestHi, guestLo, guestPort, remoteHi, remoteLo, peerPort);
        flow.fallback = fallback;
        flow.guestMac = NeighborTable.UNKNOWN;
        flow.mss = context.linkMss(isIpv4);
        flow.rcvShift = TcpHandshake.WINDOW_SHIFT;
        flow.isSackPermitted = true;
        flow.stream = stream;
        context.beginHalfOpen(flow, context.halfOpenByHost);
        context.counters.increment(Counter.TCP_FLOWS_ACCEPTED);
        context.attention.add(flow);
        return flow;
    }

    /// Flows now.
    public int flowCount() {
        return context.table.size();
    }

    /// A line for each flow.
    public void describe(final StringBuilder out, final long nowNs) {
        for (int slot = 0; slot < context.table.capacity(); slot++) {
            final TcpFlow flow = context.table.at(slot);
            if (flow != null) {
                flow.describe(out, nowNs);
                out.append('\n');
            }
        }
    }

    /// Flows now by the ordinal of their state.
    public int[] flowsByState() {
        final int[] counts = new int[TcpState.values().length];
        for (int slot = 0; slot < context.table.capacity(); slot++) {
            final TcpFlow flow = context.table.at(slot);
            if (flow != null) {
                counts[flow.state().ordinal()]++;
            }
        }
        return counts;
    }

    /// Adds each flow to a list.
    public void collect(final List<FlowSource> sources) {
        for (int slot = 0; slot < context.table.capacity(); slot++) {
            final TcpFlow flow = context.table.at(slot);
            if (flow != null) {
                sources.add(flow);
            }
        }
    }

    /// Ends the flows of a guest's address by RST on both sides.
    public void forget(final long guestHi, final long guestLo, final long nowNs) {
        final List<TcpFlow> flows = new ArrayList<>();
        for (int slot = 0; slot < context.table.capacity(); slot++) {
            final TcpFlow flow = context.table.at(slot);
            if (flow != null && flow.guestHi == guestHi && flow.guestLo == guestLo) {
                flows.add(flow);
            }
        }
        flows.forEach(flow -> context.closer.abort(flow, nowNs));
    }

    /// Ends all flows by RST on both sides.
    public void close(final long nowNs) {
        for (int slot = context.table.capacity() - 1; slot >= 0; slot--) {
            TcpFlow flow = context.table.at(slot);
            while (flow != null) {
                context.closer.abort(flow, nowNs);
                flow = context.table.at(slot);
            }
        }
    }

    private void serve(final TcpFlow flow, final long nowNs) {
        if (flow.hasConnectResult()) {
            context.handshake.onConnectResult(flow, nowNs);
            return;
        }
        if (flow.state() == TcpState.SYN_SENT && flow.purpose == TcpFlow.TimerPurpose.NONE) {
            context.handshake.begin(flow, TcpState.SYN_SENT, nowNs);
            return;
        }
        if (flow.stream != null && (flow.backlog.length() > 0 || (flow.hasGuestFin && !flow.isOutputShut))) {
            if (!context.receiver.drain(flow, nowNs)) {
                return;
            }
            finishDrained(flow);
        }
        if (!flow.state().isSynchronized()) {
            return;
        }
        if (flow.isResumed) {
            flow.isResumed = false;
            context.sender.transmit(flow, flow.isHostReadable, nowNs);
        }
        if (flow.isHostReadable && !context.sender.pump(flow, nowNs)) {
            return;
        }
        if (flow.isAckDue) {
            context.receiver.acknowledge(flow);
        }
    }

    /// The guest's side was over before the backlog was written; now the host's may go too.
    private void finishDrained(final TcpFlow flow) {
        if (flow.backlog.length() > 0) {
            return;
        }
        if (flow.state() == TcpState.CLOSED) {
            context.closer.closeStream(flow);
            context.timers.remove(flow);
        } else if (flow.state() == TcpState.TIME_WAIT) {
            context.closer.closeStream(flow);
        }
    }

    /// A SYN beyond the old connection's numbers may begin a new one in TIME-WAIT (RFC 9293 section 3.10.7.4).
    private boolean isReuse(final TcpFlow flow) {
        return flow.state() == TcpState.TIME_WAIT
                && (tcp.flags() & (TcpFlags.SYN | TcpFlags.ACK | TcpFlags.RST)) == TcpFlags.SYN
                && tcp.sequence() - flow.rcvNxt >= 0;
    }

    private void onUnknown(final IngressPacket packet, final long nowNs) {
        final int flags = tcp.flags();
        if (packet.isIpv4() && !context.network.isForwardable(packet.destinationHi, packet.destinationLo)) {
            // RFC 1122 section 4.2.3.10: no answer, not even RST, which would come from the broadcast address.
            context.counters.increment(Counter.DROP_IPV4_DESTINATION);
        } else if ((flags & (TcpFlags.SYN | TcpFlags.ACK | TcpFlags.FIN | TcpFlags.RST)) == TcpFlags.SYN) {
            open(packet, nowNs);
        } else if (!strays.passOn(packet)) {
            context.counters.increment(Counter.DROP_TCP_NO_FLOW);
            if ((flags & TcpFlags.RST) == 0) {
                refuse(packet);
            }
        }
    }

    /// The guest's SYN: connects the host first; the answer comes with the outcome.
    private void open(final IngressPacket packet, final long nowNs) {
        final VirtualNetwork network = context.network;
        final int port = tcp.destinationPort();
        long targetHi = packet.destinationHi;
        long targetLo = packet.destinationLo;
        if (network.isNameServer(targetHi, targetLo)) {
            if (port != NameServer.PORT
                    || !nameServer.isForwarded(packet.sourceHi, packet.sourceLo)
                    || !nameServer.onQuery(packet.sourceHi, packet.sourceLo, nowNs)) {
                deny(packet, nowNs);
                return;
            }
            targetHi = nameServer.addressHi();
            targetLo = nameServer.addressLo();
        } else if (network.isGateway(targetHi, targetLo)) {
            if (!network.hostLoopback()) {
                deny(packet, nowNs);
                return;
            }
            targetHi = 0;
            targetLo = VirtualNetwork.loopbackLo(packet.isIpv4());
        } else if (!network.isForwardable(targetHi, targetLo)) {
            deny(packet, nowNs);
            return;
        }
        if (context.table.size() >= context.config.maxFlows()) {
            context.counters.increment(Counter.DROP_TCP_TABLE_FULL);
            refuse(packet);
            return;
        }
        connect(packet, targetHi, targetLo, port, nowNs);
    }

    private void connect(
            final IngressPacket packet, final long targetHi, final long targetLo, final int port, final long nowNs) {
        final TcpFlow flow = new TcpFlow(
                context,
                TcpState.CONNECTING,
                packet.sourceHi,
                packet.sourceLo,
                tcp.sourcePort(),
                packet.destinationHi,
                packet.destinationLo,
                port);
        HostStream stream = sockets.connect(targetHi, targetLo, port, flow);
        if (stream == null
                && HostErrors.isExhausted(sockets.lastErrno())
                && context.evictHalfOpen(context.halfOpenByGuest)) {
            stream = sockets.connect(targetHi, targetLo, port, flow);
        }
        if (stream == null) {
            onConnectImpossible(packet, sockets.lastErrno(), nowNs);
            return;
        }
        flow.stream = stream;
        flow.guestMac = packet.sourceMac;
        flow.lastHeardNs = nowNs;
        flow.openedNs = nowNs;
        options.decode(
                packet.buffer,
                packet.transportOffset + TcpFlyweight.HEADER_LENGTH,
                tcp.headerLength() - TcpFlyweight.HEADER_LENGTH);
        context.handshake.onGuestSyn(flow, tcp, options);
        context.beginHalfOpen(flow, context.halfOpenByGuest);
        context.timeouts.armConnect(flow, nowNs);
        context.counters.increment(Counter.TCP_FLOWS_OPENED);
    }

    private void onConnectImpossible(final IngressPacket packet, final int errno, final long nowNs) {
        context.counters.increment(
                HostErrors.isExhausted(errno) ? Counter.DROP_TCP_NO_SOCKET : Counter.TCP_CONNECT_FAILED);
        final int code = HostErrors.unreachableCode(errno);
        if (HostErrors.isExhausted(errno)
                || errno == HostErrno.EADDRNOTAVAIL
                || errno == HostErrno.ECONNREFUSED
                || code == HostErrors.NO_ERROR) {
            refuse(packet);
        } else {
            sendUnreachable(packet, code, nowNs);
        }
    }

    private void deny(final IngressPacket packet, final long nowNs) {
        context.counters.increment(Counter.TCP_CONNECT_DENIED);
        sendUnreachable(packet, Icmpv4Flyweight.NET_UNREACHABLE, nowNs);
    }

    private void sendUnreachable(final IngressPacket packet, final int code, final long nowNs) {
        context.egress.icmpError(
                Icmpv4Flyweight.UNREACHABLE, code, 0, 0, 0, packet.buffer, packet.ipOffset, packet.ipLength(), nowNs);
    }

    /// RST as RFC 9293 section 3.5.2 says for a connection that does not exist.
    private void refuse(final IngressPacket packet) {
        final int flags = tcp.flags();
        final boolean hasAck = (flags & TcpFlags.ACK) != 0;
        final int length = packet.transportLength
                - tcp.headerLength()
                + ((flags & TcpFlags.SYN) != 0 ? 1 : 0)
                + ((flags & TcpFlags.FIN) != 0 ? 1 : 0);
        context.writer.reset(
                packet.destinationHi,
                packet.destinationLo,
                tcp.destinationPort(),
                packet.sourceHi,
                packet.sourceLo,
                tcp.sourcePort(),
                packet.sourceMac,
                hasAck ? tcp.acknowledgement() : 0,
                hasAck ? 0 : tcp.sequence() + length,
                hasAck ? TcpFlags.RST : TcpFlags.RST | TcpFlags.ACK);
    }
}
