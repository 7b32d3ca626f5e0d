package dev.tailrace.netstack.testkit;

import dev.tailrace.netstack.memory.MemoryRegion;
import dev.tailrace.netstack.memory.Slab;
import java.nio.ByteBuffer;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/// Off-heap memory whose discarded ranges are scribbled over, so that who still reads them is seen.
public final class SimMemory implements MemoryRegion {
    private static final byte SCRIBBLE = (byte) 0xdd;
    private static final int SHARED_BYTES = 32 << 20;
    private static final ByteBuffer SHARED = BufferUtil.allocateDirectAligned(SHARED_BYTES, 4096);

    private final UnsafeBuffer buffer;

    /// @param bytes a multiple of the largest block, at most 32 MiB; all worlds share it, one after another
    public SimMemory(final int bytes) {
        buffer = new UnsafeBuffer(SHARED, 0, Math.max(bytes, Slab.LARGEST_BLOCK_LENGTH));
    }

    @Override
    public UnsafeBuffer buffer() {
        return buffer;
    }

    @Override
    public void discard(final int offset, final int length) {
        buffer.setMemory(offset, length, SCRIBBLE);
    }
}
