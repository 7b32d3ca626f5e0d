package dev.tailrace.netstack.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class ByteRingTest {
    private final Slab slab = new Slab(new SlabTest.DirectRegion(Slab.LARGEST_BLOCK_LENGTH, new ArrayList<>()));
    private final ByteRing ring = new ByteRing(slab);

    @Test
    void shouldHoldNoBlockWhileEmpty() {
        assertTrue(ring.reserve(Slab.SMALLEST_BLOCK_LENGTH));
        ring.append(new UnsafeBuffer(new byte[] {1, 2, 3}), 0, 3);
        assertEquals(Slab.SMALLEST_BLOCK_LENGTH, slab.usedBytes());
        ring.drop(3);
        assertEquals(0, slab.usedBytes());
        assertEquals(0, ring.capacity());
    }

    @Test
    void shouldSayWhenTheSlabHasNoBlock() {
        assertTrue(slab.allocate(Slab.LARGEST_BLOCK_LENGTH) != Slab.NONE);
        assertFalse(ring.reserve(Slab.SMALLEST_BLOCK_LENGTH));
        assertEquals(0, ring.space());
    }

    @Test
    void shouldKeepOrderThroughWrappingAndGrowing() {
        final long seed = Long.getLong("sim.seed", System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        final UnsafeBuffer chunk = new UnsafeBuffer(new byte[9000]);
        long written = 0;
        long read = 0;
        assertTrue(ring.reserve(Slab.SMALLEST_BLOCK_LENGTH));
        for (int step = 0; step < 5000; step++) {
            if (ring.capacity() == 0) {
                assertTrue(ring.reserve(Slab.SMALLEST_BLOCK_LENGTH));
            }
            final int add = Math.min(random.nextInt(chunk.capacity()), ring.space());
            for (int index = 0; index < add; index++) {
                chunk.putByte(index, (byte) (written + index));
            }
            if (add > 0) {
                ring.append(chunk, 0, add);
                written += add;
            }
            if (random.nextInt(200) == 0 && ring.capacity() < Slab.LARGEST_BLOCK_LENGTH / 2) {
                assertTrue(ring.reserve(ring.capacity() * 2), "seed " + seed);
            }
            final int take = Math.min(random.nextInt(chunk.capacity()), ring.length());
            for (int index = 0; index < take; index++) {
                assertEquals((byte) (read + index), ring.buffer().getByte(ring.offset(index)), "seed " + seed);
            }
            ring.drop(take);
            read += take;
            assertEquals(written - read, ring.length(), "seed " + seed);
        }
    }

    @Test
    void shouldTellHowMuchLiesInOnePiece() {
        assertTrue(ring.reserve(Slab.SMALLEST_BLOCK_LENGTH));
        ring.added(Slab.SMALLEST_BLOCK_LENGTH - 10);
        ring.drop(100);
        assertEquals(10, ring.contiguous(ring.length(), 50));
        ring.added(20);
        final int toEnd = Slab.SMALLEST_BLOCK_LENGTH - 100;
        assertEquals(toEnd, ring.contiguous(0, ring.length()));
        assertEquals(ring.length() - toEnd, ring.contiguous(toEnd, ring.length() - toEnd));
    }
}
