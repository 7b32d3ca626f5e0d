package dev.tailrace.netstack.tcp;

import dev.tailrace.netstack.host.HostErrno;
import dev.tailrace.netstack.ip.HostErrors;
import dev.tailrace.netstack.ip.PacketQuote;
import dev.tailrace.netstack.link.NeighborQuery;
import dev.tailrace.netstack.link.NeighborTable;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.wire.Icmpv4Flyweight;
import dev.tailrace.netstack.wire.IpLiteral;
import dev.tailrace.netstack.wire.IpProtocol;
import dev.tailrace.netstack.wire.Ipv4Flyweight;
import dev.tailrace.netstack.wire.TcpFlags;
import dev.tailrace.netstack.wire.TcpFlyweight;
import dev.tailrace.netstack.wire.TcpOptionsDecoder;

/// SYNs in both directions, and what the guest is told when the host's connection fails.
final class TcpHandshake {
    /// Our window shift: windows up to 8 MiB in steps of 128 bytes (RFC 7323 section 2).
    static final int WINDOW_SHIFT = 7;

    /// Sends no less than this whatever the guest's MSS option says, so that headers do not outweigh payload.
    static final int MIN_MSS = 64;

    /// MSS of a guest that sends no option (RFC 9293 section 3.7.1).
    private static final int DEFAULT_MSS = 536;

    private static final int DEFAULT_MSS_IPV6 = 1220;

    private static final int TTL = 64;
    private static final long ARP_RETRY_NS = 50_000_000L;

    private final TcpContext context;
    private final NeighborTable neighbours;
    private final NeighborQuery query;
    private final PacketQuote quote = new PacketQuote();
    private final TcpFlyweight quotedTcp = new TcpFlyweight();

    TcpHandshake(final TcpContext context, final NeighborTable neighbours, final NeighborQuery query) {
        this.context = context;
        this.neighbours = neighbours;
        this.query = query;
    }

    /// Takes what the guest's SYN or SYN|ACK says of itself.
    void onGuestSyn(final TcpFlow flow, final TcpFlyweight tcp, final TcpOptionsDecoder options) {
        flow.rcvNxt = tcp.sequence() + 1;
        flow.rcvEdge = flow.rcvNxt;
        flow.ackedTo = flow.rcvNxt;
        final int assumed = flow.isIpv4 ? DEFAULT_MSS : DEFAULT_MSS_IPV6;
        final int offered = options.mss() == 0 ? assumed : options.mss();
        flow.mss = Math.clamp(offered, MIN_MSS, Math.max(MIN_MSS, context.linkMss(flow.isIpv4)));
        if (options.windowScale() != TcpOptionsDecoder.ABSENT) {
            flow.sndShift = options.windowScale();
            flow.rcvShift = WINDOW_SHIFT;
        } else {
            flow.sndShift = 0;
            flow.rcvShift = TcpFlow.NO_WINDOW_SCALE;
        }
        flow.isSackPermitted = options.sackPermitted();
        flow.sndWnd = tcp.window();
        flow.maxSndWnd = flow.sndWnd;
        flow.sndWl1 = tcp.sequence();
    }

    /// The host's connection ended its attempt: answers the guest's SYN.
    void onConnectResult(final TcpFlow flow, final long nowNs) {
        final int errno = flow.connectErrno();
        if (errno == 0) {
            begin(flow, TcpState.SYN_RECEIVED, nowNs);
            return;
        }
        context.counters.increment(Counter.TCP_CONNECT_FAILED);
        if (errno == HostErrno.ECONNREFUSED || errno == HostErrno.ECONNRESET || HostErrors.isExhausted(errno)) {
            context.writer.reset(
                    flow.remoteHi,
                    flow.remoteLo,
                    flow.remotePort,
                    flow.guestHi,
                    flow.guestLo,
                    flow.guestPort,
                    flow.guestMac,
                    0,
                    flow.rcvNxt,
                    TcpFlags.RST | TcpFlags.ACK);
        } else if (errno != HostErrno.ETIMEDOUT) {
            sendUnreachable(flow, errno, nowNs);
        }
        context.closer.abandon(flow);
    }

