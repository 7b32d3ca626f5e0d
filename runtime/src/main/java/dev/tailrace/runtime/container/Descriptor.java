package dev.tailrace.runtime.container;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.io.IOException;

/// Our end of a pipe or terminal, with a buffer. Another thread may close it while one waits in it, which then fails;
/// the number is not given back to the kernel before. One thread reads or writes at a time, and waits in the kernel: a
/// virtual thread holds its carrier meanwhile.
final class Descriptor implements AutoCloseable {
    static final int BUFFER_LENGTH = 64 * 1024;

    private static final short POLLIN = 1;
    private static final short POLLOUT = 4;

    /// Two of struct pollfd: {descriptor, events, what happened}.
    private static final int POLL_LENGTH = 16;

    private static final int EVENTS_OFFSET = 4;
    private static final int SECOND = 8;

    private final int fd;
    private final int wakeFd;
    private final Memory memory;
    private final long buffer;
    private final long poll;
    private int users = 1;
    private boolean isClosed;

    /// @param fd owned from now on; made non-blocking
    Descriptor(final int fd) {
        this.fd = fd;
        Fd.fcntl(fd, Fd.F_SETFL, Fd.fcntl(fd, Fd.F_GETFL, 0) | Fd.O_NONBLOCK);
        wakeFd = Fd.eventfd(0, Fd.O_CLOEXEC | Fd.O_NONBLOCK);
        memory = Memory.region(BUFFER_LENGTH + POLL_LENGTH + Long.BYTES);
        buffer = memory.allocate(BUFFER_LENGTH);
        poll = memory.allocate(POLL_LENGTH);
    }

    /// @return bytes read, or -1 at the end
    /// @throws IOException when it is closed, or the kernel refuses
    int read(final byte[] bytes, final int offset, final int length) throws IOException {
        if (!enter()) {
            throw new IOException("Stream closed");
        }
        try {
            while (true) {
                final long result = Fd.read(fd, buffer, Math.min(length, BUFFER_LENGTH));
                if (result == -Errno.EAGAIN) {
                    await(POLLIN);
                } else if (result == 0 || result == -Errno.EIO) {
                    // EIO: the last process that had the terminal open has ended.
                    return -1;
                } else if (result < 0) {
                    throw new IOException("read: " + Errno.text((int) -result));
                } else {
                    memory.buffer().getBytes(memory.offset(buffer), bytes, offset, (int) result);
                    return (int) result;
                }
            }
        } finally {
            leave();
        }
    }

    /// Writes all.
    ///
    /// @throws IOException when it is closed, or nobody reads any more
    void write(final byte[] bytes, final int offset, final int length) throws IOException {
        if (!enter()) {
            throw new IOException("Stream closed");
        }
        try {
            int done = 0;
            while (done < length) {
                final int count = Math.min(length - done, BUFFER_LENGTH);
                memory.buffer().putBytes(memory.offset(buffer), bytes, offset + done, count);
                final long result = Fd.write(fd, buffer, count);
                if (result == -Errno.EAGAIN) {
                    await(POLLOUT);
                } else if (result < 0) {
                    throw new IOException("write: " + Errno.text((int) -result));
                } else {
                    done += (int) result;
                }
            }
        } finally {
            leave();
        }
    }

    /// `ioctl` with the address of a structure; nothing when it is closed.
    void control(final long request, final long address) {
        if (enter()) {
            try {
                // EIO when the terminal is gone: there is nobody to be told.
                Syscall.call(SyscallNumber.IOCTL, fd, request, address);
            } finally {
                leave();
            }
        }
    }

    private void await(final short events) throws IOException {
        final int place = memory.offset(poll);
        memory.buffer().putInt(place, fd);
        memory.buffer().putInt(place + EVENTS_OFFSET, events);
        memory.buffer().putInt(place + SECOND, wakeFd);
        memory.buffer().putInt(place + SECOND + EVENTS_OFFSET, POLLIN);
        final long result = Syscall.call(SyscallNumber.PPOLL, poll, 2, 0, 0, 0);
        if (result < 0 && result != -Errno.EINTR) {
            throw new IOException("poll: " + Errno.text((int) -result));
        }
        synchronized (this) {
            if (isClosed) {
                throw new IOException("Stream closed");
            }
        }
    }

    private synchronized boolean enter() {
        if (!isClosed) {
            users++;
        }
        return !isClosed;
    }

    private synchronized void leave() {
        if (--users == 0) {
            Fd.close(fd);
            Fd.close(wakeFd);
            memory.close();
        }
    }

    @Override
    public synchronized void close() {
        if (!isClosed) {
            isClosed = true;
            if (users > 1) {
                wake();
            }
            leave();
        }
    }

    private void wake() {
        try (Memory one = Memory.region(Long.BYTES)) {
            one.buffer().putLong(0, 1);
            Fd.write(wakeFd, one.address(), Long.BYTES);
        }
    }
}
