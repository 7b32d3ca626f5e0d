package dev.tailrace.netstack.tcp;

import dev.tailrace.netstack.host.HostErrno;
import dev.tailrace.netstack.host.HostStream;
import dev.tailrace.netstack.memory.Slab;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.wire.TcpFlags;
import org.agrona.DirectBuffer;

/// Takes payload from guest to host and decides what is acknowledged and advertised.
final class TcpReceiver {
    /// An acknowledgement goes out at once when this much was taken since the last one, or half of the window told with
    /// it: two super-segments, as others do it with segments. Each costs a call here, and the guest as much.
    static final int ACK_EVERY_BYTES = 120 << 10;

    /// Kept free in the backlog for the rounding of a scaled window: at most 127 bytes with our shift of 7.
    private static final int WINDOW_SLACK_BYTES = 256;

    private static final int UNSCALED_WINDOW_MAX = 0xffff;

    private final TcpContext context;

    TcpReceiver(final TcpContext context) {
        this.context = context;
    }

    /// Hands in-order payload on.
    ///
    /// @return bytes taken from the front, or -1 when the flow is gone
    int deliver(final TcpFlow flow, final DirectBuffer buffer, final int offset, final int length, final long nowNs) {
        final OutOfOrderQueue queue = flow.outOfOrder;
        if (queue != null) {
            return context.reassembler.deliver(flow, queue, buffer, offset, length, nowNs);
        }
        final int taken = take(flow, buffer, offset, length, nowNs);
        if (flow.rcvNxt - flow.ackedTo >= Math.min(ACK_EVERY_BYTES, flow.rcvEdge - flow.rcvNxt)) {
            acknowledge(flow);
        } else if (taken > 0) {
            acknowledgeSoon(flow);
        }
        return taken;
    }

    /// Hands payload at RCV.NXT on: to the host as far as it takes it, the rest to the backlog.
    ///
    /// @return bytes taken from the front, or -1 when the flow is gone
    int take(final TcpFlow flow, final DirectBuffer buffer, final int offset, final int length, final long nowNs) {
        int taken = 0;
        if (flow.backlog.length() == 0 && !flow.isHostBlocked) {
            final int sent = stream(flow).send(buffer, offset, length);
            if (sent >= 0) {
                taken = sent;
                flow.backlog.skip(sent);
            } else if (sent == HostErrno.WOULD_BLOCK) {
                flow.isHostBlocked = true;
            } else {
                context.closer.onHostError(flow, nowNs);
                return -1;
            }
        }
        if (taken < length) {
            taken += keep(flow, buffer, offset + taken, length - taken);
            context.attention.add(flow);
        }
        count(flow, taken);
        return taken;
    }

    /// Counts `bytes` from RCV.NXT on as taken.
    void count(final TcpFlow flow, final int bytes) {
        context.counters.add(Counter.TCP_BYTES_TO_HOST, bytes);
        flow.bytesToHost += bytes;
        flow.rcvNxt += bytes;
    }

    /// Writes the backlog on, and passes the guest's FIN on behind it.
    ///
    /// @return false when the flow is gone
    boolean drain(final TcpFlow flow, final long nowNs) {
        final int before = flow.backlog.length();
        while (flow.backlog.length() > 0 && !flow.isHostBlocked) {
            final int piece = flow.backlog.contiguous(0, flow.backlog.length());
            final int sent = stream(flow).send(flow.backlog.buffer(), flow.backlog.offset(0), piece);
            if (sent >= 0) {
                flow.backlog.drop(sent);
            } else if (sent == HostErrno.WOULD_BLOCK) {
                flow.isHostBlocked = true;
            } else {
                context.closer.onHostError(flow, nowNs);
                return false;
            }
        }
        if (flow.hasGuestFin && flow.backlog.length() == 0 && !flow.isOutputShut) {
            flow.isOutputShut = true;
            stream(flow).shutdownOutput();
        }
        if (flow.backlog.length() < before) {
            if (flow.state().canReceive()) {
                updateWindow(flow);
            } else if (flow.state() == TcpState.CLOSED) {
                context.timeouts.armLinger(flow, nowNs);
            }
        }
        return true;
    }

    /// Acknowledges at the end of this duty cycle at the latest.
    void acknowledgeSoon(final TcpFlow flow) {
        flow.isAckDue = true;
        context.attention.add(flow);
    }

    /// Acknowledges now. If the link refuses, it stays due: for the next segment or the guest's retransmission.
    void acknowledge(final TcpFlow flow) {
        flow.isAckDue = true;
        context.writer.control(flow, flow.inGuestsWindow(flow.sndNxt), TcpFlags.ACK);
    }

    /// The right edge to advertise with the next segment: what is free beyond RCV.NXT, but never less than before,
    /// and moved only in steps worth a segment (RFC 9293 section 3.8.6.2.2).
    int edgeToAdvertise(final TcpFlow flow) {
        final int wanted = wantedEdge(flow);
        return wanted - flow.rcvEdge >= step(flow) ? wanted : flow.rcvEdge;
    }

    private void updateWindow(final TcpFlow flow) {
        final int growth = wantedEdge(flow) - flow.rcvEdge;
        final int open = flow.rcvEdge - flow.rcvNxt;
        if (growth >= step(flow) && (open < 2 * flow.mss || growth >= limit(flow) / 4)) {
            acknowledge(flow);
        }
    }

    private int wantedEdge(final TcpFlow flow) {
        return flow.rcvNxt + Math.max(0, limit(flow) - flow.backlog.length());
    }

    private int step(final TcpFlow flow) {
        return Math.min(limit(flow) / 2, 2 * Math.min(flow.mss, context.linkMss(flow.isIpv4)));
    }

    private int limit(final TcpFlow flow) {
        final int ringLimit = context.interactivity.bound(flow, context.ringLimit()) - WINDOW_SLACK_BYTES;
        return flow.rcvShift == TcpFlow.NO_WINDOW_SCALE ? Math.min(ringLimit, UNSCALED_WINDOW_MAX) : ringLimit;
    }

    /// Appends to the backlog what fits, growing it as far as what was advertised may need.
    private int keep(final TcpFlow flow, final DirectBuffer buffer, final int offset, final int length) {
        final int needed = flow.backlog.length() + length;
        if (needed <= Slab.LARGEST_BLOCK_LENGTH) {
            flow.backlog.reserve(Slab.blockLength(needed));
        }
        final int kept = Math.min(length, flow.backlog.space());
        if (kept > 0) {
            flow.backlog.append(buffer, offset, kept);
            context.counters.add(Counter.TCP_BACKLOG_BYTES, kept);
        }
        if (kept < length) {
            context.counters.increment(Counter.DROP_TCP_NO_MEMORY);
        }
        return kept;
    }

    private static HostStream stream(final TcpFlow flow) {
        final HostStream stream = flow.stream;
        if (stream == null) {
            throw new IllegalStateException("flow in " + flow.state() + " has no stream");
        }
        return stream;
    }
}
