package dev.tailrace.netstack.testkit;

import java.util.Map;
import java.util.TreeMap;

/// What a peer has told a [GuestTcp] by SACK to hold, as positions in the stream. It is never forgotten: a peer that
/// throws away what it has told gets it no more, and the transfer does not end.
final class GuestScoreboard {
    private final TreeMap<Long, Long> blocks = new TreeMap<>();

    void add(final long start, final long end) {
        long from = start;
        long to = end;
        Map.Entry<Long, Long> before = blocks.floorEntry(to);
        while (before != null && before.getValue() >= from) {
            from = Math.min(from, before.getKey());
            to = Math.max(to, before.getValue());
            blocks.remove(before.getKey());
            before = blocks.floorEntry(to);
        }
        blocks.put(from, to);
    }

    void removeBefore(final long position) {
        while (!blocks.isEmpty() && blocks.firstEntry().getValue() <= position) {
            blocks.pollFirstEntry();
        }
    }

    /// End of the block that `position` is in, or `position`.
    long endOf(final long position) {
        final Map.Entry<Long, Long> block = blocks.floorEntry(position);
        return block == null ? position : Math.max(position, block.getValue());
    }

    /// Start of the next block behind `position`, or `Long.MAX_VALUE`.
    long startBehind(final long position) {
        final Long start = blocks.higherKey(position);
        return start == null ? Long.MAX_VALUE : start;
    }

    /// Bytes in all blocks: they are not under way.
    long bytes() {
        return blocks.entrySet().stream()
                .mapToLong(block -> block.getValue() - block.getKey())
                .sum();
    }

    /// Start of the last block, or 0.
    long last() {
        return blocks.isEmpty() ? 0 : blocks.lastKey();
    }
}
