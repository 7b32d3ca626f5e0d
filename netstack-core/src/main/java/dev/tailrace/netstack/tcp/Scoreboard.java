package dev.tailrace.netstack.tcp;

/// What the guest has told by SACK that it holds beyond SND.UNA. A flow has one only while the guest tells of a gap.
final class Scoreboard {
    /// A segment counts as lost when more than two segments behind it have arrived (RFC 6675 section 2, DupThresh).
    private static final int DUPLICATES = 3;

    private final SequenceRanges held = new SequenceRanges();
    /// Gaps before this number are losses, not only segments that others have overtaken.
    private int lostTo;

    SequenceRanges held() {
        return held;
    }

    int lostTo() {
        return lostTo;
    }

    /// Makes it empty for a flow whose SND.UNA is `sequence`.
    void begin(final int sequence) {
        held.clear();
        lostTo = sequence;
    }

    /// Takes one block. When there is no room the highest numbers are forgotten: they only count as not arrived.
    void add(final int start, final int end) {
        if (!held.hasRoomFor(start, end)) {
            final int last = held.count() - 1;
            if (start - held.start(last) > 0) {
                return;
            }
            held.removeLast();
        }
        held.add(start, end);
    }

    /// Looks which gaps have enough behind them: three ranges, or more than two segments of `mss`.
    void judge(final int mss) {
        int behindBytes = 0;
        int behind = 0;
        for (int index = held.count() - 1; index >= 0; index--) {
            behindBytes += held.end(index) - held.start(index);
            behind++;
            if (behind >= DUPLICATES || behindBytes > (DUPLICATES - 1) * mss) {
                lostTo(held.start(index));
                return;
            }
        }
    }

    /// Counts all gaps as losses.
    void judgeAllLost() {
        if (held.count() > 0) {
            lostTo(held.start(held.count() - 1));
        }
    }

    /// Counts the first gap as a loss.
    void judgeFirstLost() {
        lostTo(held.start(0));
    }

    private void lostTo(final int sequence) {
        if (sequence - lostTo > 0) {
            lostTo = sequence;
        }
    }
}
