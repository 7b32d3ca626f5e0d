package dev.tailrace.netstack.tcp;

import dev.tailrace.netstack.host.HostStream;
import dev.tailrace.netstack.host.HostStreamListener;
import dev.tailrace.netstack.memory.ByteRing;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.FlowRow;
import dev.tailrace.netstack.status.FlowSource;
import dev.tailrace.netstack.timer.Timer;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.netstack.wire.IpLiteral;
import org.jspecify.annotations.Nullable;

/// One connection of the guest and its counterpart on the host: the variables of RFC 9293 section 3.3.1 and what is
/// known of the host's stream. Its timer serves one purpose at a time. Owned by the stack's thread.
public final class TcpFlow extends Timer implements HostStreamListener, FlowSource {
    /// What the flow's deadline is for.
    enum TimerPurpose {
        NONE,
        CONNECT,
        SYN,
        RETRANSMIT,
        PERSIST,
        MEMORY,
        KEEP_ALIVE,
        TIME_WAIT,
        LINGER
    }

    static final int NO_WINDOW_SCALE = -1;
    private static final int CONNECT_PENDING = -1;

    /// The addresses change at most once, by [#moveTo], and not while the flow is in a table.
    long guestHi;

    long guestLo;
    final int guestPort;
    long remoteHi;
    long remoteLo;
    final int remotePort;
    boolean isIpv4;
    long guestMac;

    /// Where else in the guest to ask when nobody listens.
    @Nullable
    IpLiteral fallback;

    private final TcpContext context;

    @Nullable
    HostStream stream;

    private TcpState state;
    TimerPurpose purpose = TimerPurpose.NONE;

    /// RCV.NXT, the right edge of the advertised window, and what was acknowledged last.
    int rcvNxt;
    int rcvEdge;
    int ackedTo;
    boolean isAckDue;
    /// Payload acknowledged to the guest that the host socket has not taken.
    final ByteRing backlog;

    /// What came behind a gap; its bytes are in the backlog's ring.
    @Nullable
    OutOfOrderQueue outOfOrder;

    /// What the guest's last segment brought that was here before, to be told with its acknowledgement (RFC 2883);
    /// nothing if both are the same.
    int repeatedStart;

    int repeatedEnd;

    boolean hasGuestFin;
    boolean isOutputShut;
    boolean isHostBlocked;

    /// ISS, SND.UNA, SND.NXT, the highest ever sent, SND.WND in bytes, SND.WL1, SND.WL2.
    int iss;
    int sndUna;
    int sndNxt;
    int sndMax;
    int sndWnd;
    int maxSndWnd;
    int sndWl1;
    int sndWl2;
    int recover;
    boolean isRecovering;
    /// What this pass of a recovery has sent again, and passes since the last progress.
    int resentTo;
    int passes;
    int duplicateAcks;
    int retries;
    /// Payload from SND.UNA on that is not acknowledged by the guest.
    final ByteRing ring;
    int ringHint = TcpSender.INITIAL_RING_BYTES;
    boolean isHostReadable;

    /// The host had more than was received when it was asked last: bulk.
    boolean hasMoreOfHost;

    boolean hasHostHangup;
    boolean hasHostEof;
    boolean hasSentFin;
    boolean isFinAcknowledged;

    /// What the guest has beyond a gap, while it tells of one.
    @Nullable
    Scoreboard scoreboard;

    int mss;
    /// Whether both SYNs permit SACK (RFC 2018 section 2).
    boolean isSackPermitted;

    int sndShift;
    int rcvShift = NO_WINDOW_SCALE;
    final RetransmissionTimer rto = new RetransmissionTimer();
    long lastHeardNs;
    private int connectErrno = CONNECT_PENDING;

    /// For the table of flows: when the first SYN was seen or sent, payload the host took and the guest acknowledged.
    long openedNs;

    long bytesToHost;
    long bytesToGuest;
    int retransmissions;
    private final boolean isInbound;
    boolean isListed;

    /// Where it is while it has no answer, between which others.
    @Nullable
    HalfOpenQueue halfOpen;

    @Nullable
    TcpFlow older;

    @Nullable
    TcpFlow newer;

    @Nullable
    TcpFlow nextAttention;

    boolean isAttentionQueued;
    boolean isBulkQueued;

    /// Whether it waits for room on the link.
    boolean isHeld;

    /// Whether the link has room again for what it has waited to send.
    boolean isResumed;

    TcpFlow(
            final TcpContext context,
            final TcpState initial,
            final long guestHi,
            final long guestLo,
            final int guestPort,
            final long remoteHi,
            final long remoteLo,
            final int remotePort) {
        this.context = context;
        this.state = initial;
        this.isInbound = initial == TcpState.SYN_SENT;
        this.guestHi = guestHi;
        this.guestLo = guestLo;
        this.guestPort = guestPort;
        this.remoteHi = remoteHi;
        this.remoteLo = remoteLo;
        this.remotePort = remotePort;
        this.isIpv4 = IpAddress.isIpv4(guestHi, guestLo);
        // What hosts do not take must leave room for what guests do.
        this.backlog = new ByteRing(context.slab, context.slab.capacityBytes() / 4 * 3);
        this.ring = new ByteRing(context.slab);
    }

