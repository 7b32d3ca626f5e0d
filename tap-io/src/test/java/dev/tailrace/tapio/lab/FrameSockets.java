package dev.tailrace.tapio.lab;

import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// SOCK_SEQPACKET sockets of the file system.
public final class FrameSockets {
    private static final int AF_UNIX = 1;
    private static final int SOCK_SEQPACKET = 5;
    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDBUF = 7;
    private static final int SNDBUF_BYTES = 4 << 20;
    private static final int SOCKADDR_LENGTH = 110;

    private FrameSockets() {}

    /// @return a connection that does not block
    public static int connect(final Path path) {
        return named(path, SyscallNumber.CONNECT, "connect", Fd.O_NONBLOCK);
    }

    /// @return a socket to [#accept] from
    public static int listen(final Path path) {
        final int fd = named(path, SyscallNumber.BIND, "bind", 0);
        Syscall.check(Syscall.call(SyscallNumber.LISTEN, fd, 1), "listen", path.toString());
        return fd;
    }

    /// Waits for a connection and closes the socket that listens.
    ///
    /// @return a connection that does not block
    public static int accept(final int listening) {
        final long result = Syscall.call(SyscallNumber.ACCEPT4, listening, 0, 0, Fd.O_NONBLOCK | Fd.O_CLOEXEC);
        Fd.close(listening);
        return (int) Syscall.check(result, "accept", "");
    }

    private static int named(final Path path, final int number, final String call, final int flags) {
        final int fd = (int) Syscall.check(
                Syscall.call(SyscallNumber.SOCKET, AF_UNIX, SOCK_SEQPACKET | flags | Fd.O_CLOEXEC, 0),
                "socket",
                "SOCK_SEQPACKET");
        try (Memory memory = Memory.region(SOCKADDR_LENGTH)) {
            memory.buffer().putInt(0, SNDBUF_BYTES);
            Syscall.call(SyscallNumber.SETSOCKOPT, fd, SOL_SOCKET, SO_SNDBUF, memory.address(), Integer.BYTES);
            final byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
            memory.buffer().putInt(0, 0);
            memory.buffer().putShort(0, (short) AF_UNIX);
            memory.buffer().putBytes(Short.BYTES, name);
            final int length = Short.BYTES + name.length + 1;
            Syscall.check(Syscall.call(number, fd, memory.address(), length), call, path.toString());
            return fd;
        } catch (final LinuxException e) {
            Fd.close(fd);
            throw e;
        }
    }
}
