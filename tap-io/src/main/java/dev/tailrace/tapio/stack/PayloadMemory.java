package dev.tailrace.tapio.stack;

import dev.tailrace.netstack.memory.MemoryRegion;
import dev.tailrace.tapio.linux.Memory;
import org.agrona.concurrent.UnsafeBuffer;

/// Memory for payload that waits, for all flows together. What was never used takes no memory.
final class PayloadMemory implements MemoryRegion, AutoCloseable {
    private final Memory memory;

    /// @param lengthBytes a multiple of the slab's largest block
    PayloadMemory(final int lengthBytes) {
        memory = Memory.region(lengthBytes);
    }

    @Override
    public UnsafeBuffer buffer() {
        return memory.buffer();
    }

    @Override
    public void discard(final int offset, final int length) {
        Memory.discard(memory.address() + offset, length);
    }

    @Override
    public void close() {
        memory.close();
    }
}
