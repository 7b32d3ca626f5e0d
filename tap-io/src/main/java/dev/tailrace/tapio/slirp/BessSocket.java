package dev.tailrace.tapio.slirp;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.nio.charset.StandardCharsets;

/// The socket of `--target-type=bess`: made at a path, for one peer, whose file is removed with it.
final class BessSocket implements AutoCloseable {
    /// What [#await] answers when the exit descriptor has hung up.
    static final int EXIT = -1;

    /// What [#await] answers when a signal waits.
    static final int SIGNAL = -2;

    private static final int AF_UNIX = 1;
    private static final int SOCK_SEQPACKET = 5;
    private static final int O_PATH = 0x20_0000;
    private static final int O_DIRECTORY = Fd.O_RDONLY | O_PATH | Fd.O_CLOEXEC;

    /// `struct sockaddr_un` (sys/un.h): two bytes of family, then the path.
    private static final int SOCKADDR_LENGTH = 110;

    private static final int PATH_OFFSET = 2;

    /// Read and write for the owner only: who connects is on the network of this user.
    private static final int MODE_OWNER_ONLY = 0x180;

    private static final int POLLFD_LENGTH = 8;
    private static final int POLLFD_EVENTS = 4;
    private static final int POLLFD_RETURNED = 6;
    private static final int POLL_IN = 1;
    private static final int POLLED = 3;
    private static final int SIGSET_LENGTH = 8;

    private final String path;
    private final int directoryFd;
    private final byte[] name;
    private int fd;

    /// Listens on `path`, replacing what is there.
    ///
    /// @throws LinuxException which step failed
    BessSocket(final String path) {
        this.path = path;
        final int slash = path.lastIndexOf('/');
        this.name = path.substring(slash + 1).getBytes(StandardCharsets.UTF_8);
        if (path.getBytes(StandardCharsets.UTF_8).length >= SOCKADDR_LENGTH - PATH_OFFSET) {
            throw new LinuxException("bind", path, Errno.ENAMETOOLONG);
        }
        // Kept: when the end comes, the path may be out of reach (--enable-sandbox).
        directoryFd = Fd.open(slash < 0 ? "." : path.substring(0, slash + 1), O_DIRECTORY);
        try {
            fd = (int) Syscall.check(
                    Syscall.call(SyscallNumber.SOCKET, AF_UNIX, SOCK_SEQPACKET | Fd.O_CLOEXEC | Fd.O_NONBLOCK, 0),
                    "socket(AF_UNIX)",
                    path);
        } catch (final LinuxException e) {
            Fd.close(directoryFd);
            throw e;
        }
        try {
            listen();
        } catch (final LinuxException e) {
            Fd.close(fd);
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
        try (Memory memory = Memory.region(name.length + 1)) {
            memory.buffer().putBytes(0, name);
            // That somebody else has removed it is as good.
            Syscall.call(SyscallNumber.UNLINKAT, directoryFd, memory.address(), 0);
        }
        Fd.close(directoryFd);
    }

    private void listen() {
        try (Memory memory = Memory.region(SOCKADDR_LENGTH)) {
            final byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
            memory.buffer().putShort(0, (short) AF_UNIX);
            memory.buffer().putBytes(PATH_OFFSET, bytes);
            // Linux gives the new file the mode of the socket: so there is no moment in which others may connect.
            Syscall.check(Syscall.call(SyscallNumber.FCHMOD, fd, MODE_OWNER_ONLY), "fchmod", path);
            final long removed = Syscall.call(
                    SyscallNumber.UNLINKAT,
                    directoryFd,
                    memory.address() + PATH_OFFSET + bytes.length - name.length,
                    0);
            if (removed != -Errno.ENOENT) {
                Syscall.check(removed, "unlink", path);
            }
            Syscall.check(
                    Syscall.call(SyscallNumber.BIND, fd, memory.address(), PATH_OFFSET + bytes.length + 1),
                    "bind",
                    path);
            Syscall.check(Syscall.call(SyscallNumber.LISTEN, fd, 0), "listen", path);
        }
    }

    /// @return the connection, or -1 when the peer has thought better of it
    private int accept() {
        final long result = Syscall.call(SyscallNumber.ACCEPT4, fd, 0, 0, Fd.O_CLOEXEC | Fd.O_NONBLOCK);
        if (result == -Errno.EAGAIN || result == -Errno.EINTR || result == -Errno.ECONNABORTED) {
            return -1;
        }
        final int accepted = (int) Syscall.check(result, "accept", path);
        stopListening();
        return accepted;
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
