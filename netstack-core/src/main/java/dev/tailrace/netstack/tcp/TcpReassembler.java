package dev.tailrace.netstack.tcp;

import dev.tailrace.netstack.memory.Slab;
import dev.tailrace.netstack.status.Counter;
import org.agrona.DirectBuffer;

/// Keeps what the guest sends behind a gap, and hands it on when the gap is filled.
///
/// ```
///   ring:  [ backlog | gap | held | gap | held ]     the byte with number s is at position backlog + (s - RCV.NXT)
///                    ^ RCV.NXT
/// ```
///
/// All of it lies within the window that was advertised, so it takes no more of the slab than the backlog may. Of two
/// copies of a byte the first one counts. Nothing that was told by SACK is thrown away.
final class TcpReassembler {
    private final TcpContext context;
    private final Spares<OutOfOrderQueue> spares = new Spares<>(OutOfOrderQueue::new);

    TcpReassembler(final TcpContext context) {
        this.context = context;
    }

    /// Keeps a segment that begins behind RCV.NXT and within the window, as far as it fits.
    ///
    /// @param payload of the segment in bytes
    void hold(
            final TcpFlow flow,
            final int sequence,
            final DirectBuffer buffer,
            final int offset,
            final int payload,
            final boolean isFin) {
        if (!flow.state().canReceive()) {
            context.counters.increment(Counter.DROP_TCP_STALE);
            return;
        }
        OutOfOrderQueue queue = flow.outOfOrder;
        if (queue == null) {
            queue = spares.take();
            flow.outOfOrder = queue;
        }
        final int length = fitting(flow, queue, sequence, payload);
        final boolean takesFin = isFin && length == payload && mayEndAt(flow, queue, sequence + payload);
        final int end = sequence + length + (takesFin ? 1 : 0);
        noteRepeated(flow, queue.ranges(), sequence, end);
        if (end - sequence <= 0) {
            context.counters.increment(Counter.DROP_TCP_OUT_OF_ORDER);
        } else if (!queue.ranges().hasRoomFor(sequence, end)) {
            context.counters.increment(Counter.DROP_TCP_OUT_OF_ORDER);
        } else if (length > 0 && !reserve(flow, sequence + length)) {
            context.counters.increment(Counter.DROP_TCP_NO_MEMORY);
        } else {
            copyWhatIsNew(flow, queue, sequence, buffer, offset, length);
            if (takesFin) {
                queue.fin(sequence + length);
            }
            queue.add(sequence, end);
            context.counters.increment(Counter.TCP_OUT_OF_ORDER);
        }
        if (queue.isEmpty()) {
            forget(flow);
        }
    }

    /// Hands in-order payload on, and what it makes contiguous; acknowledges at once (RFC 5681 section 4.2).
    ///
    /// When RCV.NXT has come to the FIN then, the queue stays for the caller to see it.
    ///
    /// @return bytes of the segment that are dealt with, from its front, or -1 when the flow is gone
    int deliver(
            final TcpFlow flow,
            final OutOfOrderQueue queue,
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final long nowNs) {
        final int first = flow.rcvNxt;
        boolean goesOn = true;
        while (goesOn) {
            final int done = flow.rcvNxt - first;
            final int piece = Math.min(length - done, untilHeld(flow, queue));
            if (piece > 0) {
                final int taken = context.receiver.take(flow, buffer, offset + done, piece, nowNs);
                if (taken < 0) {
                    return -1;
                }
                goesOn = taken == piece;
            }
            goesOn = goesOn && !queue.isEmpty() && queue.ranges().start(0) == flow.rcvNxt;
            if (goesOn) {
                absorb(flow, queue);
                if (!context.receiver.drain(flow, nowNs)) {
                    return -1;
                }
            }
        }
        if (flow.backlog.length() > 0) {
            context.attention.add(flow);
        }
        final int done = Math.min(length, flow.rcvNxt - first);
        if (queue.isEmpty() && !queue.hasFin()) {
            forget(flow);
        }
        if (flow.rcvNxt != flow.ackedTo) {
            context.receiver.acknowledge(flow);
        }
        return done;
    }