    /// Where the connection is.
    public TcpState state() {
        return state;
    }

    /// The one place that changes the state.
    void state(final TcpState next) {
        assert state != TcpState.CLOSED : "left CLOSED for " + next;
        if (next == TcpState.CLOSED) {
            context.counters.increment(Counter.TCP_FLOWS_CLOSED);
        }
        if (halfOpen != null && next.compareTo(TcpState.ESTABLISHED) >= 0) {
            halfOpen.remove(this);
        }
        state = next;
    }

    @Override
    public void onConnect(final int errno) {
        connectErrno = errno;
        context.attention.add(this);
    }

    @Override
    public void onReady(final boolean readable, final boolean writable, final boolean hangup) {
        isHostReadable |= readable || hangup;
        hasHostHangup |= hangup;
        if (writable) {
            isHostBlocked = false;
        }
        if (readable || hangup || backlog.length() > 0) {
            context.attention.add(this);
        }
    }

    @Override
    public void onTimeout(final long nowNs) {
        context.timeouts.onTimeout(this, nowNs);
    }

    /// Whether the outcome of the host's connection has come and was not taken.
    boolean hasConnectResult() {
        return connectErrno != CONNECT_PENDING && state == TcpState.CONNECTING;
    }

    int connectErrno() {
        return connectErrno;
    }

    /// Sequence numbers sent and not acknowledged.
    int inFlight() {
        return sndMax - sndUna;
    }

    /// `sequence`, or the right edge of the guest's window where that lies before it: a segment that begins beyond its
    /// window is dropped by the guest with the acknowledgement that it carries.
    int inGuestsWindow(final int sequence) {
        final int edge = sndUna + sndWnd;
        return edge - sequence < 0 ? edge : sequence;
    }

    /// Makes it the connection between two other addresses, of either family.
    void moveTo(final long newGuestHi, final long newGuestLo, final long newRemoteHi, final long newRemoteLo) {
        assert !isListed && state == TcpState.SYN_SENT : "moved in " + state;
        guestHi = newGuestHi;
        guestLo = newGuestLo;
        remoteHi = newRemoteHi;
        remoteLo = newRemoteLo;
        isIpv4 = IpAddress.isIpv4(newGuestHi, newGuestLo);
    }

    boolean isFor(
            final long otherGuestHi,
            final long otherGuestLo,
            final long otherRemoteHi,
            final long otherRemoteLo,
            final int ports) {
        return ports == (guestPort << 16 | remotePort)
                && otherGuestLo == guestLo
                && otherRemoteLo == remoteLo
                && otherRemoteHi == remoteHi
                && otherGuestHi == guestHi;
    }

    @Override
    public boolean describe(final FlowRow row, final long nowNs) {
        if (!isListed) {
            return false;
        }
        row.begin(FlowRow.Kind.TCP, state.name(), guestHi, guestLo, guestPort).peer(remoteHi, remoteLo, remotePort);
        row.isInbound = isInbound;
        if (stream != null) {
            stream.localAddress(row.host);
        }
        row.bytesToHost = bytesToHost;
        row.bytesToGuest = bytesToGuest;
        final boolean hasBegun = state != TcpState.SYN_SENT || purpose != TimerPurpose.NONE;
        row.ageNs = hasBegun ? nowNs - openedNs : 0;
        row.idleNs = hasBegun ? nowNs - lastHeardNs : 0;
        if (rto.smoothedNs() != 0) {
            row.roundTripNs = rto.smoothedNs();
            row.roundTripVariationNs = rto.variationNs();
        }
        row.sendWindowBytes = sndWnd;
        row.receiveWindowBytes = rcvEdge - rcvNxt;
        row.backlogToHostBytes = backlog.length();
        row.backlogToGuestBytes = ring.length();
        row.retransmissions = retransmissions;
        row.timer = isArmed() ? purpose.name() : "";
        return true;
    }

    /// One line for the flow table, without a line end.
    public void describe(final StringBuilder out, final long nowNs) {
        out.append("tcp ")
                .append(IpAddress.format(guestHi, guestLo))
                .append(':')
                .append(guestPort);
        out.append(" -> ")
                .append(IpAddress.format(remoteHi, remoteLo))
                .append(':')
                .append(remotePort);
        out.append(' ').append(state);
        out.append(" in-flight ").append(inFlight()).append(" ring ").append(ring.length());
        out.append(" backlog ").append(backlog.length()).append(" snd-wnd ").append(sndWnd);
        out.append(" rcv-wnd ").append(rcvEdge - rcvNxt).append(" mss ").append(mss);
        out.append(" timer ").append(isArmed() ? purpose : TimerPurpose.NONE);
        out.append(" idle-ms ").append((nowNs - lastHeardNs) / 1_000_000);
    }
}
