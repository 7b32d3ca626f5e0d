package dev.tailrace.runtime.api;

import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import io.netty.channel.Channel;
import io.netty.channel.unix.UnixChannel;
import org.agrona.concurrent.UnsafeBuffer;

/// Whether a peer that writes no more has closed its socket or only that direction, which reads do not tell.
final class PeerState {
    /// Both directions are shut (poll.h).
    private static final short POLLHUP = 0x10;

    // struct pollfd: fd, events, revents; behind it a struct timespec of zero.
    private static final int REVENTS = 6;
    private static final int TIMEOUT = 8;
    private static final int LENGTH = 24;
    private static final int SIGSET_LENGTH = 8;

    private PeerState() {}

    /// On the event loop of the channel, so that its descriptor is its own.
    static boolean isGone(final Channel channel) {
        if (!(channel instanceof final UnixChannel unix)) {
            return false;
        }
        try (Memory memory = Memory.region(LENGTH)) {
            final UnsafeBuffer poll = memory.buffer();
            poll.putInt(0, unix.fd().intValue());
            Syscall.call(SyscallNumber.PPOLL, memory.address(), 1, memory.address() + TIMEOUT, 0, SIGSET_LENGTH);
            return (poll.getShort(REVENTS) & POLLHUP) != 0;
        }
    }
}
