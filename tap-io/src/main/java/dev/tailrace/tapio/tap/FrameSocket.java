package dev.tailrace.tapio.tap;

import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
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
/// The socket holds a few frames of 64 KiB only. What it does not take waits in a [FrameQueue], so that
/// the peer sets the pace, and TCP waits before that has to lose something. A peer that takes nothing
/// loses what the queue does not hold.
final class FrameSocket implements PlainPort.FdChannel {
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
    private static final int POLL_END = 0x8 | 0x10 | 0x2000;
    private static final int POLL_EVENTS_OFFSET = 4;
    private static final int POLL_RETURNED_OFFSET = 6;
    private static final int TIMEOUT_OFFSET = 16;
    private static final int POLL_LENGTH = 32;
    private static final int SIGSET_LENGTH = 8;

    private final int fd;
    private final Counters counters;
    private final Gather gather = new Gather(BATCH);
    private final Memory messages = Memory.region(BATCH * MESSAGE_LENGTH);
    private final Memory poll = Memory.region(POLL_LENGTH);
    private final FrameQueue queue = new FrameQueue();
    private int added;
    private boolean isGone;
    private boolean closed;

    /// Takes a connected socket over; whether it blocks does not matter.
    ///
    /// @param counters counts frames that the kernel refuses
    FrameSocket(final int fd, final Counters counters) {
        this.fd = fd;
        this.counters = counters;
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
            return hasEnded() ? CLOSED : 0;
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
        int taken = queue.isEmpty() ? send(count) : 0;
        while (taken < count && !isGone && !closed && queue.offer(gather, taken, vectorLength(taken))) {
            taken++;
        }
        return taken;
    }

    @Override
    public boolean isBusy() {
        return !queue.isEmpty();
    }

    @Override // hot path
    public void drain() {
        int sent = 1;
        while (sent > 0 && !queue.isEmpty()) {
            final int count = queue.peek(gather, BATCH);
            for (int slot = 0; slot < count; slot++) {
                messages.buffer().putLong(slot * MESSAGE_LENGTH + VECTOR_LENGTH_OFFSET, 1);
            }
            sent = send(count);
            queue.drop(isGone ? count : sent);
        }
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
            queue.close();
        }
    }

    /// Sends the first `count` messages as far as there is room.
    ///
    /// @return how many were taken
    private int send(final int count) {
        int sent = 0;
        while (sent < count && !closed) {
            final long address = messages.address() + (long) sent * MESSAGE_LENGTH;
            final int flags = MSG_DONTWAIT | MSG_NOSIGNAL;
            final long result = Syscall.call(SyscallNumber.SENDMMSG, fd, address, count - sent, flags);
            if (result > 0) {
                sent += (int) result;
            } else if (result == -Errno.EAGAIN) {
                break;
            } else if (isEnd(result)) {
                isGone = true;
                break;
            } else if (result != -Errno.EINTR) {
                // One that the kernel does not take, such as EMSGSIZE: lost, as on any Ethernet.
                counters.increment(Counter.TRANSMIT_FAILED);
                sent++;
            }
        }
        return sent;
    }

    /// ECONNREFUSED is the only way in which the peer of a datagram socket tells of its end.
    private static boolean isEnd(final long result) {
        return result == -Errno.EPIPE
                || result == -Errno.ECONNRESET
                || result == -Errno.ECONNREFUSED
                || result == -Errno.ENOTCONN;
    }

    private int vectorLength(final int slot) {
        return (int) messages.buffer().getLong(slot * MESSAGE_LENGTH + VECTOR_LENGTH_OFFSET);
    }

    private boolean hasEnded() {
        final UnsafeBuffer buffer = poll.buffer();
        buffer.putShort(POLL_EVENTS_OFFSET, (short) (POLL_IN | POLL_END));
        buffer.putLong(TIMEOUT_OFFSET, 0);
        buffer.putLong(TIMEOUT_OFFSET + Long.BYTES, 0);
        long result;
        do {
            result = Syscall.call(
                    SyscallNumber.PPOLL, poll.address(), 1, poll.address() + TIMEOUT_OFFSET, 0, SIGSET_LENGTH);
        } while (result == -Errno.EINTR);
        return result > 0 && (buffer.getShort(POLL_RETURNED_OFFSET) & POLL_END) != 0;
    }
}