    /// Chooses the initial sequence number and sends the first SYN or SYN|ACK.
    void begin(final TcpFlow flow, final TcpState state, final long nowNs) {
        flow.iss = context.initialSequence(flow, nowNs);
        flow.sndUna = flow.iss;
        flow.sndNxt = flow.iss;
        flow.sndMax = flow.iss;
        flow.lastHeardNs = nowNs;
        if (state == TcpState.SYN_SENT) {
            flow.openedNs = nowNs;
        }
        if (flow.state() != state) {
            flow.state(state);
        }
        sendSyn(flow, nowNs);
    }

    /// Nobody listens at the guest's address: asks at its other one, where there is one. Who asks has no address in the
    /// other family: it appears as the gateway.
    ///
    /// @return whether the attempt goes on
    boolean fallBack(final TcpFlow flow, final long nowNs) {
        final IpLiteral other = flow.fallback;
        final HalfOpenQueue queue = flow.halfOpen;
        if (other == null || queue == null) {
            return false;
        }
        flow.fallback = null;
        final long gatewayHi = context.network.gatewayHi(other.isIpv4());
        final long gatewayLo = context.network.gatewayLo(other.isIpv4());
        final int ports = flow.guestPort << 16 | flow.remotePort;
        if (context.table.get(other.hi(), other.lo(), gatewayHi, gatewayLo, ports) != null) {
            return false;
        }
        queue.remove(flow);
        context.table.remove(flow);
        flow.moveTo(other.hi(), other.lo(), gatewayHi, gatewayLo);
        context.beginHalfOpen(flow, queue);
        flow.guestMac = NeighborTable.UNKNOWN;
        flow.mss = context.linkMss(flow.isIpv4);
        flow.retries = 0;
        flow.rto.retransmitted();
        begin(flow, TcpState.SYN_SENT, nowNs);
        return true;
    }

    /// Sends SYN or SYN|ACK, also again; asks for the neighbour first where it is not known.
    void sendSyn(final TcpFlow flow, final long nowNs) {
        if (flow.state() == TcpState.SYN_SENT && flow.guestMac == NeighborTable.UNKNOWN) {
            flow.guestMac = neighbours.lookup(flow.guestHi, flow.guestLo);
            if (flow.guestMac == NeighborTable.UNKNOWN) {
                query.ask(flow.guestHi, flow.guestLo);
                final long delayNs = Math.min(ARP_RETRY_NS << flow.retries, RetransmissionTimer.INITIAL_NS);
                context.timeouts.armSyn(flow, delayNs, nowNs);
                return;
            }
            flow.retries = 0;
        }
        final int flags = flow.state() == TcpState.SYN_SENT ? TcpFlags.SYN : TcpFlags.SYN | TcpFlags.ACK;
        if (context.writer.control(flow, flow.iss, flags)) {
            flow.sndNxt = flow.iss + 1;
            flow.sndMax = flow.sndNxt;
            if (flow.retries == 0) {
                flow.rto.sent(flow.sndNxt, nowNs);
            }
        }
        context.timeouts.armSyn(flow, flow.rto.timeoutNs(), nowNs);
    }

    /// Both ends have agreed.
    void onEstablished(final TcpFlow flow, final int acknowledgement) {
        flow.sndUna = acknowledgement;
        flow.retries = 0;
        flow.purpose = TcpFlow.TimerPurpose.NONE;
        flow.state(TcpState.ESTABLISHED);
    }

    /// Tells the guest by an ICMP error that quotes its SYN.
    private void sendUnreachable(final TcpFlow flow, final int errno, final long nowNs) {
        final int at = quote.write(
                IpProtocol.TCP,
                TcpFlyweight.HEADER_LENGTH,
                TTL,
                Ipv4Flyweight.DONT_FRAGMENT,
                flow.guestHi,
                flow.guestLo,
                flow.remoteHi,
                flow.remoteLo);
        quotedTcp.wrap(quote.buffer(), at);
        quotedTcp.sourcePort(flow.guestPort).destinationPort(flow.remotePort).sequence(flow.rcvNxt - 1);
        quotedTcp.headerLength(TcpFlyweight.HEADER_LENGTH).flags(TcpFlags.SYN);
        final int code = HostErrors.unreachableCode(errno);
        context.egress.icmpError(
                Icmpv4Flyweight.UNREACHABLE,
                code == HostErrors.NO_ERROR ? Icmpv4Flyweight.NET_UNREACHABLE : code,
                0,
                0,
                0,
                quote.buffer(),
                0,
                quote.length(),
                nowNs);
    }
}
