package dev.tailrace.bench.stack;

import dev.tailrace.netstack.memory.MemoryRegion;
import dev.tailrace.netstack.memory.Slab;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/// As much memory for payload as the product has, never given back.
public final class DirectMemory implements MemoryRegion {
    private static final int BLOCKS = 20;
    private static final int PAGE_BYTES = 4096;

    private final UnsafeBuffer buffer =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(BLOCKS * Slab.LARGEST_BLOCK_LENGTH, PAGE_BYTES));

    @Override
    public UnsafeBuffer buffer() {
        return buffer;
    }

    @Override
    public void discard(final int offset, final int length) {
        // Whether pages come back from the kernel is not what these benchmarks measure.
    }
}
