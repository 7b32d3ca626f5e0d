package dev.tailrace.tapio.slirp;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;

/// Asks the kernel.
final class LinuxHostProbe implements HostProbe {
    private static final int AT_FDCWD = -100;
    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM = 2;

    /// `SIOCGIFADDR` (linux/sockios.h) answers in a `struct ifreq`: 16 bytes of name, then a `sockaddr_in`.
    private static final int SIOCGIFADDR = 0x8915;

    private static final int IFREQ_LENGTH = 40;
    private static final int NAME_LENGTH = 15;
    private static final int ADDRESS_OFFSET = 20;

    @Override
    public int access(final String path) {
        try (Memory memory = Memory.region(path.length() * 3 + 1)) {
            final long result = Syscall.call(SyscallNumber.FACCESSAT, AT_FDCWD, memory.cString(path), 0);
            return Syscall.isError(result) ? (int) -result : 0;
        }
    }

    @Override
    public int interfaceAddress(final String name) {
        if (name.isEmpty() || name.length() > NAME_LENGTH) {
            return 0;
        }
        final int socket = (int)
                Syscall.check(Syscall.call(SyscallNumber.SOCKET, AF_INET, SOCK_DGRAM | Fd.O_CLOEXEC, 0), "socket", "");
        try (Memory memory = Memory.region(IFREQ_LENGTH + 3 * NAME_LENGTH)) {
            final long ifreq = memory.cString(name);
            final long result = Syscall.call(SyscallNumber.IOCTL, socket, SIOCGIFADDR, ifreq);
            if (result == -Errno.ENODEV || result == -Errno.EADDRNOTAVAIL) {
                return 0;
            }
            Syscall.check(result, "ioctl(SIOCGIFADDR)", name);
            return memory.buffer().getInt(ADDRESS_OFFSET, java.nio.ByteOrder.BIG_ENDIAN);
        } finally {
            Fd.close(socket);
        }
    }
}
