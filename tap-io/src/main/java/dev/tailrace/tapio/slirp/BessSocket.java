package dev.tailrace.tapio.slirp;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import dev.tailrace.tapio.slirp.api.UnixSockets;

/// The socket of `--target-type=bess`: made at a path, for one peer, whose file is removed with it.
final class BessSocket implements AutoCloseable {
    /// What [#await] answers when the exit descriptor has hung up.
    static final int EXIT = -1;

    /// What [#await] answers when a signal waits.
    static final int SIGNAL = -2;

    private static final int POLLFD_LENGTH = 8;
    private static final int POLLFD_EVENTS = 4;
    private static final int POLLFD_RETURNED = 6;
    private static final int POLL_IN = 1;
    private static final int POLLED = 3;
    private static final int SIGSET_LENGTH = 8;

    private final String path;
    private final int directoryFd;
    private final String name;
    private int fd;

    /// Listens on `path`, replacing what is there.
    ///
    /// @throws LinuxException which step failed
    BessSocket(final String path) {
        this.path = path;
        this.name = path.substring(path.lastIndexOf('/') + 1);
        UnixSockets.checkLength(path);
        directoryFd = UnixSockets.openDirectory(path);
        try {
            fd = UnixSockets.listen(path, UnixSockets.SOCK_SEQPACKET, 0);
        } catch (final LinuxException e) {
            Fd.close(directoryFd);
            throw e;
        }
    }

    /// Waits for the peer. Only one is served: others are refused from then on.
    ///
    /// @param signalFd readable when a signal waits
    /// @param exitFd ends the wait when its other side hangs up, or -1
    /// @return the connection, or [#EXIT] or [#SIGNAL]
    int await(final int signalFd, final int exitFd) {
        try (Memory poll = Memory.region(POLLED * POLLFD_LENGTH)) {
            while (true) {
                watch(poll, 0, fd, POLL_IN);
                watch(poll, 1, signalFd, POLL_IN);
                watch(poll, 2, exitFd, 0);
                final long result = Syscall.call(SyscallNumber.PPOLL, poll.address(), POLLED, 0, 0, SIGSET_LENGTH);
                if (result != -Errno.EINTR) {
                    Syscall.check(result, "ppoll", path);
                    if (returned(poll, 2) != 0) {
                        return EXIT;
                    }
                    if (returned(poll, 1) != 0) {
                        return SIGNAL;
                    }
                    final int accepted = accept();
                    if (accepted >= 0) {
                        return accepted;
                    }
                }
            }
        }
    }

    /// The open directory that the file is in.
    int directoryFd() {
        return directoryFd;
    }

    /// Removes the file.
    @Override
    public void close() {
        stopListening();
        try (Memory memory = Memory.region(name.length() * 3 + 1)) {
            // That somebody else has removed it is as good.
            Syscall.call(SyscallNumber.UNLINKAT, directoryFd, memory.cString(name), 0);
        }
        Fd.close(directoryFd);
    }

    /// @return the connection, or -1 when the peer has thought better of it
    private int accept() {
        final int result = UnixSockets.accept(fd);
        if (result == -Errno.EAGAIN || result == -Errno.EINTR || result == -Errno.ECONNABORTED) {
            return -1;
        }
        Syscall.check(result, "accept", path);
        stopListening();
        return result;
    }

    private void stopListening() {
        if (fd >= 0) {
            Fd.close(fd);
            fd = -1;
        }
    }

    private static void watch(final Memory poll, final int slot, final int fd, final int events) {
        poll.buffer().putInt(slot * POLLFD_LENGTH, fd);
        poll.buffer().putShort(slot * POLLFD_LENGTH + POLLFD_EVENTS, (short) events);
    }

    private static int returned(final Memory poll, final int slot) {
        return poll.buffer().getShort(slot * POLLFD_LENGTH + POLLFD_RETURNED);
    }
}