    /// Lets go of all that is held behind a gap.
    void forget(final TcpFlow flow) {
        final OutOfOrderQueue queue = flow.outOfOrder;
        if (queue != null) {
            flow.outOfOrder = null;
            queue.clear();
            spares.put(queue);
            flow.backlog.dropEarly();
        }
    }

    /// How much of the payload lies in the window and before the end that the guest has told.
    private static int fitting(final TcpFlow flow, final OutOfOrderQueue queue, final int sequence, final int payload) {
        final int inWindow = Math.min(payload, flow.rcvEdge - sequence);
        return queue.hasFin() ? Math.min(inWindow, queue.finSequence() - sequence) : inWindow;
    }

    /// Whether a FIN with this number is in the window and contradicts nothing.
    private static boolean mayEndAt(final TcpFlow flow, final OutOfOrderQueue queue, final int finSequence) {
        final SequenceRanges ranges = queue.ranges();
        return flow.rcvEdge - finSequence > 0
                && !queue.hasFin()
                && (queue.isEmpty() || ranges.end(ranges.count() - 1) - finSequence <= 0);
    }

    /// Bytes from RCV.NXT to the first that is held, or to the FIN.
    private static int untilHeld(final TcpFlow flow, final OutOfOrderQueue queue) {
        if (queue.isFinAt(flow.rcvNxt)) {
            return 0;
        }
        return queue.isEmpty() ? Integer.MAX_VALUE : queue.ranges().start(0) - flow.rcvNxt;
    }

    /// Makes the first range, which begins at RCV.NXT, a part of the backlog.
    private void absorb(final TcpFlow flow, final OutOfOrderQueue queue) {
        final SequenceRanges ranges = queue.ranges();
        final int end = ranges.end(0);
        final int bytes = end - flow.rcvNxt - (queue.isFinAt(end - 1) ? 1 : 0);
        flow.backlog.advance(bytes);
        context.receiver.count(flow, bytes);
        ranges.removeBefore(end);
    }

    /// Notes the first bytes of a segment that are held already. That is what its own acknowledgement tells: what came
    /// twice before it and could not be told is forgotten, as its block must come before the one that holds it.
    private static void noteRepeated(
            final TcpFlow flow, final SequenceRanges ranges, final int sequence, final int end) {
        flow.repeatedEnd = flow.repeatedStart;
        final int index = ranges.firstEndingBehind(sequence);
        if (index < ranges.count() && ranges.start(index) - end < 0) {
            flow.repeatedStart = ranges.start(index) - sequence > 0 ? ranges.start(index) : sequence;
            flow.repeatedEnd = ranges.end(index) - end < 0 ? ranges.end(index) : end;
        }
    }

    private static void copyWhatIsNew(
            final TcpFlow flow,
            final OutOfOrderQueue queue,
            final int sequence,
            final DirectBuffer buffer,
            final int offset,
            final int length) {
        final SequenceRanges ranges = queue.ranges();
        final int end = sequence + length;
        int from = sequence;
        int index = ranges.firstEndingBehind(from);
        while (end - from > 0) {
            final boolean isHeldUpTo = index < ranges.count() && ranges.start(index) - end < 0;
            final int to = isHeldUpTo ? ranges.start(index) : end;
            if (to - from > 0) {
                final int position = flow.backlog.length() + (from - flow.rcvNxt);
                flow.backlog.putEarly(position, buffer, offset + (from - sequence), to - from);
            }
            from = isHeldUpTo ? ranges.end(index) : end;
            index++;
        }
    }

    /// Makes the ring reach to `end`; like all backlogs it leaves a quarter of the slab to others.
    private boolean reserve(final TcpFlow flow, final int end) {
        final int needed = flow.backlog.length() + (end - flow.rcvNxt);
        if (needed <= flow.backlog.capacity()) {
            return true;
        }
        if (needed > Slab.LARGEST_BLOCK_LENGTH) {
            return false;
        }
        final int wanted = Slab.blockLength(needed);
        return flow.backlog.reserve(wanted);
    }
}
