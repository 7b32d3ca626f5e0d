package dev.tailrace.tapio.slirp;

import dev.tailrace.netstack.wire.IpLiteral;
import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

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

    /// A line for each IPv6 address: 32 hexadecimal digits of it, then interface number, prefix length, scope, flags
    /// (linux/if_addr.h, IFA_F_*) in hexadecimal, and the interface's name (net/ipv6/addrconf.c of Linux).
    private static final String IPV6_ADDRESSES = "/proc/net/if_inet6";

    private static final int IPV6_ADDRESSES_LENGTH = 1 << 20;
    private static final int FIELDS = 6;
    private static final int SCOPE_FIELD = 3;
    private static final int FLAGS_FIELD = 4;
    private static final int NAME_FIELD = 5;
    private static final int HALF_DIGITS = 16;
    private static final int GLOBAL_SCOPE = 0;

    /// IFA_F_DADFAILED, IFA_F_DEPRECATED, IFA_F_TENTATIVE.
    private static final int NOT_TO_SEND_FROM = 0x08 | 0x20 | 0x40;

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

    @Override
    public @Nullable IpLiteral interfaceAddress6(final String name) {
        for (final String line : ipv6Addresses().split("\n")) {
            final String[] fields = line.strip().split(" +");
            if (fields.length == FIELDS
                    && fields[NAME_FIELD].equals(name)
                    && HexFormat.fromHexDigits(fields[SCOPE_FIELD]) == GLOBAL_SCOPE
                    && (HexFormat.fromHexDigits(fields[FLAGS_FIELD]) & NOT_TO_SEND_FROM) == 0) {
                return new IpLiteral(
                        HexFormat.fromHexDigitsToLong(fields[0], 0, HALF_DIGITS),
                        HexFormat.fromHexDigitsToLong(fields[0], HALF_DIGITS, 2 * HALF_DIGITS));
            }
        }
        return null;
    }

    /// The whole table; empty on a kernel without IPv6.
    private static String ipv6Addresses() {
        final int file;
        try {
            file = Fd.open(IPV6_ADDRESSES, Fd.O_RDONLY | Fd.O_CLOEXEC);
        } catch (final LinuxException e) {
            if (e.errno() == Errno.ENOENT) {
                return "";
            }
            throw e;
        }
        try (Memory memory = Memory.region(IPV6_ADDRESSES_LENGTH)) {
            int length = 0;
            long got;
            do {
                got = Syscall.check(
                        Fd.read(file, memory.address() + length, IPV6_ADDRESSES_LENGTH - length),
                        "read",
                        IPV6_ADDRESSES);
                length += (int) got;
            } while (got > 0);
            final byte[] bytes = new byte[length];
            memory.buffer().getBytes(0, bytes);
            return new String(bytes, StandardCharsets.US_ASCII);
        } finally {
            Fd.close(file);
        }
    }
}
