package dev.tailrace.tapio.tap;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/// A connected SOCK_SEQPACKET or SOCK_DGRAM socket whose messages are Ethernet frames. Owned by one thread.
///
/// The socket holds a few frames of 64 KiB only. When it is full we wait for the peer, so that it sets the pace as a
/// kernel behind a TAP does, but not for long: a peer that takes nothing for [#PATIENCE_MS] loses frames, without any
/// more waiting until it takes some.
final class FrameSocket implements PlainPort.FdChannel {
    /// How long a full socket is waited for.
    static final int PATIENCE_MS = 20;

    private static final int BATCH = 64;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_TRUNC = 0x20;

    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDBUF = 7;

    /// What is asked for; the kernel gives what `net.core.wmem_max` allows.
    private static final int SEND_BUFFER_BYTES = 4 << 20;

    /// `struct mmsghdr` (sys/socket.h): a `struct msghdr`, of which only the vector is used, and the length sent.
    private static final int MESSAGE_LENGTH = 64;

    private static final int VECTOR_OFFSET = 16;
    private static final int VECTOR_LENGTH_OFFSET = 24;

    private static final int POLL_IN = 0x1;
    private static final int POLL_OUT = 0x4;
    private static final int POLL_END = 0x8 | 0x10 | 0x2000;
    private static final int POLL_EVENTS_OFFSET = 4;
    private static final int POLL_RETURNED_OFFSET = 6;
    private static final int TIMEOUT_OFFSET = 16;
    private static final int POLL_LENGTH = 32;
    private static final int SIGSET_LENGTH = 8;
    private static final long NS_PER_MS = 1_000_000L;

    private final int fd;
    private final Gather gather = new Gather(BATCH);
    private final Memory messages = Memory.region(BATCH * MESSAGE_LENGTH);
    private final Memory poll = Memory.region(POLL_LENGTH);
    private int added;
    private boolean isStalled;
    private boolean isGone;
    private boolean closed;

    /// Takes a connected socket over; whether it blocks does not matter.
    FrameSocket(final int fd) {
        this.fd = fd;
        for (int slot = 0; slot < BATCH; slot++) {
            messages.buffer().putLong(slot * MESSAGE_LENGTH + VECTOR_OFFSET, gather.address(slot));
        }
        final UnsafeBuffer buffer = poll.buffer();
        buffer.putInt(0, SEND_BUFFER_BYTES);
        // A smaller buffer is slower, not wrong.
        Syscall.call(SyscallNumber.SETSOCKOPT, fd, SOL_SOCKET, SO_SNDBUF, poll.address(), Integer.BYTES);
        buffer.putInt(0, fd);
    }

    @Override
    public int fd() {
        return fd;
    }

    @Override
    public String closedText() {
        return "the peer has closed the socket";
    }

    @Override // hot path
    public int receive(final MutableDirectBuffer buffer, final int offset, final int capacity) {
        if (closed || isGone) {
            return CLOSED;
        }
        long result;
        do {
            final long place = buffer.addressOffset() + offset;
            result = Syscall.call(SyscallNumber.RECVFROM, fd, place, capacity, MSG_DONTWAIT | MSG_TRUNC, 0, 0);
        } while (result == -Errno.EINTR);
        if (result > 0) {
            return (int) result;
        }
        if (result == 0) {
            // An empty message, or the end.
            return (await(POLL_IN, 0) & POLL_END) == 0 ? 0 : CLOSED;
        }
        return result == -Errno.EAGAIN ? DRAINED : CLOSED;
    }

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
        final int count = gather.set(
                added,
                headers,
                headersOffset,
                headersLength,
                payload,
                firstOffset,
                firstLength,
                secondOffset,
                secondLength);
        messages.buffer().putLong(added * MESSAGE_LENGTH + VECTOR_LENGTH_OFFSET, count);
        added++;
    }

    @Override // hot path
    public int flush() {
        final int count = added;
        added = 0;
        int sent = 0;
        while (sent < count && !closed) {
            final long address = messages.address() + (long) sent * MESSAGE_LENGTH;
            final int flags = MSG_DONTWAIT | MSG_NOSIGNAL;
            final long result = Syscall.call(SyscallNumber.SENDMMSG, fd, address, count - sent, flags);
            if (result > 0) {
                sent += (int) result;
                isStalled = false;
            } else if (result != -Errno.EINTR && !(result == -Errno.EAGAIN && hasRoom())) {
                // A peer of a datagram socket tells of its end only so.
                isGone |= result == -Errno.ECONNREFUSED;
                break;
            }
        }
        return sent;
    }

    @Override
    public int batch() {
        return BATCH;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Fd.close(fd);
            gather.close();
            messages.close();
            poll.close();
        }
    }

    /// Waits for room, unless that was in vain since the last frame was taken.
    private boolean hasRoom() {
        if (isStalled) {
            return false;
        }
        final int returned = await(POLL_OUT, PATIENCE_MS);
        isStalled = (returned & POLL_OUT) == 0;
        return !isStalled && (returned & POLL_END) == 0;
    }

    /// @return the events, of those asked for and of the end
    private int await(final int events, final int timeoutMs) {
        final UnsafeBuffer buffer = poll.buffer();
        buffer.putShort(POLL_EVENTS_OFFSET, (short) (events | POLL_END));
        buffer.putLong(TIMEOUT_OFFSET, 0);
        buffer.putLong(TIMEOUT_OFFSET + Long.BYTES, timeoutMs * NS_PER_MS);
        long result;
        do {
            // The kernel takes what has passed off the time.
            result = Syscall.call(
                    SyscallNumber.PPOLL, poll.address(), 1, poll.address() + TIMEOUT_OFFSET, 0, SIGSET_LENGTH);
        } while (result == -Errno.EINTR);
        return result > 0 ? buffer.getShort(POLL_RETURNED_OFFSET) : 0;
    }
}
