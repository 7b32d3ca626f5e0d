package dev.tailrace.netstack.tcp;

import dev.tailrace.netstack.host.HostErrno;
import dev.tailrace.netstack.host.HostStream;
import dev.tailrace.netstack.memory.Slab;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.tcp.TcpFlow.TimerPurpose;
import dev.tailrace.netstack.wire.TcpFlags;

/// Takes payload from host to guest: fills the flow's ring, sends from it within the guest's window, sends again.
final class TcpSender {
    static final int INITIAL_RING_BYTES = 1 << 16;

    private static final int DUPLICATE_ACKS = 3;

    private final TcpContext context;

    TcpSender(final TcpContext context) {
        this.context = context;
    }

    /// Receives from the host as long as there is room and sends on what the window takes; bulk has to wait for
    /// its turn while somebody waits for an answer.
    ///
    /// @return false when the flow is gone
    boolean pump(final TcpFlow flow, final long nowNs) {
        if (context.interactivity.isBehind(flow)) {
            context.comeAgain(flow);
            return true;
        }
        return pumpNow(flow, nowNs);
    }

    /// As [#pump], whoever waits.
    boolean pumpNow(final TcpFlow flow, final long nowNs) {
        int budgetBytes = context.interactivity.pumpBytes();
        final HostStream stream = flow.stream;
        while (flow.isHostReadable && stream != null && budgetBytes > 0) {
            // Before a ring is taken, which may make memory scarce.
            final int most = Math.min(superSegmentBytes(flow), context.takeableBytes(flow));
            if (most == 0 || !hasRoom(flow, nowNs)) {
                break;
            }
            final int wanted = flow.ring.contiguous(flow.ring.length(), Math.min(flow.ring.space(), most));
            final int received = stream.receive(flow.ring.buffer(), flow.ring.offset(flow.ring.length()), wanted);
            if (received > 0) {
                if (flow.ring.length() == 0) {
                    context.interactivity.onLonePayload(flow, received, nowNs);
                }
                flow.ring.added(received);
                budgetBytes -= received;
                flow.isHostReadable = received == wanted || flow.hasHostHangup;
                transmit(flow, flow.isHostReadable && budgetBytes > 0, nowNs);
            } else if (received == 0) {
                flow.hasHostEof = true;
                flow.isHostReadable = false;
            } else if (received == HostErrno.WOULD_BLOCK) {
                flow.isHostReadable = false;
            } else {
                context.closer.onHostError(flow, nowNs);
                return false;
            }
        }
        if (flow.ring.length() == 0) {
            flow.ring.release();
        }
        flow.hasMoreOfHost = flow.isHostReadable;
        if (flow.isHostReadable && budgetBytes <= 0) {
            context.comeAgain(flow);
        }
        transmit(flow, context.interactivity.isWorthWaiting(flow), nowNs);
        return true;
    }

    /// Sends what the window allows.
    ///
    /// @param isMoreComing whether a part of a super-segment had better wait for the rest of it
    void transmit(final TcpFlow flow, final boolean isMoreComing, final long nowNs) {
        if (!flow.state().isSynchronized()) {
            return;
        }
        if (flow.isRecovering) {
            context.recovery.resend(flow, nowNs);
        }
        final int most = superSegmentBytes(flow);
        while (!flow.isRecovering) {
            final int sent = flow.sndNxt - flow.sndUna;
            final int unsent = flow.ring.length() - sent;
            if (unsent < 0) {
                break;
            }
            final int usable = flow.sndUna + context.interactivity.bound(flow, flow.sndWnd) - flow.sndNxt;
            int length = Math.min(Math.min(unsent, most), Math.max(usable, 0));
            if (length == 0 && (unsent > 0 || !mayFinish(flow, sent, usable))) {
                break;
            }
            if (length > flow.mss && (length < unsent || isMoreComing)) {
                length -= length % flow.mss;
            }
            final boolean isSilly = length < flow.mss && length < unsent && sent > 0 && length < flow.maxSndWnd / 2;
            if (isSilly || (isMoreComing && length < most)) {
                break;
            }
            if (context.link.isBusy()) {
                context.hold(flow);
                break;
            }
            if (!send(flow, flow.sndNxt, sent, length, nowNs)) {
                break;
            }
        }
        armAfterSend(flow, nowNs);
    }

