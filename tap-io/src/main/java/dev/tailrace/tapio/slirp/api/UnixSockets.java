package dev.tailrace.tapio.slirp.api;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.nio.charset.StandardCharsets;

/// System calls on sockets of the file system (unix(7)).
public final class UnixSockets {
    /// Type of a socket that carries a stream of bytes, and of one that carries whole messages (bits/socket.h).
    public static final int SOCK_STREAM = 1;

    public static final int SOCK_SEQPACKET = 5;

    private static final int AF_UNIX = 1;
    private static final int AT_FDCWD = -100;
    private static final int SHUT_RDWR = 2;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERCRED = 17;

    /// `struct ucred` (sys/socket.h): pid, uid, gid.
    private static final int UCRED_LENGTH = 12;

    private static final int UCRED_UID = 4;

    /// `struct sockaddr_un` (sys/un.h): two bytes of family, then the path.
    private static final int SOCKADDR_LENGTH = 110;

    private static final int PATH_OFFSET = 2;

    /// Read and write for the owner only: who may connect is on the network of this user, and may open ports of the
    /// host.
    private static final int MODE_OWNER_ONLY = 0x180;

    private UnixSockets() {}

    /// Looks whether a socket can have this path.
    ///
    /// @throws LinuxException ENAMETOOLONG
    public static void checkLength(final String path) {
        if (path.getBytes(StandardCharsets.UTF_8).length > SOCKADDR_LENGTH - PATH_OFFSET - 1) {
            throw new LinuxException("bind", path, Errno.ENAMETOOLONG);
        }
    }

    /// Opens the directory of a path: the file can be removed there when the path is out of reach (--enable-sandbox).
    ///
    /// @return an `O_PATH` descriptor
    public static int openDirectory(final String path) {
        final int slash = path.lastIndexOf('/');
        return Fd.open(slash < 0 ? "." : path.substring(0, slash + 1), Fd.O_PATH | Fd.O_DIRECTORY | Fd.O_CLOEXEC);
    }

    /// Listens on `path`, replacing what is there.
    ///
    /// @param type [#SOCK_STREAM] or [#SOCK_SEQPACKET]
    /// @return a non-blocking socket
    public static int listen(final String path, final int type, final int backlog) {
        final int fd = (int) Syscall.check(
                Syscall.call(SyscallNumber.SOCKET, AF_UNIX, type | Fd.O_NONBLOCK | Fd.O_CLOEXEC, 0),
                "socket(AF_UNIX)",
                path);
        try (Memory memory = Memory.region(SOCKADDR_LENGTH)) {
            checkLength(path);
            final byte[] name = path.getBytes(StandardCharsets.UTF_8);
            memory.buffer().putShort(0, (short) AF_UNIX);
            memory.buffer().putBytes(PATH_OFFSET, name);
            // Linux gives the new file the mode of the socket: so there is no moment in which others may connect.
            Syscall.check(Syscall.call(SyscallNumber.FCHMOD, fd, MODE_OWNER_ONLY), "fchmod", path);
            unlink(path);
            Syscall.check(
                    Syscall.call(SyscallNumber.BIND, fd, memory.address(), PATH_OFFSET + name.length + 1),
                    "bind",
                    path);
            Syscall.check(Syscall.call(SyscallNumber.LISTEN, fd, backlog), "listen", path);
            return fd;
        } catch (final RuntimeException e) {
            Fd.close(fd);
            throw e;
        }
    }

    /// Removes the file; that there is none is no error.
    static void unlink(final String path) {
        unlinkAt(AT_FDCWD, path);
    }

    /// Removes the file `path` in a directory; that there is none is no error.
    static void unlinkAt(final int directoryFd, final String path) {
        try (Memory memory = Memory.region(path.length() * 3 + 1)) {
            final long result = Syscall.call(SyscallNumber.UNLINKAT, directoryFd, memory.cString(path), 0);
            if (result != -Errno.ENOENT) {
                Syscall.check(result, "unlink", path);
            }
        }
    }

    /// Who is at the other end of a connection, from when it was made.
    ///
    /// @return PID in the low 32 bits, user id in the high; each as our namespaces see it
    static long peer(final int fd) {
        try (Memory memory = Memory.region(UCRED_LENGTH + Integer.BYTES)) {
            memory.buffer().putInt(UCRED_LENGTH, UCRED_LENGTH);
            final long length = memory.address() + UCRED_LENGTH;
            Syscall.check(
                    Syscall.call(SyscallNumber.GETSOCKOPT, fd, SOL_SOCKET, SO_PEERCRED, memory.address(), length),
                    "getsockopt(SO_PEERCRED)",
                    "fd " + fd);
            return memory.buffer().getInt(0) & 0xffff_ffffL
                    | (long) memory.buffer().getInt(UCRED_UID) << Integer.SIZE;
        }
    }

    /// @return a non-blocking connection or `-errno`
    public static int accept(final int fd) {
        return (int) Syscall.call(SyscallNumber.ACCEPT4, fd, 0, 0, Fd.O_NONBLOCK | Fd.O_CLOEXEC);
    }

    /// Writes; a client that is gone is an error, not a signal.
    ///
    /// @return bytes taken or `-errno`
    static int send(final int fd, final long address, final int lengthBytes) {
        return (int) Syscall.call(SyscallNumber.SENDTO, fd, address, lengthBytes, MSG_NOSIGNAL, 0, 0);
    }

    static void close(final int fd) {
        Syscall.call(SyscallNumber.SHUTDOWN, fd, SHUT_RDWR);
        Fd.close(fd);
    }
}
