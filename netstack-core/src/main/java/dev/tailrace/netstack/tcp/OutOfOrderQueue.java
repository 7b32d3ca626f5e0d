package dev.tailrace.netstack.tcp;

import dev.tailrace.netstack.wire.TcpOptionsEncoder;
import org.agrona.MutableDirectBuffer;

/// What has come from the guest behind a gap: the ranges, whose bytes are in the flow's backlog ring at
/// their place, and the FIN, which takes the number behind the last byte. A flow has one only while
/// there is a gap.
final class OutOfOrderQueue {
    private final SequenceRanges ranges = new SequenceRanges();
    /// A number in each of the ranges that changed last, the latest first.
    private final int[] latest = new int[TcpOptionsEncoder.MAX_SACK_BLOCKS];
    private int latestCount;
    private boolean hasFin;
    private int finSequence;

    SequenceRanges ranges() {
        return ranges;
    }

    /// Makes it empty, for another flow.
    void clear() {
        ranges.clear();
        latestCount = 0;
        hasFin = false;
    }

    boolean isEmpty() {
        return ranges.count() == 0;
    }

    boolean hasFin() {
        return hasFin;
    }

    /// The number of the FIN, where there is one.
    int finSequence() {
        return finSequence;
    }

    boolean isFinAt(final int sequence) {
        return hasFin && finSequence == sequence;
    }

    void fin(final int sequence) {
        hasFin = true;
        finSequence = sequence;
    }

    /// Notes that the numbers from `start` to before `end` are held now.
    ///
    /// @return false when there is no room for one more range
    boolean add(final int start, final int end) {
        if (!ranges.add(start, end)) {
            return false;
        }
        latestCount = Math.min(latestCount + 1, latest.length);
        System.arraycopy(latest, 0, latest, 1, latestCount - 1);
        latest[0] = start;
        return true;
    }

    /// Writes blocks of the SACK option at `offset` (RFC 2018 section 4): the first is the one that changed last, those
    /// that changed before follow.
    ///
    /// @param before how many blocks there are already
    /// @return how many there are now
    int encode(final MutableDirectBuffer buffer, final int offset, final int before) {
        int blocks = before;
        long told = 0;
        for (int entry = 0; entry < latestCount && blocks < TcpOptionsEncoder.MAX_SACK_BLOCKS; entry++) {
            final int index = ranges.firstEndingBehind(latest[entry]);
            if (index < ranges.count() && (told & 1L << index) == 0 && ranges.start(index) - latest[entry] <= 0) {
                told |= 1L << index;
                TcpOptionsEncoder.sackBlock(buffer, offset, blocks++, ranges.start(index), ranges.end(index));
            }
        }
        for (int index = 0; index < ranges.count() && blocks < TcpOptionsEncoder.MAX_SACK_BLOCKS; index++) {
            if ((told & 1L << index) == 0) {
                TcpOptionsEncoder.sackBlock(buffer, offset, blocks++, ranges.start(index), ranges.end(index));
            }
        }
        return blocks;
    }
}
