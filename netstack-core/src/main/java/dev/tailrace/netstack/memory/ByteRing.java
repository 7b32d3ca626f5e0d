package dev.tailrace.netstack.memory;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/// A first-in first-out run of bytes in a block of the [Slab]; holds no block while it is empty. Owned by the stack.
///
/// ```
///   block:  [ ...free... | oldest ......... newest | ...hole... early ... | ...free... ]
///                        ^ head                    ^ head + length         ^ head + length + early
/// ```
///
/// Positions wrap at the block's length. Bytes may be put beyond the newest before those between are there: which they
/// are is the caller's to know, the ring only keeps their place.
public final class ByteRing {
    private final Slab slab;
    private final int ceilingBytes;
    private int block = Slab.NONE;
    private int capacity;
    private int head;
    private int length;
    /// From the newest byte to behind the last one that was put early.
    private int early;

    /// An empty ring without a block.
    public ByteRing(final Slab slab) {
        this(slab, slab.capacityBytes());
    }

    /// The same that leaves some of the slab to others.
    ///
    /// @param ceilingBytes does not grow while more of the slab than this would be in use
    public ByteRing(final Slab slab, final int ceilingBytes) {
        this.slab = slab;
        this.ceilingBytes = ceilingBytes;
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
        final int grown = slab.usedBytes() > ceilingBytes - wantedBytes ? Slab.NONE : slab.allocate(wantedBytes);
        if (grown == Slab.NONE) {
            return false;
        }
        final int held = length + early;
        if (held > 0) {
            final int first = contiguous(0, held);
            buffer().putBytes(grown, buffer(), offset(0), first);
            if (first < held) {
                buffer().putBytes(grown + first, buffer(), block, held - first);
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
        copyIn(length, source, sourceOffset, bytes);
        advance(bytes);
    }

    /// Puts a copy at `position` after the oldest, behind the newest; the caller has seen to the capacity.
    public void putEarly(final int position, final DirectBuffer source, final int sourceOffset, final int bytes) {
        assert position >= length && position + bytes <= capacity;
        copyIn(position, source, sourceOffset, bytes);
        early = Math.max(early, position + bytes - length);
    }

    /// Counts as held the next `bytes` behind the newest, which were put early.
    public void advance(final int bytes) {
        length += bytes;
        early = Math.max(0, early - bytes);
    }

    /// Goes on behind `bytes` that need not be held, with nothing held but early bytes.
    public void skip(final int bytes) {
        assert length == 0;
        if (early > bytes) {
            head = head + bytes & capacity - 1;
            early -= bytes;
        } else {
            release();
        }
    }

    /// Forgets the bytes that were put early.
    public void dropEarly() {
        early = 0;
        if (length == 0) {
            release();
        }
    }

    /// Lets go of the oldest `bytes`; gives the block back when none is left.
    public void drop(final int bytes) {
        assert bytes <= length;
        head = head + bytes & capacity - 1;
        length -= bytes;
        if (length + early == 0) {
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
        early = 0;
    }

    private void copyIn(final int position, final DirectBuffer source, final int sourceOffset, final int bytes) {
        final int first = contiguous(position, bytes);
        buffer().putBytes(offset(position), source, sourceOffset, first);
        if (first < bytes) {
            buffer().putBytes(block, source, sourceOffset + first, bytes - first);
        }
    }
}
