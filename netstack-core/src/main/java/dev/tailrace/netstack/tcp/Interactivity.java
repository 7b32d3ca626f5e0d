package dev.tailrace.netstack.tcp;

import org.jspecify.annotations.Nullable;

/// Whether somebody waits for answers now, and what bulk may have in the way of them.
///
/// A short message that travels alone is a request or an answer. As long as such ones come, other flows keep
/// less in flight, come last in shorter turns, and stay out of most turns soon after a message: what it waits for is
/// then one frame and not the megabyte that windows let grow otherwise. The bounds cost bulk more turns and
/// acknowledgements, so they hold only meanwhile.
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

    /// How many turns bulk stays behind after a message: about a millisecond, as a turn without bulk takes two
    /// microseconds. Who asks more often finds it so most of the time, and who asks less often costs it little.
    static final int PAUSE_TURNS = 512;

    /// How many it stays behind at most then. A turn with bulk keeps the processors for 20 to 50 us, so that it has
    /// less than a third of the time, and at least half of the requests do not meet it.
    static final int MAX_PAUSE_TURNS = 64;

    private @Nullable TcpFlow latest;
    private long latestNs;
    private int turnsSinceMessage;
    private int turnsWithoutBulk;

    /// A turn of the stack begins.
    public void onTurn(final long nowNs) {
        if (latest != null && nowNs - latestNs >= HOLD_NS) {
            latest = null;
        }
    }

    /// Payload has come from either side of a flow that had nothing under way.
    void onLonePayload(final TcpFlow flow, final int lengthBytes, final long nowNs) {
        if (lengthBytes < Math.min(MESSAGE_BYTES, flow.mss)) {
            latest = flow;
            latestNs = nowNs;
            turnsSinceMessage = 0;
        }
    }

    /// Guest's and remote port of the flow that sent or was sent the latest message, 16 bits each; 0 if nobody waits.
    public int latestPorts() {
        return latest == null ? 0 : latest.guestPort << 16 | latest.remotePort;
    }

    /// Whether it is the turn of bulk that waits, and not that of an answer to a message of the last turns.
    public boolean isBulksTurn() {
        if (latest == null || turnsSinceMessage >= PAUSE_TURNS || turnsWithoutBulk >= MAX_PAUSE_TURNS) {
            turnsWithoutBulk = 0;
            return true;
        }
        turnsSinceMessage++;
        turnsWithoutBulk++;
        return false;
    }

    /// Bytes that may go either way, in one turn, before the host's side is served. With frames alone as the
    /// bound an answer would wait for 16 MB of a bulk transfer, in either direction: each acknowledgement of the
    /// guest lets a frame go out.
    public int turnBytes() {
        return latest == null ? TURN_BYTES : TURN_BYTES_MEANWHILE;
    }

    /// Whether somebody waits. Then bulk comes last in a turn, one frame of the guest's and one flow of the host's: who
    /// waits, waits for the turn that is under way when a message comes.
    public boolean isSomebodyWaiting() {
        return latest != null;
    }

    /// Whether a flow is bulk of the host's that others wait beside.
    boolean isBehind(final TcpFlow flow) {
        return latest != null && latest != flow && flow.hasMoreOfHost;
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
        return latest == null || latest == flow
                ? windowBytes
                : Math.min(
                        windowBytes,
                        FLIGHT_BYTES_MEANWHILE - FLIGHT_BYTES_MEANWHILE % TcpSender.superSegmentBytes(flow));
    }
}
