package dev.tailrace.runtime.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/// On a heap of three numbers.
final class SpareHeapTest {
    private static final long MEBI = 1 << 20;

    private final FakeHeap heap = new FakeHeap();
    private final SpareHeap spare = new SpareHeap(heap);

    private static final class FakeHeap implements SpareHeap.Heap {
        private long committedBytes = 16 * MEBI;
        private long usedBytes = 5 * MEBI;
        private int collections;

        @Override
        public long committedBytes() {
            return committedBytes;
        }

        @Override
        public long usedBytes() {
            return usedBytes;
        }

        @Override
        public void collect() {
            collections++;
            usedBytes = 5 * MEBI;
            committedBytes = 12 * MEBI;
        }
    }

    @Test
    void shouldLeaveAHeapThatHasNotGrown() {
        spare.look();
        spare.look();
        assertEquals(0, heap.collections);
    }

    @Test
    void shouldCollectOnceAfterWorkThatIsOver() {
        heap.committedBytes = 40 * MEBI;
        heap.usedBytes = 30 * MEBI;
        spare.look();
        assertEquals(0, heap.collections, "much was allocated meanwhile");
        heap.usedBytes += 100_000;
        spare.look();
        assertEquals(1, heap.collections);
        for (int i = 0; i < 10; i++) {
            heap.usedBytes += 100_000;
            spare.look();
        }
        assertEquals(1, heap.collections, "it has not grown since");
        heap.committedBytes = 13 * MEBI;
        spare.look();
        assertEquals(2, heap.collections, "it has grown again");
    }

    @Test
    void shouldWaitWhileThereIsWork() {
        heap.committedBytes = 40 * MEBI;
        for (int i = 0; i < 10; i++) {
            heap.usedBytes += MEBI;
            spare.look();
        }
        heap.usedBytes -= 8 * MEBI;
        spare.look();
        assertEquals(0, heap.collections, "a collection of the work's own");
    }
}
