package dev.tailrace.tapio.linux;

/// What is done with file descriptors, with EINTR retried where that is right. `read` and `write` answer `-errno`;
/// the control-plane calls throw [LinuxException].
public final class Fd {
    public static final int O_RDONLY = 0;
    public static final int O_WRONLY = 1;
    public static final int O_RDWR = 2;
    public static final int O_CREAT = 0x40;
    public static final int O_EXCL = 0x80;
    public static final int O_NONBLOCK = 0x800;
    public static final int O_CLOEXEC = 0x80000;
    public static final int O_PATH = 0x20_0000;

    /// The flags here that the machines number differently (asm-generic/fcntl.h, arm64's fcntl.h).
    public static final int O_DIRECTORY = Machine.IS_X86_64 ? 0x1_0000 : 0x4000;

    public static final int O_NOFOLLOW = Machine.IS_X86_64 ? 0x2_0000 : 0x8000;

    public static final int F_DUPFD_CLOEXEC = 1030;
    public static final int F_GETFD = 1;
    public static final int F_SETFD = 2;
    public static final int F_GETFL = 3;
    public static final int F_SETFL = 4;
    public static final int FD_CLOEXEC = 1;

    private static final int AT_FDCWD = -100;
    private static final int MODE_RW_RW_RW = 0x1b6;

    private Fd() {}

    /// @return bytes read, 0 at the end, or `-errno`
    public static long read(final int fd, final long address, final long lengthBytes) {
        long result;
        do {
            result = Syscall.call(SyscallNumber.READ, fd, address, lengthBytes);
        } while (result == -Errno.EINTR);
        return result;
    }

    /// @return bytes written or `-errno`
    public static long write(final int fd, final long address, final long lengthBytes) {
        long result;
        do {
            result = Syscall.call(SyscallNumber.WRITE, fd, address, lengthBytes);
        } while (result == -Errno.EINTR);
        return result;
    }

    /// Closes. Never retried: Linux frees the number even when it answers EINTR.
    ///
    /// @return 0 or `-errno`
    public static long close(final int fd) {
        return Syscall.call(SyscallNumber.CLOSE, fd);
    }

    /// Opens `path` with `flags`; a file that `O_CREAT` makes gets mode 0666 less the umask.
    public static int open(final String path, final int flags) {
        try (Memory memory = Memory.region(path.length() * 3 + 1)) {
            final long name = memory.cString(path);
            long result;
            do {
                result = Syscall.call(SyscallNumber.OPENAT, AT_FDCWD, name, flags, MODE_RW_RW_RW);
            } while (result == -Errno.EINTR);
            return (int) Syscall.check(result, "open", path);
        }
    }

    /// `fcntl` with an integer argument.
    public static int fcntl(final int fd, final int command, final int argument) {
        return (int) Syscall.check(Syscall.call(SyscallNumber.FCNTL, fd, command, argument), "fcntl", "fd " + fd);
    }

    /// A pipe. `flags` are those of pipe2(2), such as `O_CLOEXEC | O_NONBLOCK`.
    ///
    /// @return the end to read in the low 32 bits, the end to write in the high
    public static long pipe2(final int flags) {
        try (Memory memory = Memory.region(Long.BYTES)) {
            Syscall.check(Syscall.call(SyscallNumber.PIPE2, memory.address(), flags), "pipe2", "");
            final long read = memory.buffer().getInt(0);
            final long write = memory.buffer().getInt(Integer.BYTES);
            return read | write << Integer.SIZE;
        }
    }

    /// The end to read of what [#pipe2] answered.
    public static int readEnd(final long pipe) {
        return (int) pipe;
    }

    /// The end to write of what [#pipe2] answered.
    public static int writeEnd(final long pipe) {
        return (int) (pipe >>> Integer.SIZE);
    }

    /// An eventfd. `flags`: EFD_CLOEXEC and EFD_NONBLOCK are `O_CLOEXEC` and `O_NONBLOCK`.
    public static int eventfd(final int initial, final int flags) {
        return (int) Syscall.check(Syscall.call(SyscallNumber.EVENTFD2, initial, flags), "eventfd2", "");
    }
}
