package dev.tailrace.netstack.tcp;

import dev.tailrace.netstack.ip.IngressPacket;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.wire.TcpFlags;
import dev.tailrace.netstack.wire.TcpFlyweight;
import dev.tailrace.netstack.wire.TcpOptionsDecoder;

/// Takes one segment of a known flow: RFC 9293 section 3.10.7, with the checks of RFC 5961 against blind attacks.
final class TcpSegmentProcessor {
    /// Most challenge acknowledgements in a second (RFC 5961 section 7).
    private static final int CHALLENGES_PER_SECOND = 100;

    private static final long SECOND_NS = 1_000_000_000L;

    private final TcpContext context;
    private final TcpOptionsDecoder options;
    private long challengeSecondNs;
    private int challenges;

    TcpSegmentProcessor(final TcpContext context, final TcpOptionsDecoder options) {
        this.context = context;
        this.options = options;
    }

    void onSegment(final TcpFlow flow, final TcpFlyweight tcp, final IngressPacket packet, final long nowNs) {
        flow.lastHeardNs = nowNs;
        switch (flow.state()) {
            case CONNECTING -> onConnecting(flow, tcp, nowNs);
            case SYN_SENT -> onSynSent(flow, tcp, packet, nowNs);
            default -> onSynchronized(flow, tcp, packet, nowNs);
        }
    }

    /// A repeated SYN waits with the first one; there is nothing else the guest could mean but RST.
    private void onConnecting(final TcpFlow flow, final TcpFlyweight tcp, final long nowNs) {
        if (tcp.hasFlag(TcpFlags.RST)) {
            context.closer.onGuestReset(flow);
            return;
        }
        if (tcp.hasFlag(TcpFlags.SYN)) {
            context.timeouts.armConnect(flow, nowNs);
        }
        context.counters.increment(Counter.DROP_TCP_STALE);
    }

    private void onSynSent(final TcpFlow flow, final TcpFlyweight tcp, final IngressPacket packet, final long nowNs) {
        final boolean hasAck = tcp.hasFlag(TcpFlags.ACK);
        if (hasAck && (tcp.acknowledgement() != flow.iss + 1 || flow.sndMax == flow.iss)) {
            context.counters.increment(Counter.DROP_TCP_BAD_ACK);
            if (!tcp.hasFlag(TcpFlags.RST)) {
                context.writer.control(flow, tcp.acknowledgement(), TcpFlags.RST);
            }
            return;
        }
        if (tcp.hasFlag(TcpFlags.RST)) {
            if (hasAck && !context.handshake.fallBack(flow, nowNs)) {
                context.closer.onGuestReset(flow);
            }
            return;
        }
        if (!tcp.hasFlag(TcpFlags.SYN)) {
            context.counters.increment(Counter.DROP_TCP_STALE);
            return;
        }
        decodeOptions(tcp, packet);
        context.handshake.onGuestSyn(flow, tcp, options);
        flow.sndWl2 = tcp.acknowledgement();
        if (!hasAck) {
            flow.state(TcpState.SYN_RECEIVED);
            context.handshake.sendSyn(flow, nowNs);
            return;
        }
        flow.rto.acknowledged(tcp.acknowledgement(), nowNs);
        context.handshake.onEstablished(flow, tcp.acknowledgement());
        context.receiver.acknowledge(flow);
        context.sender.pump(flow, nowNs);
    }

    private void onSynchronized(
            final TcpFlow flow, final TcpFlyweight tcp, final IngressPacket packet, final long nowNs) {
        final int ahead = tcp.sequence() - flow.rcvNxt;
        if (tcp.hasFlag(TcpFlags.RST)) {
            onReset(flow, ahead);
            return;
        }
        if (tcp.hasFlag(TcpFlags.SYN)) {
            onSynAgain(flow, tcp, ahead, nowNs);
            return;
        }
        if (!tcp.hasFlag(TcpFlags.ACK)) {
            context.counters.increment(Counter.DROP_TCP_BAD);
            return;
        }
        final int payload = packet.transportLength - tcp.headerLength();
        final int length = payload + (tcp.hasFlag(TcpFlags.FIN) ? 1 : 0);
        final int window = flow.rcvEdge - flow.rcvNxt;
        if (ahead < 0 && ahead + length <= 0) {
            onOld(flow, tcp.sequence(), length, nowNs);
            return;
        }
        if (ahead > 0 && ahead >= window && !(length == 0 && ahead == window)) {
            context.counters.increment(Counter.DROP_TCP_OUT_OF_WINDOW);
            duplicateAcknowledge(flow);
            return;
        }
        if (!onAcknowledgement(flow, tcp, packet, ahead, length, nowNs)) {
            return;
        }
        if (length == 0) {
            return;
        }
        if (ahead > 0) {
            final int offset = packet.transportOffset + tcp.headerLength();
            final boolean isFin = tcp.hasFlag(TcpFlags.FIN);
            context.reassembler.hold(flow, tcp.sequence(), packet.buffer, offset, payload, isFin);
            duplicateAcknowledge(flow);
            return;
        }
        onText(flow, tcp, packet, payload, -ahead, nowNs);
    }

