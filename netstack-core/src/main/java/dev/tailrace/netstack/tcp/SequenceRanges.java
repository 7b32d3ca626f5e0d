package dev.tailrace.netstack.tcp;

/// A bounded set of ranges of sequence numbers, sorted, apart from each other by a gap at least. All numbers lie within
/// 2^31 of each other. Owned by the stack's thread.
final class SequenceRanges {
    /// At a window of 1 MiB and an MTU of 1,500 one segment in 11 may be missing before the ranges run out.
    static final int MAX_RANGES = 64;

    private final int[] starts = new int[MAX_RANGES];
    private final int[] ends = new int[MAX_RANGES];
    private int count;

    int count() {
        return count;
    }

    int start(final int index) {
        return starts[index];
    }

    /// The number behind the range.
    int end(final int index) {
        return ends[index];
    }

    /// Index of the first range that ends behind `sequence`: the one it is in, or the next; [#count] when there is
    /// none.
    int firstEndingBehind(final int sequence) {
        int index = 0;
        while (index < count && ends[index] - sequence <= 0) {
            index++;
        }
        return index;
    }

    /// Whether [#add] of the same would find room.
    boolean hasRoomFor(final int start, final int end) {
        if (count < MAX_RANGES) {
            return true;
        }
        final int index = firstTouching(start);
        return index < count && starts[index] - end <= 0;
    }

    /// Adds the numbers from `start` to before `end`, joining what touches.
    ///
    /// @return false when there is no room, and nothing has changed
    boolean add(final int start, final int end) {
        if (!hasRoomFor(start, end)) {
            return false;
        }
        final int first = firstTouching(start);
        int behind = first;
        int from = start;
        int to = end;
        while (behind < count && starts[behind] - end <= 0) {
            from = starts[behind] - from < 0 ? starts[behind] : from;
            to = ends[behind] - to > 0 ? ends[behind] : to;
            behind++;
        }
        move(behind, first + 1);
        starts[first] = from;
        ends[first] = to;
        return true;
    }

    /// Forgets all numbers before `sequence`.
    void removeBefore(final int sequence) {
        final int kept = firstEndingBehind(sequence);
        move(kept, 0);
        if (count > 0 && starts[0] - sequence < 0) {
            starts[0] = sequence;
        }
    }

    /// Forgets the range with the highest numbers.
    void removeLast() {
        count--;
    }

    void clear() {
        count = 0;
    }

    /// The first range that could be joined with one that begins at `start`.
    private int firstTouching(final int start) {
        int index = 0;
        while (index < count && ends[index] - start < 0) {
            index++;
        }
        return index;
    }

    /// Moves the ranges from `from` on to `to`.
    private void move(final int from, final int to) {
        if (from != to) {
            System.arraycopy(starts, from, starts, to, count - from);
            System.arraycopy(ends, from, ends, to, count - from);
            count += to - from;
        }
    }
}
