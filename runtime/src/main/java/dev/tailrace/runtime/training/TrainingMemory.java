package dev.tailrace.runtime.training;

import dev.tailrace.netstack.memory.MemoryRegion;
import dev.tailrace.netstack.memory.Slab;
import dev.tailrace.tapio.linux.Memory;
import org.agrona.concurrent.UnsafeBuffer;

/// The least payload memory that a stack takes. It lasts as long as the process.
final class TrainingMemory implements MemoryRegion {
    private final long address = Memory.map(Slab.LARGEST_BLOCK_LENGTH);
    private final UnsafeBuffer buffer = new UnsafeBuffer(address, Slab.LARGEST_BLOCK_LENGTH);

    @Override
    public UnsafeBuffer buffer() {
        return buffer;
    }

    @Override
    public void discard(final int offset, final int length) {
        Memory.discard(address + offset, length);
    }
}
