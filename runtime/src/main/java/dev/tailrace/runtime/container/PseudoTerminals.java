package dev.tailrace.runtime.container;

import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.util.List;

/// A container's /dev/pts (devpts), made by the engine, which opens terminals in it by descriptor: the container's
/// names are never walked.
final class PseudoTerminals implements AutoCloseable {
    private static final int FSCONFIG_SET_FLAG = 0;
    private static final int FSCONFIG_SET_STRING = 1;
    private static final int FSCONFIG_CMD_CREATE = 6;
    private static final int CLOEXEC = 1;
    private static final int NO_SUID_NO_EXEC = 2 | 8;
    private static final int O_NOCTTY = 0x100;

    // asm-generic/ioctls.h
    private static final long TIOCSPTLCK = 0x4004_5431;
    private static final long TIOCGPTPEER = 0x5441;

    private static final int MOST_TEXT_BYTES = 4096;

    private final int fd;

    private PseudoTerminals(final int fd) {
        this.fd = fd;
    }

    /// @param hasTtyGroup whether group 5 exists, which owns terminals by convention
    static PseudoTerminals mount(final boolean hasTtyGroup) {
        try (Memory memory = Memory.region(MOST_TEXT_BYTES)) {
            final int context = check(Syscall.call(SyscallNumber.FSOPEN, memory.cString("devpts"), CLOEXEC));
            try {
                set(context, memory, "newinstance", "");
                set(context, memory, "ptmxmode", "0666");
                set(context, memory, "mode", "0620");
                if (hasTtyGroup) {
                    set(context, memory, "gid", "5");
                }
                check(Syscall.call(SyscallNumber.FSCONFIG, context, FSCONFIG_CMD_CREATE, 0, 0, 0));
                return new PseudoTerminals(
                        check(Syscall.call(SyscallNumber.FSMOUNT, context, CLOEXEC, NO_SUID_NO_EXEC)));
            } finally {
                Fd.close(context);
            }
        }
    }

    private static void set(final int context, final Memory memory, final String name, final String value) {
        final long key = memory.cString(name);
        check(
                value.isEmpty()
                        ? Syscall.call(SyscallNumber.FSCONFIG, context, FSCONFIG_SET_FLAG, key, 0, 0)
                        : Syscall.call(
                                SyscallNumber.FSCONFIG, context, FSCONFIG_SET_STRING, key, memory.cString(value), 0));
    }

    private static int check(final long result) {
        return (int) Syscall.check(result, "mount", "devpts");
    }

    /// Of the file system's root; valid until [#close].
    int fd() {
        return fd;
    }

    /// A new terminal: our end, then that of the process.
    List<Integer> open() {
        try (Memory memory = Memory.region(MOST_TEXT_BYTES)) {
            final int flags = Fd.O_RDWR | O_NOCTTY | Fd.O_CLOEXEC;
            final int master = StandardStreams.aboveFixed((int) Syscall.check(
                    Syscall.call(SyscallNumber.OPENAT, fd, memory.cString("ptmx"), flags), "open", "/dev/pts/ptmx"));
            try {
                final long unlock = memory.allocate(Integer.BYTES);
                Syscall.check(Syscall.call(SyscallNumber.IOCTL, master, TIOCSPTLCK, unlock), "unlock", "terminal");
                final long peer = Syscall.call(SyscallNumber.IOCTL, master, TIOCGPTPEER, flags);
                return List.of(master, StandardStreams.aboveFixed((int) Syscall.check(peer, "open", "terminal")));
            } catch (final RuntimeException e) {
                Fd.close(master);
                throw e;
            }
        }
    }

    @Override
    public void close() {
        Fd.close(fd);
    }
}