    private void onReset(final TcpFlow flow, final int ahead) {
        if (ahead == 0) {
            context.closer.onGuestReset(flow);
        } else if (ahead > 0 && ahead < flow.rcvEdge - flow.rcvNxt) {
            challenge(flow);
        } else {
            context.counters.increment(Counter.DROP_TCP_STALE);
        }
    }

    private void onSynAgain(final TcpFlow flow, final TcpFlyweight tcp, final int ahead, final long nowNs) {
        if (flow.state() == TcpState.SYN_RECEIVED && ahead == -1) {
            if (!tcp.hasFlag(TcpFlags.ACK)) {
                context.counters.increment(Counter.TCP_RETRANSMISSIONS);
                context.handshake.sendSyn(flow, nowNs);
                flow.rto.retransmitted();
            } else if (tcp.acknowledgement() == flow.sndMax) {
                context.handshake.onEstablished(flow, tcp.acknowledgement());
                context.receiver.acknowledge(flow);
                context.sender.pump(flow, nowNs);
            }
            return;
        }
        challenge(flow);
    }

    /// Wholly before RCV.NXT: a retransmission, or a keep-alive probe (RFC 9293 section 3.8.4). Answered, nothing
    /// else.
    private void onOld(final TcpFlow flow, final int sequence, final int length, final long nowNs) {
        context.counters.increment(Counter.DROP_TCP_STALE);
        if (flow.state() == TcpState.SYN_RECEIVED) {
            return;
        }
        if (flow.state() == TcpState.TIME_WAIT) {
            context.timeouts.armTimeWait(flow, nowNs);
        }
        flow.repeatedStart = sequence;
        flow.repeatedEnd = sequence + length;
        duplicateAcknowledge(flow);
    }

    /// @return whether the segment's text is to be looked at
    private boolean onAcknowledgement(
            final TcpFlow flow,
            final TcpFlyweight tcp,
            final IngressPacket packet,
            final int ahead,
            final int length,
            final long nowNs) {
        final int acknowledgement = tcp.acknowledgement();
        if (flow.state() == TcpState.SYN_RECEIVED) {
            if (acknowledgement != flow.sndMax) {
                context.counters.increment(Counter.DROP_TCP_BAD_ACK);
                context.writer.control(flow, acknowledgement, TcpFlags.RST);
                return false;
            }
            flow.rto.acknowledged(acknowledgement, nowNs);
            context.handshake.onEstablished(flow, acknowledgement);
            flow.sndWl1 = tcp.sequence() - 1;
        }
        final int advanced = acknowledgement - flow.sndUna;
        if (acknowledgement - flow.sndMax > 0 || advanced < -Math.max(flow.maxSndWnd, 1 << 16)) {
            context.counters.increment(Counter.DROP_TCP_BAD_ACK);
            challenge(flow);
            return false;
        }
        if (advanced < 0) {
            return true;
        }
        final int window = tcp.window() << flow.sndShift;
        final boolean isSameWindow = window == flow.sndWnd;
        updateWindow(flow, tcp, window, advanced);
        if (flow.sndWnd > 0) {
            context.sender.onWindowOpened(flow);
        }
        if (advanced > 0) {
            final boolean isFinAcknowledged = flow.state().awaitsFinAcknowledgement() && acknowledgement == flow.sndMax;
            context.sender.onAcknowledged(flow, acknowledgement, nowNs);
            if (isFinAcknowledged) {
                context.closer.onFinAcknowledged(flow, nowNs);
                if (flow.state() == TcpState.CLOSED) {
                    return false;
                }
            }
        } else if (length == 0 && isSameWindow && flow.sndWnd > 0 && flow.inFlight() > 0 && ahead == 0) {
            // With a closed window it answers a probe: no sign of a loss.
            context.sender.onDuplicateAck(flow, nowNs);
        }
        if (flow.isSackPermitted && tcp.headerLength() > TcpFlyweight.HEADER_LENGTH) {
            decodeOptions(tcp, packet);
            context.recovery.onSelectiveAck(flow, options);
        }
        flow.retries = 0;
        return context.sender.pump(flow, nowNs);
    }

