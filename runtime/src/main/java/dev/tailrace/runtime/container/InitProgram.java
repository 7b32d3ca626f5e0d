package dev.tailrace.runtime.container;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.InitCode;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;

/// Our process 1 (`--init`) as a file in memory that nobody can change any more, not even a container that finds it
/// under /proc/1/exe (CVE-2019-5736).
final class InitProgram {
    /// What `ps` shows, before the program and its arguments.
    static final String TITLE = "/sbin/tailrace-init";

    private static final int MFD_CLOEXEC_ALLOW_SEALING = 1 | 2;

    /// Since Linux 6.3, where it may be the default that such a file cannot be executed.
    private static final int MFD_EXEC = 0x10;

    private static final int F_ADD_SEALS = 1033;

    /// F_SEAL_SEAL, SHRINK, GROW and WRITE (linux/fcntl.h).
    private static final int ALL_SEALS = 1 | 2 | 4 | 8;

    private InitProgram() {}

    /// A descriptor of the file; it stays open for good.
    static int fd() {
        return Holder.FD;
    }

    /// Made for the first container that asks for it.
    private static final class Holder {
        private static final int FD = make();
    }

    private static int make() {
        final byte[] file = InitCode.elf();
        try (Memory memory = Memory.region(file.length + TITLE.length() + Long.BYTES)) {
            final long name = memory.cString("tailrace-init");
            long result = Syscall.call(SyscallNumber.MEMFD_CREATE, name, MFD_CLOEXEC_ALLOW_SEALING | MFD_EXEC);
            if (result == -Errno.EINVAL) {
                result = Syscall.call(SyscallNumber.MEMFD_CREATE, name, MFD_CLOEXEC_ALLOW_SEALING);
            }
            final int fd = StandardStreams.aboveFixed((int) Syscall.check(result, "memfd_create", ""));
            final long bytes = memory.allocate(file.length);
            memory.buffer().putBytes(memory.offset(bytes), file);
            if (Fd.write(fd, bytes, file.length) != file.length) {
                throw new IllegalStateException("a file in memory takes no " + file.length + " bytes");
            }
            Fd.fcntl(fd, F_ADD_SEALS, ALL_SEALS);
            return fd;
        }
    }
}
