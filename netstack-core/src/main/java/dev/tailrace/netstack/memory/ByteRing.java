package dev.tailrace.netstack.memory;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/// A first-in first-out run of bytes in a block of the [Slab]; holds no block while it is empty. Owned by the stack.
///
/// ```
///   block:  [ ...free... | oldest ......... newest | ...free... ]      positions wrap at the block's length
///                        ^ head                    ^ head + length
/// ```
public final class ByteRing {
    private final Slab slab;
    private int block = Slab.NONE;
    private int capacity;
    private int head;
    private int length;

    /// An empty ring without a block.
    public ByteRing(final Slab slab) {
        this.slab = slab;
    }

    /// The memory that offsets are in.
    public UnsafeBuffer buffer() {
        return slab.buffer();
    }

    /// Bytes held.
    public int length() {
        return length;
    }

    /// Bytes of the block, or 0 without one.
    public int capacity() {
        return capacity;
    }

    /// Bytes that fit without growing.
    public int space() {
        return capacity - length;
    }

    /// Makes the capacity at least `wantedBytes`, a power of two, keeping what is held.
    ///
    /// @return whether the capacity is that large now
    public boolean reserve(final int wantedBytes) {
        if (capacity >= wantedBytes) {
            return true;
        }
        final int grown = slab.allocate(wantedBytes);
        if (grown == Slab.NONE) {
            return false;
        }
        if (length > 0) {
            final int first = contiguous(0, length);
            buffer().putBytes(grown, buffer(), offset(0), first);
            if (first < length) {
                buffer().putBytes(grown + first, buffer(), block, length - first);
            }
        }
        if (block != Slab.NONE) {
            slab.free(block, capacity);
        }
        block = grown;
        capacity = wantedBytes;
        head = 0;
        return true;
    }

    /// Where the byte `position` after the oldest is in [#buffer].
    public int offset(final int position) {
        return block + (head + position & capacity - 1);
    }

    /// How many of `wantedBytes` from `position` on lie in one piece.
    public int contiguous(final int position, final int wantedBytes) {
        return Math.min(wantedBytes, capacity - (head + position & capacity - 1));
    }

    /// Counts `bytes` as held that were written at `offset(length())`.
    public void added(final int bytes) {
        length += bytes;
    }

    /// Appends a copy; the caller has seen to the space.
    public void append(final DirectBuffer source, final int sourceOffset, final int bytes) {
        final int first = contiguous(length, bytes);
        buffer().putBytes(offset(length), source, sourceOffset, first);
        if (first < bytes) {
            buffer().putBytes(block, source, sourceOffset + first, bytes - first);
        }
        length += bytes;
    }

    /// Lets go of the oldest `bytes`; gives the block back when none is left.
    public void drop(final int bytes) {
        assert bytes <= length;
        head = head + bytes & capacity - 1;
        length -= bytes;
        if (length == 0) {
            release();
        }
    }

    /// Gives the block back with all that is held.
    public void release() {
        if (block != Slab.NONE) {
            slab.free(block, capacity);
            block = Slab.NONE;
            capacity = 0;
        }
        head = 0;
        length = 0;
    }
}
