package dev.tailrace.netstack.tcp;

import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.tcp.TcpFlow.TimerPurpose;
import dev.tailrace.netstack.wire.TcpOptionsDecoder;

/// Sends again what the guest's SACK blocks show to be lost, without congestion control: a subset of RFC 6675.
///
/// A recovery lasts from the first loss seen until all that was sent by then is acknowledged. In one pass each gap is
/// sent again once, at once; while a gap stays longer than a round trip may take, another pass sends all that are left,
/// three times at most. Then the time-out of RFC 6298 forgets what the guest has told, as RFC 2018 section 8 demands.
final class TcpRecovery {
    private static final int MAX_PASSES = 3;

    private final TcpContext context;
    private final Spares<Scoreboard> spares = new Spares<>(Scoreboard::new);

    TcpRecovery(final TcpContext context) {
        this.context = context;
    }

    /// Takes the blocks of an acceptable acknowledgement; those that make no sense are passed over,
    /// among them what tells of repetitions (RFC 2883).
    void onSelectiveAck(final TcpFlow flow, final TcpOptionsDecoder options) {
        for (int block = 0; block < options.sackBlocks(); block++) {
            final int from = options.sackStart(block) - flow.sndUna;
            final int to = options.sackEnd(block) - flow.sndUna;
            if (from > 0 && from < to && to <= flow.inFlight()) {
                scoreboard(flow).add(flow.sndUna + from, flow.sndUna + to);
            }
        }
        final Scoreboard board = flow.scoreboard;
        if (board == null) {
            return;
        }
        board.judge(flow.mss);
        if (!flow.isRecovering && board.lostTo() - flow.sndUna > 0) {
            context.counters.increment(Counter.TCP_FAST_RETRANSMISSIONS);
            begin(flow);
        }
    }

    /// Begins a recovery.
    void begin(final TcpFlow flow) {
        flow.isRecovering = true;
        flow.recover = flow.sndMax;
        flow.resentTo = flow.sndUna;
        restartTimer(flow);
    }

    /// SND.UNA has moved.
    ///
    /// @return whether the first segment is to be sent again: it was not yet, though all before it had to be
    boolean onAcknowledged(final TcpFlow flow) {
        flow.passes = 0;
        Scoreboard board = flow.scoreboard;
        if (board != null) {
            board.held().removeBefore(flow.sndUna);
            // A guest that acknowledges up to a block has thrown the block away (RFC 2018 section 8).
            if (board.held().count() == 0 || board.held().start(0) == flow.sndUna) {
                forget(flow);
                board = null;
            }
        }
        if (!flow.isRecovering) {
            return false;
        }
        if (flow.sndUna - flow.recover >= 0) {
            flow.isRecovering = false;
            return false;
        }
        if (flow.isSackPermitted && flow.sndUna - flow.resentTo < 0) {
            return false;
        }
        if (board != null) {
            // What was sent before the gap that has just been filled would have been told by now.
            board.judgeFirstLost();
            return false;
        }
        return true;
    }

    /// Sends the gaps that count as lost and that this pass has not sent yet, as far as the link takes them.
    void resend(final TcpFlow flow, final long nowNs) {
        final Scoreboard board = flow.scoreboard;
        if (board == null) {
            return;
        }
        final SequenceRanges held = board.held();
        int from = flow.resentTo - flow.sndUna > 0 ? flow.resentTo : flow.sndUna;
        int index = held.firstEndingBehind(from);
        while (board.lostTo() - from > 0 && index < held.count()) {
            final int gap = held.start(index) - from;
            if (gap <= 0) {
                from = held.end(index++);
            } else if (context.link.isBusy()) {
                context.hold(flow);
                break;
            } else {
                final int sent = context.sender.sendAgain(flow, from, gap, nowNs);
                if (sent <= 0) {
                    break;
                }
                from += sent;
            }
        }
        flow.resentTo = from;
    }

    /// Time to wait for an acknowledgement now: short while the guest is known to have a gap.
    long timeoutNs(final TcpFlow flow) {
        final boolean isGap = flow.scoreboard != null || (flow.isRecovering && flow.isSackPermitted);
        return isGap && flow.passes < MAX_PASSES
                ? Math.min(flow.rto.timeoutNs(), flow.rto.roundTripLimitNs() << flow.passes)
                : flow.rto.timeoutNs();
    }

    /// The time of [#timeoutNs] has passed.
    ///
    /// @return whether there was a gap to send again; else it is a time-out in the sense of RFC 6298
    boolean onTimeout(final TcpFlow flow) {
        final boolean isGap = flow.scoreboard != null || (flow.isRecovering && flow.isSackPermitted);
        if (!isGap || ++flow.passes > MAX_PASSES) {
            return false;
        }
        begin(flow);
        if (flow.scoreboard != null) {
            flow.scoreboard.judgeAllLost();
        }
        return true;
    }

    void forget(final TcpFlow flow) {
        final Scoreboard board = flow.scoreboard;
        if (board != null) {
            flow.scoreboard = null;
            spares.put(board);
        }
    }

    private Scoreboard scoreboard(final TcpFlow flow) {
        Scoreboard board = flow.scoreboard;
        if (board == null) {
            board = spares.take();
            board.begin(flow.sndUna);
            flow.scoreboard = board;
            restartTimer(flow);
        }
        return board;
    }

    private static void restartTimer(final TcpFlow flow) {
        if (flow.purpose == TimerPurpose.RETRANSMIT) {
            flow.purpose = TimerPurpose.NONE;
        }
    }
}
