package dev.tailrace.netstack.memory;

import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/// A buddy allocator of blocks of 16 KiB to 2 MiB over a [MemoryRegion]. Owned by the stack's thread.
public final class Slab {
    /// Smallest block in bytes.
    public static final int SMALLEST_BLOCK_LENGTH = 1 << 14;

    /// Largest block in bytes.
    public static final int LARGEST_BLOCK_LENGTH = 1 << 21;

    /// Answer of [#allocate] when there is no such block.
    public static final int NONE = -1;

    private static final int SMALLEST_SHIFT = 14;
    private static final int ORDERS = 8;
    private static final byte USED = -1;
    private static final int LARGEST_UNITS = LARGEST_BLOCK_LENGTH / SMALLEST_BLOCK_LENGTH;

    private final MemoryRegion region;
    private final UnsafeBuffer buffer;
    private final int[] freeHead = new int[ORDERS];
    /// Order of the free block that starts at a unit, or USED.
    private final byte[] freeOrder;
    private final int[] next;
    private final int[] previous;
    /// Whether a 2 MiB block may hold touched pages.
    private final boolean[] dirty;
    private int usedBytes;
    private boolean isTrimDue;

    /// A slab over all of `region`.
    public Slab(final MemoryRegion region) {
        this.region = region;
        this.buffer = region.buffer();
        final int units = buffer.capacity() >>> SMALLEST_SHIFT;
        if (units == 0 || units % LARGEST_UNITS != 0) {
            throw new IllegalArgumentException("slab of " + buffer.capacity() + " bytes: not a multiple of 2 MiB");
        }
        freeOrder = new byte[units];
        next = new int[units];
        previous = new int[units];
        dirty = new boolean[units / LARGEST_UNITS];
        Arrays.fill(freeOrder, USED);
        Arrays.fill(freeHead, NONE);
        for (int unit = units - LARGEST_UNITS; unit >= 0; unit -= LARGEST_UNITS) {
            push(unit, ORDERS - 1);
        }
    }

    /// The memory that blocks are offsets into.
    public UnsafeBuffer buffer() {
        return buffer;
    }

    /// All bytes there are.
    public int capacityBytes() {
        return buffer.capacity();
    }

    /// Bytes in blocks given out.
    public int usedBytes() {
        return usedBytes;
    }

    /// Length of the smallest block that holds `bytes`, at most [#LARGEST_BLOCK_LENGTH].
    public static int blockLength(final int bytes) {
        final int needed = Math.max(bytes, SMALLEST_BLOCK_LENGTH);
        return 1 << (32 - Integer.numberOfLeadingZeros(needed - 1));
    }

    /// Gives out a block.
    ///
    /// @param lengthBytes a power of two from [#SMALLEST_BLOCK_LENGTH] to [#LARGEST_BLOCK_LENGTH]
    /// @return its offset in [#buffer], or [#NONE]
    public int allocate(final int lengthBytes) {
        final int order = order(lengthBytes);
        int found = order;
        while (found < ORDERS && freeHead[found] == NONE) {
            found++;
        }
        if (found == ORDERS) {
            return NONE;
        }
        final int unit = freeHead[found];
        unlink(unit, found);
        while (found > order) {
            found--;
            push(unit + (1 << found), found);
        }
        dirty[unit / LARGEST_UNITS] = true;
        usedBytes += lengthBytes;
        return unit << SMALLEST_SHIFT;
    }

    /// Takes a block back.
    public void free(final int offset, final int lengthBytes) {
        int unit = offset >>> SMALLEST_SHIFT;
        int order = order(lengthBytes);
        assert freeOrder[unit] == USED : "double free";
        while (order < ORDERS - 1) {
            final int buddy = unit ^ (1 << order);
            if (freeOrder[buddy] != order) {
                break;
            }
            unlink(buddy, order);
            unit &= ~(1 << order);
            order++;
        }
        push(unit, order);
        usedBytes -= lengthBytes;
        isTrimDue |= order == ORDERS - 1;
    }

    /// Whether a 2 MiB block became wholly free since the last [#trim].
    public boolean isTrimDue() {
        return isTrimDue;
    }

    /// Gives the pages of wholly free 2 MiB blocks back to the kernel.
    ///
    /// @return blocks discarded
    public int trim() {
        isTrimDue = false;
        int discarded = 0;
        for (int block = 0; block < dirty.length; block++) {
            if (dirty[block] && freeOrder[block * LARGEST_UNITS] == ORDERS - 1) {
                region.discard(block * LARGEST_BLOCK_LENGTH, LARGEST_BLOCK_LENGTH);
                dirty[block] = false;
                discarded++;
            }
        }
        return discarded;
    }

    private static int order(final int lengthBytes) {
        return Integer.numberOfTrailingZeros(lengthBytes) - SMALLEST_SHIFT;
    }

    private void push(final int unit, final int order) {
        final int head = freeHead[order];
        freeOrder[unit] = (byte) order;
        previous[unit] = NONE;
        next[unit] = head;
        if (head != NONE) {
            previous[head] = unit;
        }
        freeHead[order] = unit;
    }

    private void unlink(final int unit, final int order) {
        final int before = previous[unit];
        final int after = next[unit];
        if (before == NONE) {
            freeHead[order] = after;
        } else {
            next[before] = after;
        }
        if (after != NONE) {
            previous[after] = before;
        }
        freeOrder[unit] = USED;
    }
}