    /// Takes an acceptable acknowledgement of new data.
    void onAcknowledged(final TcpFlow flow, final int acknowledgement, final long nowNs) {
        final int payload = Math.min(acknowledgement - flow.sndUna, flow.ring.length());
        context.counters.add(Counter.TCP_BYTES_TO_GUEST, payload);
        flow.bytesToGuest += payload;
        if (payload > 0) {
            flow.ring.drop(payload);
        }
        flow.sndUna = acknowledgement;
        if (flow.sndNxt - acknowledgement < 0) {
            flow.sndNxt = acknowledgement;
        }
        flow.rto.acknowledged(acknowledgement, nowNs);
        flow.duplicateAcks = 0;
        flow.retries = 0;
        flow.purpose = TimerPurpose.NONE;
        if (context.recovery.onAcknowledged(flow)) {
            retransmitFirst(flow, nowNs);
        }
    }

    /// Counts a duplicate acknowledgement (RFC 5681 section 2); the third one sends the first segment again.
    void onDuplicateAck(final TcpFlow flow, final long nowNs) {
        if (++flow.duplicateAcks == DUPLICATE_ACKS && !flow.isRecovering) {
            context.recovery.begin(flow);
            context.counters.increment(Counter.TCP_FAST_RETRANSMISSIONS);
            retransmitFirst(flow, nowNs);
        }
    }

    /// Goes back to SND.UNA after a time-out (RFC 6298 section 5.4) and sends the first segment again.
    void onRetransmitTimeout(final TcpFlow flow, final long nowNs) {
        flow.rto.backOff();
        flow.isRecovering = false;
        context.recovery.forget(flow);
        flow.duplicateAcks = 0;
        flow.sndNxt = flow.sndUna;
        if (flow.inFlight() > 0) {
            context.counters.increment(Counter.TCP_TIMEOUTS);
            retransmitFirst(flow, nowNs);
            arm(flow, TimerPurpose.RETRANSMIT, flow.rto.timeoutNs(), nowNs);
        } else {
            flow.purpose = TimerPurpose.NONE;
            transmit(flow, false, nowNs);
        }
    }

    /// A gap has stayed longer than a round trip takes: sends again what the guest is known to miss.
    ///
    /// @return whether there was such a gap
    boolean onGapTimeout(final TcpFlow flow, final long nowNs) {
        if (!context.recovery.onTimeout(flow)) {
            return false;
        }
        if (flow.scoreboard == null) {
            retransmitFirst(flow, nowNs);
        }
        transmit(flow, false, nowNs);
        return true;
    }

    /// Probes a window that does not open with one byte of payload, or the FIN (RFC 9293 section 3.8.6.1).
    void onPersistTimeout(final TcpFlow flow, final long nowNs) {
        flow.rto.backOff();
        context.counters.increment(Counter.TCP_ZERO_WINDOW_PROBES);
        flow.sndNxt = flow.sndUna;
        if (flow.ring.length() > 0 || flow.hasHostEof) {
            send(flow, flow.sndUna, 0, Math.min(1, flow.ring.length()), nowNs);
        } else {
            // The host's bytes wait in its socket: what has been received already is answered, too.
            context.writer.control(flow, flow.sndUna - 1, TcpFlags.ACK);
        }
        arm(flow, TimerPurpose.PERSIST, flow.rto.timeoutNs(), nowNs);
    }

    /// The window opened: what was only a probe does not count as sent.
    void onWindowOpened(final TcpFlow flow) {
        if (flow.purpose == TimerPurpose.PERSIST) {
            flow.sndNxt = flow.sndUna;
            flow.retries = 0;
            flow.purpose = TimerPurpose.NONE;
        }
    }

    /// Sends again from SND.UNA: at most what was sent before, within the window but at least one byte.
    private void retransmitFirst(final TcpFlow flow, final long nowNs) {
        final Scoreboard board = flow.scoreboard;
        final int missing = board == null ? flow.inFlight() : board.held().start(0) - flow.sndUna;
        flow.resentTo = flow.sndUna + Math.max(0, sendAgain(flow, flow.sndUna, missing, nowNs));
    }

    /// Sends again from `sequence`, which was sent before: one super-segment at most, within the
    /// window but at least one byte, or the FIN.
    ///
    /// @param missing sequence numbers that are missing from there on
    /// @return bytes sent, or -1 when the link did not take it
    int sendAgain(final TcpFlow flow, final int sequence, final int missing, final long nowNs) {
        final int position = sequence - flow.sndUna;
        final int payload = Math.min(flow.ring.length() - position, missing);
        final int inWindow = Math.max(flow.sndWnd, 1) - position;
        final int length = Math.min(payload, Math.min(superSegmentBytes(flow), inWindow));
        if (length < 0 || (length == 0 && position > 0)) {
            return 0;
        }
        flow.rto.retransmitted();
        context.counters.increment(Counter.TCP_RETRANSMISSIONS);
        flow.retransmissions++;
        return send(flow, sequence, position, length, nowNs) ? length : -1;
    }

