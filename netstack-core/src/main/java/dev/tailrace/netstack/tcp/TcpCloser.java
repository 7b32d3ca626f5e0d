package dev.tailrace.netstack.tcp;

import dev.tailrace.netstack.host.HostStream;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.wire.TcpFlags;

/// Ends flows: turns each end's way of ending into the other's.
///
/// | guest | host |
/// |---|---|
/// | FIN | `shutdown(SHUT_WR)` after the backlog is written |
/// | RST | RST (`SO_LINGER` 0) |
/// | silence beyond all retries | RST |
///
/// | host | guest |
/// |---|---|
/// | end of stream | FIN after all payload |
/// | error or RST | RST |
final class TcpCloser {
    private final TcpContext context;

    TcpCloser(final TcpContext context) {
        this.context = context;
    }

    void onFinSent(final TcpFlow flow) {
        flow.state(flow.state() == TcpState.CLOSE_WAIT ? TcpState.LAST_ACK : TcpState.FIN_WAIT_1);
    }

    void onFinAcknowledged(final TcpFlow flow, final long nowNs) {
        flow.isFinAcknowledged = true;
        switch (flow.state()) {
            case FIN_WAIT_1 -> {
                flow.state(TcpState.FIN_WAIT_2);
                context.timeouts.armKeepAlive(flow, nowNs);
            }
            case CLOSING -> enterTimeWait(flow, nowNs);
            case LAST_ACK -> finish(flow, nowNs);
            default -> throw new IllegalStateException("FIN acknowledged in " + flow.state());
        }
    }

    /// The guest's FIN is in order; the receiver has seen it already.
    void onGuestFin(final TcpFlow flow, final long nowNs) {
        switch (flow.state()) {
            case ESTABLISHED -> flow.state(TcpState.CLOSE_WAIT);
            case FIN_WAIT_1 -> flow.state(TcpState.CLOSING);
            case FIN_WAIT_2 -> enterTimeWait(flow, nowNs);
            default -> throw new IllegalStateException("FIN in " + flow.state());
        }
    }

    void onGuestReset(final TcpFlow flow) {
        context.counters.increment(Counter.TCP_RESETS_IN);
        abandon(flow);
    }

    /// The host's stream broke.
    void onHostError(final TcpFlow flow, final long nowNs) {
        abort(flow, nowNs);
    }

    /// Ends both sides by RST.
    void abort(final TcpFlow flow, final long nowNs) {
        if (flow.state() == TcpState.CONNECTING || flow.state() == TcpState.CLOSED) {
            abandon(flow);
            return;
        }
        final boolean isUnanswered = flow.state() == TcpState.SYN_SENT;
        if (!isUnanswered) {
            resetGuest(flow);
        }
        abandon(flow);
    }

    /// Tells the guest that the flow is over; it is to be abandoned then.
    void resetGuest(final TcpFlow flow) {
        context.counters.increment(Counter.TCP_RESETS_OUT);
        context.writer.control(flow, flow.inGuestsWindow(flow.sndMax), TcpFlags.RST | TcpFlags.ACK);
    }

    /// The guest's side is over: closes the host's once the backlog is written.
    void finish(final TcpFlow flow, final long nowNs) {
        forget(flow);
        if (flow.backlog.length() > 0) {
            context.timeouts.armLinger(flow, nowNs);
        } else {
            closeStream(flow);
            context.timers.remove(flow);
        }
    }

    /// Drops the flow at once; the host's peer sees RST.
    void abandon(final TcpFlow flow) {
        forget(flow);
        flow.backlog.release();
        final HostStream stream = flow.stream;
        flow.stream = null;
        if (stream != null) {
            stream.reset();
        }
        context.timers.remove(flow);
    }

    /// Closes the host's stream in an orderly way when there is nothing left to write.
    void closeStream(final TcpFlow flow) {
        final HostStream stream = flow.stream;
        if (stream != null && flow.backlog.length() == 0) {
            flow.stream = null;
            stream.close();
        }
    }

    private void enterTimeWait(final TcpFlow flow, final long nowNs) {
        flow.state(TcpState.TIME_WAIT);
        closeStream(flow);
        context.timeouts.armTimeWait(flow, nowNs);
    }

    private void forget(final TcpFlow flow) {
        if (flow.state() != TcpState.CLOSED) {
            flow.state(TcpState.CLOSED);
        }
        context.table.remove(flow);
        context.reassembler.forget(flow);
        context.recovery.forget(flow);
        flow.ring.release();
        flow.isAckDue = false;
        flow.isHostReadable = false;
    }
}
