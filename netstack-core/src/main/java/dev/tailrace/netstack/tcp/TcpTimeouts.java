package dev.tailrace.netstack.tcp;

import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.tcp.TcpFlow.TimerPurpose;
import dev.tailrace.netstack.wire.TcpFlags;

/// What is done when a flow's deadline has passed.
final class TcpTimeouts {
    /// Twelve time-outs without any answer end a flow: well beyond the 100 s of RFC 9293 section 3.8.3.
    private static final int MAX_RETRIES = 12;

    /// Six SYNs of ours, 1 s to 32 s apart: 63 s. Six ARP requests before them, 50 ms to 1 s apart.
    private static final int MAX_SYN_RETRIES = 6;

    /// A guest that still wants to connect repeats its SYN after 1 s (RFC 6298 section 2.1; formerly 3 s), and then in
    /// no more than twice the time that it has been asking.
    private static final long CONNECT_SILENCE_NS = 4_000_000_000L;

    private static final int MAX_KEEP_ALIVE_PROBES = 9;
    private static final long KEEP_ALIVE_INTERVAL_NS = 75_000_000_000L;
    private static final long TIME_WAIT_NS = 2_000_000_000L;
    private static final long LINGER_NS = 120_000_000_000L;
    private static final long MEMORY_RETRY_NS = 10_000_000L;

    private final TcpContext context;

    TcpTimeouts(final TcpContext context) {
        this.context = context;
    }

    void onTimeout(final TcpFlow flow, final long nowNs) {
        final TimerPurpose purpose = flow.purpose;
        switch (purpose) {
            case NONE -> {}
            case CONNECT -> {
                context.counters.increment(Counter.TCP_HALF_OPEN_FORGOTTEN);
                context.closer.abandon(flow);
            }
            case SYN -> onSyn(flow, nowNs);
            case RETRANSMIT -> {
                if (context.sender.onGapTimeout(flow, nowNs)) {
                    return;
                }
                if (flow.inFlight() > 0 && ++flow.retries > MAX_RETRIES) {
                    context.closer.abort(flow, nowNs);
                } else {
                    context.sender.onRetransmitTimeout(flow, nowNs);
                }
            }
            case PERSIST -> {
                if (++flow.retries > MAX_RETRIES) {
                    context.closer.abort(flow, nowNs);
                } else {
                    context.sender.onPersistTimeout(flow, nowNs);
                }
            }
            case MEMORY -> {
                flow.purpose = TimerPurpose.NONE;
                context.attention.add(flow);
            }
            case KEEP_ALIVE -> onKeepAlive(flow, nowNs);
            case TIME_WAIT -> context.closer.finish(flow, nowNs);
            case LINGER -> context.closer.abandon(flow);
        }
    }

    /// The guest has sent its SYN, once more: the host's attempt goes on for as long as the guest may be waiting
    /// for it. Nobody tells us when a guest gives up.
    void armConnect(final TcpFlow flow, final long nowNs) {
        flow.purpose = TimerPurpose.CONNECT;
        context.timers.arm(flow, nowNs + CONNECT_SILENCE_NS + 2 * (nowNs - flow.openedNs));
    }

    void armSyn(final TcpFlow flow, final long delayNs, final long nowNs) {
        flow.purpose = TimerPurpose.SYN;
        context.timers.arm(flow, nowNs + delayNs);
    }

    /// A flow in silence: probes after the idle time of its state.
    void armKeepAlive(final TcpFlow flow, final long nowNs) {
        flow.purpose = TimerPurpose.KEEP_ALIVE;
        flow.retries = 0;
        context.timers.arm(flow, nowNs + keepAliveIdleNs(flow));
    }

    void armTimeWait(final TcpFlow flow, final long nowNs) {
        flow.purpose = TimerPurpose.TIME_WAIT;
        context.timers.arm(flow, nowNs + TIME_WAIT_NS);
    }

    /// The guest is done: the host gets so long, from its last progress, to take the rest of the backlog.
    void armLinger(final TcpFlow flow, final long nowNs) {
        flow.purpose = TimerPurpose.LINGER;
        context.timers.arm(flow, nowNs + LINGER_NS);
    }

    /// The slab was exhausted: the host's bytes wait in its socket.
    void retryWhenMemory(final TcpFlow flow, final long nowNs) {
        flow.purpose = TimerPurpose.MEMORY;
        context.timers.arm(flow, nowNs + MEMORY_RETRY_NS);
    }

    private void onSyn(final TcpFlow flow, final long nowNs) {
        if (++flow.retries > MAX_SYN_RETRIES) {
            context.closer.abort(flow, nowNs);
            return;
        }
        if (flow.sndMax != flow.iss) {
            flow.rto.backOff();
            flow.rto.retransmitted();
            context.counters.increment(Counter.TCP_RETRANSMISSIONS);
        }
        context.handshake.sendSyn(flow, nowNs);
    }

    private void onKeepAlive(final TcpFlow flow, final long nowNs) {
        final long dueNs = flow.lastHeardNs + keepAliveIdleNs(flow);
        if (flow.retries == 0 && dueNs - nowNs > 0) {
            context.timers.arm(flow, dueNs);
            return;
        }
        if (flow.retries++ >= MAX_KEEP_ALIVE_PROBES) {
            context.closer.abort(flow, nowNs);
            return;
        }
        context.counters.increment(Counter.TCP_KEEPALIVES);
        context.writer.control(flow, flow.sndUna - 1, TcpFlags.ACK);
        context.timers.arm(flow, nowNs + KEEP_ALIVE_INTERVAL_NS);
    }

    private long keepAliveIdleNs(final TcpFlow flow) {
        return flow.state() == TcpState.FIN_WAIT_2
                ? context.config.halfClosedIdleNs()
                : context.config.keepAliveIdleNs();
    }
}