    /// RFC 9293 section 3.10.7.4; also by what acknowledges new data, whatever its sequence number: a guest that went
    /// back to send again has old ones, and the window told last counts from the acknowledgement told last.
    private static void updateWindow(final TcpFlow flow, final TcpFlyweight tcp, final int window, final int advanced) {
        final int newer = tcp.sequence() - flow.sndWl1;
        final boolean isOld = newer < 0 || (newer == 0 && tcp.acknowledgement() - flow.sndWl2 < 0);
        if (isOld && advanced <= 0) {
            return;
        }
        flow.sndWnd = window;
        flow.maxSndWnd = Math.max(flow.maxSndWnd, window);
        flow.sndWl1 = tcp.sequence();
        flow.sndWl2 = tcp.acknowledgement();
    }

    /// Payload and FIN that start at or before RCV.NXT.
    private void onText(
            final TcpFlow flow,
            final TcpFlyweight tcp,
            final IngressPacket packet,
            final int payload,
            final int repeated,
            final long nowNs) {
        if (!flow.state().canReceive()) {
            context.counters.increment(Counter.DROP_TCP_STALE);
            duplicateAcknowledge(flow);
            return;
        }
        final int fresh = Math.max(0, payload - repeated);
        flow.repeatedStart = tcp.sequence();
        flow.repeatedEnd = flow.rcvNxt;
        final int fitting = Math.min(fresh, flow.rcvEdge - flow.rcvNxt);
        if (fitting > 0) {
            if (flow.rcvNxt == flow.ackedTo && flow.inFlight() == 0) {
                context.interactivity.onLonePayload(flow, fitting, nowNs);
            }
            final int offset = packet.transportOffset + tcp.headerLength() + repeated;
            final int taken = context.receiver.deliver(flow, packet.buffer, offset, fitting, nowNs);
            if (taken < 0) {
                return;
            }
            if (flow.outOfOrder != null && flow.outOfOrder.isFinAt(flow.rcvNxt)) {
                onFin(flow, nowNs);
                return;
            }
            if (taken < fresh) {
                duplicateAcknowledge(flow);
                return;
            }
        } else if (fresh > 0) {
            context.counters.increment(Counter.DROP_TCP_OUT_OF_WINDOW);
            duplicateAcknowledge(flow);
            return;
        }
        if (tcp.hasFlag(TcpFlags.FIN) && tcp.sequence() + payload == flow.rcvNxt) {
            onFin(flow, nowNs);
        }
    }

    /// The guest's FIN is at RCV.NXT.
    private void onFin(final TcpFlow flow, final long nowNs) {
        context.reassembler.forget(flow);
        flow.rcvNxt++;
        flow.hasGuestFin = true;
        context.receiver.acknowledgeSoon(flow);
        if (context.receiver.drain(flow, nowNs)) {
            context.closer.onGuestFin(flow, nowNs);
        }
    }

    private void duplicateAcknowledge(final TcpFlow flow) {
        context.counters.increment(Counter.TCP_DUPLICATE_ACKS_OUT);
        context.receiver.acknowledge(flow);
    }

    private void challenge(final TcpFlow flow) {
        final long nowNs = flow.lastHeardNs;
        if (nowNs - challengeSecondNs >= SECOND_NS) {
            challengeSecondNs = nowNs;
            challenges = 0;
        }
        if (challenges++ < CHALLENGES_PER_SECOND) {
            context.counters.increment(Counter.TCP_CHALLENGE_ACKS);
            context.receiver.acknowledge(flow);
        } else {
            context.counters.increment(Counter.DROP_TCP_RATE);
        }
    }

    private void decodeOptions(final TcpFlyweight tcp, final IngressPacket packet) {
        options.decode(
                packet.buffer,
                packet.transportOffset + TcpFlyweight.HEADER_LENGTH,
                tcp.headerLength() - TcpFlyweight.HEADER_LENGTH);
    }
}
