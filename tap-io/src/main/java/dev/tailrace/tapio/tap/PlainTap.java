package dev.tailrace.tapio.tap;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/// A TAP without virtio-net headers: one system call for each frame. Owned by one thread.
final class PlainTap implements PlainPort.FdChannel {
    private final int fd;
    private final Gather gather = new Gather(1);
    private int taken;
    private boolean isRefusing;
    private boolean closed;

    /// Takes a non-blocking descriptor over.
    PlainTap(final int fd) {
        this.fd = fd;
    }

    @Override
    public int fd() {
        return fd;
    }

    @Override
    public String closedText() {
        return TapDevice.CLOSED_TEXT;
    }

    @Override // hot path
    public int receive(final MutableDirectBuffer buffer, final int offset, final int capacity) {
        if (closed) {
            return CLOSED;
        }
        final long result = Fd.read(fd, buffer.addressOffset() + offset, capacity);
        if (result > 0) {
            return (int) result;
        }
        return result == -Errno.EAGAIN ? DRAINED : CLOSED;
    }

    /// A TAP cannot take several frames in one call: so each goes at once. Those after a refused one are not tried.
    @Override // hot path
    public void add(
            final DirectBuffer headers,
            final int headersOffset,
            final int headersLength,
            final DirectBuffer payload,
            final int firstOffset,
            final int firstLength,
            final int secondOffset,
            final int secondLength) {
        if (closed || isRefusing) {
            isRefusing = true;
            return;
        }
        final int count = gather.set(
                0,
                headers,
                headersOffset,
                headersLength,
                payload,
                firstOffset,
                firstLength,
                secondOffset,
                secondLength);
        if (gather.write(fd, count)) {
            taken++;
        } else {
            isRefusing = true;
        }
    }

    @Override
    public int flush() {
        final int count = taken;
        taken = 0;
        isRefusing = false;
        return count;
    }

    /// A TAP takes or loses a frame at once.
    @Override
    public boolean isBusy() {
        return false;
    }

    @Override
    public void drain() {}

    @Override
    public int batch() {
        return 1;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            gather.close();
            Fd.close(fd);
        }
    }
}
