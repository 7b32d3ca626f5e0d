package dev.tailrace.netstack.testkit;

/// The sending half of a [GuestTcp]: window, slow start, RFC 6298 timer, fast retransmit as NewReno
/// does, or of all gaps that the peer's SACK blocks show, zero-window probes. What the peer has told to
/// hold it never gets again, but for the first segment when it holds all and does not say so. Positions
/// are 64-bit offsets in the stream; the FIN takes the position behind the last byte.
final class GuestSendSide {
    private static final int SUPER_BYTES = 65_495;
    private static final long MIN_RTO_NS = 200_000_000L;
    private static final long MAX_RTO_NS = 20_000_000_000L;

    private final GuestTcp tcp;
    private final GuestOptions options;
    private final long key;
    private int mss;
    private long written;
    private boolean isFinQueued;
    private long una;
    private long next;
    private long max;
    private long edge;
    private long congestionWindow;
    private long slowStartThreshold = Long.MAX_VALUE;
    private int duplicates;
    private final GuestScoreboard held = new GuestScoreboard();
    private long resentTo;
    private boolean isRecovering;
    private long recover;

    private long rtoNs = 1_000_000_000L;
    private long smoothedNs;
    private long timedEnd = -1;
    private long timedAtNs;
    private boolean isArmed;
    private boolean isTimerScheduled;
    private long deadlineNs;
    private long timeouts;

    GuestSendSide(final GuestTcp tcp, final GuestOptions options, final long key) {
        this.tcp = tcp;
        this.options = options;
        this.key = key;
        this.mss = options.mss;
        this.congestionWindow = 10L * mss;
        this.written = options.writeBytes;
        this.isFinQueued = options.isClosingAfterWrite;
    }

    /// The peer's SYN came with this MSS, and its window, never scaled, with this right edge.
    void start(final int peerMss, final int window) {
        mss = Math.min(options.mss, peerMss == Packet.ABSENT ? 536 : peerMss);
        congestionWindow = 10L * mss;
        edge = window;
    }

    int sequence() {
        return sequence(next);
    }

    /// SND.MAX: what an RST that the peer must take carries.
    int highest() {
        return sequence(max);
    }

    boolean isAllAcknowledged() {
        return una == total();
    }

    boolean isFinAcknowledged() {
        return isFinQueued && una == total();
    }

    boolean isFinQueued() {
        return isFinQueued;
    }

    long written() {
        return written;
    }

    long acknowledged() {
        return Math.min(una, written);
    }

    long timeouts() {
        return timeouts;
    }

    void write(final long more) {
        tcp.require(!isFinQueued, "write after close");
        written += more;
        push();
    }

    void finish() {
        isFinQueued = true;
        push();
    }

    /// Takes the acknowledgement and window of a segment.
    void acknowledgement(final Packet packet, final int shift) {
        final long ack = una + (packet.ack() - sequence(una));
        tcp.require(ack <= max, "acknowledges " + ack + " of " + max + " sent");
        final long told = ack + ((long) packet.window() << shift);
        final boolean isWindowSame = told == edge;
        edge = Math.max(edge, told);
        for (int block = 0; block < packet.sackBlocks(); block++) {
            final long start = una + (packet.sackStart(block) - sequence(una));
            final long end = una + (packet.sackEnd(block) - sequence(una));
            tcp.require(end <= max && start < end, "SACK of " + start + " to " + end + " of " + max + " sent");
            held.add(start, end);
        }
        if (ack > una) {
            advance(ack);
        } else if (ack == una && max > una && packet.payloadLength() == 0 && isWindowSame && !packet.has(Packet.FIN)) {
            duplicate();
        }
        push();
    }

    /// Sends what window and congestion window let out.
    void push() {
        if (!tcp.isOpen()) {
            return;
        }
        final long limit = Math.min(total(), Math.min(edge, una + held.bytes() + congestionWindow));
        if (isRecovering) {
            resendGaps();
        }
        while (next < limit) {
            if (held.endOf(next) > next) {
                next = held.endOf(next);
                continue;
            }
            final long gap = Math.min(held.startBehind(next), limit) - next;
            if (gap < limit - next) {
                final long part = Math.min(gap, options.isGso ? SUPER_BYTES / mss * mss : mss);
                send(next, (int) part);
                next += part;
                continue;
            }
            final long wanted = Math.min(options.isGso ? SUPER_BYTES / mss * mss : mss, limit - next);
            if (wanted < mss && next + wanted < total() && next > una) {
                break;
            }
            send(next, (int) wanted);
            next += wanted;
        }
        if (max > una) {
            arm(false);
        } else if (total() > una && edge <= una) {
            arm(false);
        }
    }

