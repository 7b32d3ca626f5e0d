package dev.tailrace.tapio.linux;

import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;

/// A region of anonymous memory outside the Java heap: zeroed, page-aligned, and given back on [#close], a large one to
/// the kernel and a small one to [SpareRegions]. Structures for system calls are laid out in it one after the other
/// with [#allocate]. Not for sharing between threads.
public final class Memory implements AutoCloseable {
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
    private static final int MADV_DONTNEED = 4;
    private static final int ALIGNMENT = 8;

    private final long address;
    private final int length;
    private final UnsafeBuffer buffer;
    private int allocated;

    private Memory(final long address, final int length) {
        this.address = address;
        this.length = length;
        this.buffer = new UnsafeBuffer(address, length);
    }

    /// A new region of `lengthBytes`.
    public static Memory region(final int lengthBytes) {
        final SpareRegions spare = SpareRegions.of(lengthBytes);
        if (spare == null) {
            return new Memory(map(lengthBytes), lengthBytes);
        }
        final long used = spare.take();
        if (used == 0) {
            return new Memory(map(spare.lengthBytes()), lengthBytes);
        }
        final Memory again = new Memory(used, lengthBytes);
        again.buffer.setMemory(0, lengthBytes, (byte) 0);
        return again;
    }

    /// Maps `lengthBytes` of zeroed memory and answers its address.
    public static long map(final long lengthBytes) {
        return Syscall.check(
                Syscall.call(SyscallNumber.MMAP, 0, lengthBytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0),
                "mmap",
                "");
    }

    /// Gives the pages of `[address, address + lengthBytes)` back to the kernel; they read as zero afterwards.
    /// Both ends are page-aligned.
    public static void discard(final long address, final long lengthBytes) {
        Syscall.check(Syscall.call(SyscallNumber.MADVISE, address, lengthBytes, MADV_DONTNEED), "madvise", "");
    }

    /// Undoes [#map]. Nothing may point there any more.
    public static void unmap(final long address, final long lengthBytes) {
        Syscall.check(Syscall.call(SyscallNumber.MUNMAP, address, lengthBytes), "munmap", "");
    }

    /// The region's first address.
    public long address() {
        return address;
    }

    /// The region's length in bytes.
    public int length() {
        return length;
    }

    /// The whole region.
    public UnsafeBuffer buffer() {
        return buffer;
    }

    /// Address of the next `lengthBytes` unused zero bytes, 8-byte aligned.
    public long allocate(final int lengthBytes) {
        final int start = allocated;
        if (lengthBytes < 0 || lengthBytes > length - start) {
            throw new IllegalStateException("no room for " + lengthBytes + " bytes after " + start + " of " + length);
        }
        final int end = start + lengthBytes;
        allocated = Math.min(length, end + (-end & (ALIGNMENT - 1)));
        return address + start;
    }

    /// Address of a copy of `text` in UTF-8 with a NUL at its end.
    public long cString(final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        final long place = allocate(bytes.length + 1);
        buffer.putBytes(offset(place), bytes);
        return place;
    }

    /// The text from `place` to the next NUL.
    public String stringAt(final long place) {
        final int start = offset(place);
        int end = start;
        while (end < length && buffer.getByte(end) != 0) {
            end++;
        }
        final byte[] bytes = new byte[end - start];
        buffer.getBytes(start, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /// Where in [#buffer] an address of this region is.
    public int offset(final long place) {
        return Math.toIntExact(place - address);
    }

    /// Does nothing when it is closed.
    @Override
    public void close() {
        if (buffer.capacity() == 0) {
            return;
        }
        buffer.wrap(0, 0);
        final SpareRegions spare = SpareRegions.of(length);
        if (spare == null) {
            unmap(address, length);
        } else if (!spare.give(address)) {
            unmap(address, spare.lengthBytes());
        }
    }
}