    private boolean send(
            final TcpFlow flow, final int sequence, final int position, final int length, final long nowNs) {
        final boolean isFin = isFinWith(flow, position, length);
        final boolean isLast = position + length == flow.ring.length();
        final int flags = TcpFlags.ACK | (isLast && length > 0 ? TcpFlags.PSH : 0) | (isFin ? TcpFlags.FIN : 0);
        if (!context.writer.data(flow, sequence, flags, position, length)) {
            return false;
        }
        final int end = sequence + length + (isFin ? 1 : 0);
        if (end - flow.sndNxt > 0) {
            flow.sndNxt = end;
        }
        if (end - flow.sndMax > 0) {
            flow.sndMax = end;
            flow.rto.sent(end, nowNs);
        }
        if (isFin && !flow.hasSentFin) {
            flow.hasSentFin = true;
            context.closer.onFinSent(flow);
        }
        return true;
    }

    private static boolean isFinWith(final TcpFlow flow, final int position, final int length) {
        return flow.hasHostEof && !flow.isFinAcknowledged && position + length == flow.ring.length();
    }

    /// Whether a FIN alone may go out: the host has ended, all payload is out, and the FIN is not.
    private static boolean mayFinish(final TcpFlow flow, final int sent, final int usable) {
        return flow.hasHostEof && !flow.isFinAcknowledged && sent == flow.ring.length() && (usable > 0 || sent == 0);
    }

    private boolean hasRoom(final TcpFlow flow, final long nowNs) {
        if (flow.hasHostEof) {
            return false;
        }
        if (flow.ring.capacity() == 0) {
            return reserve(flow, Math.min(flow.ringHint, context.ringLimit()), nowNs);
        }
        if (flow.ring.space() > 0) {
            return true;
        }
        final int wanted = flow.ring.capacity() * 2;
        final int unsent = flow.ring.length() - (flow.sndNxt - flow.sndUna);
        final int usable = flow.sndUna + flow.sndWnd - flow.sndNxt;
        final boolean isRingTheLimit = unsent < superSegmentBytes(flow) && unsent < usable;
        if (!isRingTheLimit || wanted > context.ringLimit() || !flow.ring.reserve(wanted)) {
            return false;
        }
        flow.ringHint = wanted;
        return true;
    }

    private boolean reserve(final TcpFlow flow, final int wantedBytes, final long nowNs) {
        int bytes = wantedBytes;
        while (bytes >= Slab.SMALLEST_BLOCK_LENGTH) {
            if (flow.ring.reserve(bytes)) {
                return true;
            }
            bytes >>= 1;
        }
        context.timeouts.retryWhenMemory(flow, nowNs);
        return false;
    }

    /// Most payload of one frame: whole segments of the guest's MSS, 64 KiB in all.
    static int superSegmentBytes(final TcpFlow flow) {
        return flow.mss >= TcpSegmentWriter.MAX_PAYLOAD_BYTES
                ? TcpSegmentWriter.MAX_PAYLOAD_BYTES
                : TcpSegmentWriter.MAX_PAYLOAD_BYTES / flow.mss * flow.mss;
    }

    private void armAfterSend(final TcpFlow flow, final long nowNs) {
        final boolean isWaiting = flow.ring.length() > flow.sndNxt - flow.sndUna
                || (flow.hasHostEof && !flow.hasSentFin)
                || (flow.isHostReadable && context.takeableBytes(flow) == 0);
        if (flow.purpose == TimerPurpose.PERSIST
                || flow.purpose == TimerPurpose.TIME_WAIT
                || flow.purpose == TimerPurpose.MEMORY) {
            return;
        }
        if (flow.inFlight() > 0 || (isWaiting && flow.sndWnd > 0)) {
            if (flow.purpose != TimerPurpose.RETRANSMIT) {
                arm(flow, TimerPurpose.RETRANSMIT, context.recovery.timeoutNs(flow), nowNs);
            }
        } else if (isWaiting) {
            arm(flow, TimerPurpose.PERSIST, flow.rto.timeoutNs(), nowNs);
        } else if (flow.purpose != TimerPurpose.KEEP_ALIVE) {
            context.timeouts.armKeepAlive(flow, nowNs);
        }
    }

    private void arm(final TcpFlow flow, final TimerPurpose purpose, final long delayNs, final long nowNs) {
        flow.purpose = purpose;
        context.timers.arm(flow, nowNs + delayNs);
    }
}