    private void advance(final long ack) {
        if (timedEnd >= 0 && ack >= timedEnd) {
            sample(tcp.world().nowNs() - timedAtNs);
            timedEnd = -1;
        }
        final long newly = ack - una;
        una = ack;
        held.removeBefore(una);
        next = Math.max(next, una);
        if (isRecovering && ack < recover) {
            if (ack >= resentTo) {
                retransmitFirst();
            }
        } else {
            isRecovering = false;
            duplicates = 0;
            congestionWindow +=
                    congestionWindow < slowStartThreshold ? newly : Math.max(1, (long) mss * mss / congestionWindow);
        }
        isArmed = false;
        if (max > una) {
            arm(true);
        }
        tcp.onSendProgress();
    }

    private void duplicate() {
        if (++duplicates == 3 && !isRecovering) {
            isRecovering = true;
            recover = max;
            slowStartThreshold = Math.max((max - una) / 2, 2L * mss);
            congestionWindow = slowStartThreshold;
            retransmitFirst();
        }
    }

    private void retransmitFirst() {
        timedEnd = -1;
        final long missing = Math.min(held.startBehind(una), max) - una;
        final long units = Math.min(options.isGso ? SUPER_BYTES / mss * mss : mss, missing);
        resentTo = una + units;
        send(una, (int) units);
        arm(true);
    }

    /// Each gap once in a recovery; those that are lost again wait for the timer.
    private void resendGaps() {
        long from = Math.max(resentTo, una);
        while (from < held.last()) {
            if (held.endOf(from) > from) {
                from = held.endOf(from);
                continue;
            }
            final long gap = held.startBehind(from) - from;
            final int units = (int) Math.min(options.isGso ? SUPER_BYTES / mss * mss : mss, gap);
            send(from, units);
            from += units;
        }
        resentTo = from;
    }

    private void send(final long from, final int units) {
        final long end = from + units;
        final boolean isFin = isFinQueued && end == total();
        final int bytes = units - (isFin ? 1 : 0);
        final Seg segment = bytes > 0 ? Seg.data(key, from, bytes).gso(mss) : Seg.ack();
        tcp.emit(segment.and(isFin ? Packet.FIN : 0).seq(sequence(from)));
        if (end > max) {
            max = end;
            if (timedEnd < 0) {
                timedEnd = end;
                timedAtNs = tcp.world().nowNs();
            }
        }
    }

    private void sample(final long roundTripNs) {
        smoothedNs = smoothedNs == 0 ? roundTripNs : (smoothedNs * 7 + roundTripNs) / 8;
        rtoNs = Math.clamp(smoothedNs * 3, MIN_RTO_NS, MAX_RTO_NS);
    }

    private void arm(final boolean isRestart) {
        if (isArmed && !isRestart) {
            return;
        }
        isArmed = true;
        deadlineNs = tcp.world().nowNs() + rtoNs;
        if (!isTimerScheduled) {
            isTimerScheduled = true;
            tcp.world().after(rtoNs, this::onTimer);
        }
    }

    private void onTimer() {
        isTimerScheduled = false;
        if (!isArmed || !tcp.isOpen()) {
            return;
        }
        final long leftNs = deadlineNs - tcp.world().nowNs();
        if (leftNs > 0) {
            isTimerScheduled = true;
            tcp.world().after(leftNs, this::onTimer);
            return;
        }
        isArmed = false;
        rtoNs = Math.min(rtoNs * 2, MAX_RTO_NS);
        if (max > una) {
            timeouts++;
            timedEnd = -1;
            next = una;
            isRecovering = false;
            duplicates = 0;
            slowStartThreshold = Math.max((max - una) / 2, 2L * mss);
            congestionWindow = mss;
            if (held.endOf(una) >= max) {
                // Only the acknowledgement of it is missing.
                send(una, (int) Math.min(mss, max - una));
            }
            if (edge > una) {
                push();
            } else {
                send(una, 1);
                arm(true);
            }
        } else if (total() > una && edge <= una) {
            probe();
            arm(true);
        }
    }

    private void probe() {
        if (options.isProbeWithPayload && written > una) {
            tcp.emit(Seg.data(key, una, 1).seq(sequence(una)));
            max = Math.max(max, una + 1);
        } else {
            tcp.emit(Seg.ack().seq(sequence(una) - 1));
        }
    }

    private long total() {
        return written + (isFinQueued ? 1 : 0);
    }

    private int sequence(final long position) {
        return options.initialSequence + 1 + (int) position;
    }
}
