package dev.tailrace.runtime.api;

import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import io.netty.channel.Channel;
import io.netty.channel.unix.UnixChannel;
import org.agrona.concurrent.UnsafeBuffer;

/// What a peer has closed, which reads do not tell.
final class PeerState {
    /// Both directions are shut (poll.h).
    private static final short POLLHUP = 0x10;

    /// The peer has shut its direction.
    private static final short POLLRDHUP = 0x2000;

    // struct pollfd: fd, events, revents; behind it a struct timespec of zero.
    private static final int EVENTS = 4;
    private static final int REVENTS = 6;
    private static final int TIMEOUT = 8;
    private static final int LENGTH = 24;
    private static final int SIGSET_LENGTH = 8;

    private PeerState() {}

    /// On the event loop of the channel, so that its descriptor is its own.
    static boolean isGone(final Channel channel) {
        return (poll(channel, (short) 0) & POLLHUP) != 0;
    }

    /// Whether the peer writes no more; what it has written may still wait. On the event loop.
    static boolean writesNoMore(final Channel channel) {
        return (poll(channel, POLLRDHUP) & (POLLRDHUP | POLLHUP)) != 0;
    }

    private static short poll(final Channel channel, final short events) {
        if (!(channel instanceof final UnixChannel unix) || !channel.isOpen()) {
            return 0;
        }
        try (Memory memory = Memory.region(LENGTH)) {
            final UnsafeBuffer poll = memory.buffer();
            poll.putInt(0, unix.fd().intValue());
            poll.putShort(EVENTS, events);
            Syscall.call(SyscallNumber.PPOLL, memory.address(), 1, memory.address() + TIMEOUT, 0, SIGSET_LENGTH);
            return poll.getShort(REVENTS);
        }
    }
}
