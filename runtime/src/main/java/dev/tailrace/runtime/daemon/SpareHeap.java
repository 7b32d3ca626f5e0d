package dev.tailrace.runtime.daemon;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/// Gives back to the machine what the heap has grown to for work that is over. The collector shrinks it only when it
/// collects all of it, which an engine at rest gives it no reason to do: frames are carried without allocating.
///
/// Looks every ten seconds, and asks for one collection if the heap is larger than the last one left it and next to
/// nothing was allocated since the look before. That stops all threads, for some 10 ms.
final class SpareHeap {
    /// What a collection must promise to be worth it.
    private static final long LEAST_GROWTH_BYTES = 1 << 20;

    /// What an engine at rest may allocate between two looks.
    private static final long REST_BYTES = 256 << 10;

    private static final Executor LATER = CompletableFuture.delayedExecutor(10, TimeUnit.SECONDS);

    private final Heap heap;
    private long leftBytes;
    private long lastUsedBytes;

    /// The heap of a JVM.
    interface Heap {
        /// What it has taken of the machine's memory.
        long committedBytes();

        long usedBytes();

        /// Collects all of it, and gives back what is free beyond the flags' MaxHeapFreeRatio.
        void collect();
    }

    SpareHeap(final Heap heap) {
        this.heap = heap;
        leftBytes = heap.committedBytes();
        lastUsedBytes = heap.usedBytes();
    }

    /// Looks at this JVM's for as long as it lives.
    static void watch() {
        new SpareHeap(new Own()).lookLater();
    }

    private void lookLater() {
        LATER.execute(() -> {
            look();
            lookLater();
        });
    }

    void look() {
        final long usedBytes = heap.usedBytes();
        // Less than before is a collection that the work of others has caused.
        final boolean isAtRest = usedBytes >= lastUsedBytes && usedBytes - lastUsedBytes <= REST_BYTES;
        if (isAtRest && heap.committedBytes() - leftBytes >= LEAST_GROWTH_BYTES) {
            heap.collect();
            leftBytes = heap.committedBytes();
        }
        lastUsedBytes = heap.usedBytes();
    }

    private static final class Own implements Heap {
        @Override
        public long committedBytes() {
            return Runtime.getRuntime().totalMemory();
        }

        @Override
        public long usedBytes() {
            return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        }

        @Override
        public void collect() {
            System.gc();
        }
    }
}
