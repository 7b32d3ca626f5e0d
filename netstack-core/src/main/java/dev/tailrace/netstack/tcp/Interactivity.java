package dev.tailrace.netstack.tcp;

import org.jspecify.annotations.Nullable;

/// Whether somebody waits for answers now, and what bulk may have in the way of them.
///
/// A short message that travels alone is a request or an answer. As long as such ones come, other flows keep
/// less in flight and get shorter turns: what a message waits for is then a few frames and not the megabyte that
/// windows let grow otherwise. The bounds cost bulk more turns and acknowledgements, so they hold only meanwhile.
/// A window already advertised is never taken back (RFC 9293 section 3.8.6.2.1): it is used up first.
public final class Interactivity {
    /// How long the bounds hold after a message: long enough for who types, or asks some times a second, and short
    /// enough that who asks each second costs bulk little.
    static final long HOLD_NS = 250_000_000L;

    static final int FLIGHT_BYTES_MEANWHILE = 1 << 17;

    /// A message has fewer bytes. A full segment of an Ethernet has more, whatever options it carries: it may be
    /// one of a stream.
    private static final int MESSAGE_BYTES = 1400;

    private static final int TURN_BYTES = 1 << 18;
    private static final int TURN_BYTES_MEANWHILE = 1 << 14;
    private static final int PUMP_BYTES = 1 << 19;
    private static final int PUMP_BYTES_MEANWHILE = 1 << 15;

    private @Nullable TcpFlow latest;
    private long untilNs;

    /// In this turn, for bulk.
    private boolean hasPumped;

    /// A turn of the stack begins.
    public void onTurn(final long nowNs) {
        if (latest != null && nowNs - untilNs >= 0) {
            latest = null;
        }
        hasPumped = false;
    }

    /// Payload has come from either side of a flow that had nothing under way.
    void onLonePayload(final TcpFlow flow, final int lengthBytes, final long nowNs) {
        if (lengthBytes < Math.min(MESSAGE_BYTES, flow.mss)) {
            latest = flow;
            untilNs = nowNs + HOLD_NS;
        }
    }

    /// Bytes that may go either way, in one turn, before the host's side is served. With frames alone as the
    /// bound an answer would wait for 16 MB of a bulk transfer, in either direction: each acknowledgement of the
    /// guest lets a frame go out.
    public int turnBytes() {
        return latest == null ? TURN_BYTES : TURN_BYTES_MEANWHILE;
    }

    /// Whether to receive from the host for a flow in this turn. While somebody waits, of all that the
    /// host has in bulk one turn brings only one flow's: an answer waits for the turn that is under way
    /// when it comes.
    boolean mayPump(final TcpFlow flow) {
        if (latest == null || !flow.hasMoreOfHost) {
            return true;
        }
        final boolean isFirst = !hasPumped;
        hasPumped = true;
        return isFirst;
    }

    /// Whether bulk that had its turn comes behind those that had not.
    boolean isSharing() {
        return latest != null;
    }

    /// Whether a part of a super-segment had better wait for the next turn, which brings more of it. Not
    /// if nothing else of the flow is under way: then the guest waits.
    boolean isWorthWaiting(final TcpFlow flow) {
        return latest != null && flow.hasMoreOfHost && flow.sndNxt != flow.sndUna;
    }

    /// Bytes received from the host for one flow before others have their turn.
    int pumpBytes() {
        return latest == null ? PUMP_BYTES : PUMP_BYTES_MEANWHILE;
    }

    /// A window of `flow`, bounded while others wait.
    int bound(final TcpFlow flow, final int windowBytes) {
        return latest == null || latest == flow ? windowBytes : Math.min(windowBytes, FLIGHT_BYTES_MEANWHILE);
    }
}
