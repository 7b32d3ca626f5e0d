package dev.tailrace.tapio.tap;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/// Vectors of `struct iovec` (sys/uio.h), three to a frame: headers and two slices of payload. Buffers are outside the
/// Java heap.
final class Gather implements AutoCloseable {
    private static final int IOVEC_LENGTH = 16;
    private static final int IOVECS_PER_FRAME = 3;

    private final Memory memory;
    private final UnsafeBuffer iovecs;

    /// @param frames how many vectors there are
    Gather(final int frames) {
        memory = Memory.region(frames * IOVECS_PER_FRAME * IOVEC_LENGTH);
        iovecs = memory.buffer();
    }

    /// Fills vector `frame`, leaving out slices that are empty.
    ///
    /// @return how many entries it has
    int set(
            final int frame,
            final DirectBuffer headers,
            final int headersOffset,
            final int headersLength,
            final DirectBuffer payload,
            final int firstOffset,
            final int firstLength,
            final int secondOffset,
            final int secondLength) {
        final int start = frame * IOVECS_PER_FRAME;
        entry(start, headers.addressOffset() + headersOffset, headersLength);
        int count = 1;
        if (firstLength > 0) {
            entry(start + count++, payload.addressOffset() + firstOffset, firstLength);
        }
        if (secondLength > 0) {
            entry(start + count++, payload.addressOffset() + secondOffset, secondLength);
        }
        return count;
    }

    /// Makes vector `frame` one entry.
    void set(final int frame, final long address, final int length) {
        entry(frame * IOVECS_PER_FRAME, address, length);
    }

    /// Address of an entry of vector `frame`.
    long entryAddress(final int frame, final int entry) {
        return iovecs.getLong((frame * IOVECS_PER_FRAME + entry) * IOVEC_LENGTH);
    }

    /// Length in bytes of an entry of vector `frame`.
    int entryLength(final int frame, final int entry) {
        return (int) iovecs.getLong((frame * IOVECS_PER_FRAME + entry) * IOVEC_LENGTH + Long.BYTES);
    }

    /// Where vector `frame` begins.
    long address(final int frame) {
        return memory.address() + (long) frame * IOVECS_PER_FRAME * IOVEC_LENGTH;
    }

    /// Writes the first vector to a descriptor, all of it or nothing: what it refuses is lost, as on any Ethernet.
    ///
    /// @param entries how many it has
    /// @return whether it was taken
    boolean write(final int fd, final int entries) {
        long result;
        do {
            result = Syscall.call(SyscallNumber.WRITEV, fd, address(0), entries);
        } while (result == -Errno.EINTR);
        return result >= 0;
    }

    @Override
    public void close() {
        memory.close();
    }

    private void entry(final int index, final long address, final int length) {
        iovecs.putLong(index * IOVEC_LENGTH, address);
        iovecs.putLong(index * IOVEC_LENGTH + Long.BYTES, length);
    }
}
