package dev.tailrace.netstack.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class SlabTest {
    private static final int LENGTH = 4 * Slab.LARGEST_BLOCK_LENGTH;

    private final List<Integer> discarded = new ArrayList<>();
    private final Slab slab = new Slab(new DirectRegion(LENGTH, discarded));

    @Test
    void shouldGiveOutAllOfItAndThenSayNone() {
        final BitSet seen = new BitSet();
        for (int block = 0; block < LENGTH / Slab.SMALLEST_BLOCK_LENGTH; block++) {
            final int offset = slab.allocate(Slab.SMALLEST_BLOCK_LENGTH);
            assertNotEquals(Slab.NONE, offset);
            assertFalse(seen.get(offset / Slab.SMALLEST_BLOCK_LENGTH), "given out twice: " + offset);
            seen.set(offset / Slab.SMALLEST_BLOCK_LENGTH);
        }
        assertEquals(Slab.NONE, slab.allocate(Slab.SMALLEST_BLOCK_LENGTH));
        assertEquals(LENGTH, slab.usedBytes());
    }

    @Test
    void shouldJoinBuddiesAgain() {
        final int[] offsets = new int[LENGTH / Slab.SMALLEST_BLOCK_LENGTH];
        for (int block = 0; block < offsets.length; block++) {
            offsets[block] = slab.allocate(Slab.SMALLEST_BLOCK_LENGTH);
        }
        for (final int offset : offsets) {
            slab.free(offset, Slab.SMALLEST_BLOCK_LENGTH);
        }
        for (int block = 0; block < LENGTH / Slab.LARGEST_BLOCK_LENGTH; block++) {
            assertNotEquals(Slab.NONE, slab.allocate(Slab.LARGEST_BLOCK_LENGTH));
        }
    }

    @Test
    void shouldReuseTheBlockFreedLast() {
        final int first = slab.allocate(Slab.SMALLEST_BLOCK_LENGTH);
        slab.allocate(Slab.SMALLEST_BLOCK_LENGTH);
        slab.free(first, Slab.SMALLEST_BLOCK_LENGTH);
        assertEquals(first, slab.allocate(Slab.SMALLEST_BLOCK_LENGTH));
    }

    @Test
    void shouldDiscardOnlyWhollyFreeBlocksThatWereUsed() {
        final int kept = slab.allocate(Slab.SMALLEST_BLOCK_LENGTH);
        final int given = slab.allocate(Slab.LARGEST_BLOCK_LENGTH);
        slab.free(given, Slab.LARGEST_BLOCK_LENGTH);
        assertTrue(slab.isTrimDue());
        assertEquals(1, slab.trim());
        assertEquals(List.of(given), discarded);
        assertFalse(slab.isTrimDue());
        slab.free(kept, Slab.SMALLEST_BLOCK_LENGTH);
        assertEquals(1, slab.trim());
        assertEquals(0, slab.usedBytes());
    }

    @Test
    void shouldRefuseALengthThatIsNoMultipleOfTheLargestBlock() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new Slab(new DirectRegion(Slab.LARGEST_BLOCK_LENGTH + Slab.SMALLEST_BLOCK_LENGTH, discarded)));
    }

    @Test
    void shouldNeverOverlapUnderRandomUse() {
        final long seed = Long.getLong("sim.seed", System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        final BitSet used = new BitSet();
        final List<int[]> blocks = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            if (blocks.isEmpty() || random.nextInt(100) < 52) {
                final int length = Slab.SMALLEST_BLOCK_LENGTH << random.nextInt(8);
                final int offset = slab.allocate(length);
                if (offset == Slab.NONE) {
                    continue;
                }
                final int unit = offset / Slab.SMALLEST_BLOCK_LENGTH;
                final int end = (offset + length) / Slab.SMALLEST_BLOCK_LENGTH;
                assertEquals(0, offset % length, "not aligned, seed " + seed);
                assertTrue(used.get(unit, end).isEmpty(), "overlap, seed " + seed);
                used.set(unit, end);
                blocks.add(new int[] {offset, length});
            } else {
                final int[] block = blocks.remove(random.nextInt(blocks.size()));
                slab.free(block[0], block[1]);
                used.clear(block[0] / Slab.SMALLEST_BLOCK_LENGTH, (block[0] + block[1]) / Slab.SMALLEST_BLOCK_LENGTH);
            }
            assertEquals(used.cardinality() * Slab.SMALLEST_BLOCK_LENGTH, slab.usedBytes(), "seed " + seed);
        }
    }

    /// A region of direct memory that notes what is discarded.
    record DirectRegion(UnsafeBuffer buffer, List<Integer> discarded) implements MemoryRegion {
        DirectRegion(final int length, final List<Integer> discarded) {
            this(new UnsafeBuffer(BufferUtil.allocateDirectAligned(length, 4096)), discarded);
        }

        @Override
        public void discard(final int offset, final int length) {
            assertEquals(Slab.LARGEST_BLOCK_LENGTH, length);
            discarded.add(offset);
        }
    }
}
