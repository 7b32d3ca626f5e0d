package dev.tailrace.tapio.slirp;

import dev.tailrace.netstack.memory.MemoryRegion;
import dev.tailrace.netstack.memory.Slab;
import dev.tailrace.tapio.linux.Memory;
import org.agrona.concurrent.UnsafeBuffer;

/// Memory for payload that waits, for all flows together. What was never used takes no memory.
final class PayloadMemory implements MemoryRegion, AutoCloseable {
    /// With the JVM's own it stays below 96 MiB.
    private static final int LENGTH = 20 * Slab.LARGEST_BLOCK_LENGTH;

    private final Memory memory = Memory.region(LENGTH);

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
