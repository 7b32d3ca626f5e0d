package dev.tailrace.netstack.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SequenceRangesTest {
    private static final int SPAN = 2_000;

    private final SequenceRanges ranges = new SequenceRanges();

    @Test
    void shouldBehaveLikeASetOfNumbersAcrossTheWrap() {
        final long seed = Long.getLong("sim.seed", System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        final int base = -SPAN / 2;
        final BitSet expected = new BitSet();
        for (int step = 0; step < 20_000; step++) {
            final int start = random.nextInt(SPAN - 40);
            final int end = start + random.nextInt(1, random.nextInt(10) == 0 ? 40 : 4);
            if (random.nextInt(100) == 0) {
                final int before = random.nextInt(SPAN);
                ranges.removeBefore(base + before);
                expected.clear(0, before);
            } else {
                final boolean hasRoom = ranges.hasRoomFor(base + start, base + end);
                assertEquals(hasRoom, ranges.add(base + start, base + end), "seed " + seed);
                if (hasRoom) {
                    expected.set(start, end);
                }
            }
            assertSame(expected, base, "seed " + seed + ", step " + step);
        }
    }

    @Test
    void shouldRefuseOneMoreRangeThanItHolds() {
        for (int index = 0; index < SequenceRanges.MAX_RANGES; index++) {
            assertTrue(ranges.add(10 * index, 10 * index + 5));
        }
        assertFalse(ranges.add(-10, -5));
        assertFalse(ranges.add(17, 18));
        assertTrue(ranges.add(5, 10), "it joins two");
        assertEquals(SequenceRanges.MAX_RANGES - 1, ranges.count());
        assertTrue(ranges.add(-10, -5));
        assertTrue(ranges.add(15, 16), "it makes one longer");
    }

    private void assertSame(final BitSet expected, final int base, final String where) {
        int from = expected.nextSetBit(0);
        for (int index = 0; index < ranges.count(); index++) {
            assertEquals(from, ranges.start(index) - base, where);
            final int end = expected.nextClearBit(from);
            assertEquals(end, ranges.end(index) - base, where);
            assertEquals(index, ranges.firstEndingBehind(base + from), where);
            from = expected.nextSetBit(end);
        }
        assertEquals(-1, from, where);
    }
}
