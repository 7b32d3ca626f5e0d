package dev.tailrace.netstack.memory;

import org.agrona.concurrent.UnsafeBuffer;

/// Off-heap memory lent to the stack.
public interface MemoryRegion {
    /// The whole region; capacity is a multiple of [Slab#LARGEST_BLOCK_LENGTH].
    UnsafeBuffer buffer();

    /// Tells that the content of a range is not needed any more (`MADV_DONTNEED`). Both multiples of the page size.
    void discard(int offset, int length);
}
