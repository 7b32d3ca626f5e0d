package dev.tailrace.tapio.epoll;

import dev.tailrace.netstack.host.HostResolver;
import dev.tailrace.netstack.ip.Ipv6Network;
import dev.tailrace.netstack.wire.IpLiteral;
import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import org.jspecify.annotations.Nullable;

/// The first name server of each family in a resolv.conf(5). Whether the file is still the same is looked up at most
/// once a second.
///
/// A link-local name server (`nameserver fe80::1%eth0`) is passed over: its address means something only together with
/// an interface of the host, and the stack's addresses have none.
public final class FileHostResolver implements HostResolver, AutoCloseable {
    /// Where the system's resolver configuration is.
    public static final String SYSTEM_PATH = "/etc/resolv.conf";

    private static final long LOOK_AGAIN_NS = 1_000_000_000L;
    private static final int AT_FDCWD = -100;

    /// struct stat (asm/stat.h); these fields are at the same place on x86-64 and aarch64.
    private static final int STAT_LENGTH = 144;

    private static final int DEVICE_OFFSET = 0;
    private static final int INODE_OFFSET = 8;
    private static final int SIZE_OFFSET = 48;
    private static final int MODIFIED_SECONDS_OFFSET = 88;
    private static final int MODIFIED_NANOS_OFFSET = 96;

    /// A longer file is read up to here.
    private static final int MOST_BYTES = 16 * 1024;

    private static final int MOST_PATH_BYTES = 4096;
    private static final byte[] KEYWORD = {'n', 'a', 'm', 'e', 's', 'e', 'r', 'v', 'e', 'r'};

    private final Memory memory = Memory.region(STAT_LENGTH + MOST_PATH_BYTES + MOST_BYTES);
    private final long stat = memory.allocate(STAT_LENGTH);
    private final long path;
    private final long content;
    private boolean looked;
    private long lookedNs;
    private boolean known;
    private long device;
    private long inode;
    private long size;
    private long modifiedSeconds;
    private long modifiedNanos;
    private @Nullable IpLiteral ipv4;
    private @Nullable IpLiteral ipv6;
    private long addressHi;
    private long addressLo;

    /// @param file the configuration, usually [#SYSTEM_PATH]
    public FileHostResolver(final String file) {
        path = memory.cString(file);
        content = memory.allocate(MOST_BYTES);
    }

    @Override
    public boolean refresh(final boolean preferIpv6, final long nowNs) {
        if (!looked || nowNs - lookedNs >= LOOK_AGAIN_NS) {
            looked = true;
            lookedNs = nowNs;
            look();
        }
        final IpLiteral wanted = preferIpv6 ? ipv6 : ipv4;
        final IpLiteral other = preferIpv6 ? ipv4 : ipv6;
        final IpLiteral chosen = wanted != null ? wanted : other;
        if (chosen == null) {
            return false;
        }
        addressHi = chosen.hi();
        addressLo = chosen.lo();
        return true;
    }

    @Override
    public long addressHi() {
        return addressHi;
    }

    @Override
    public long addressLo() {
        return addressLo;
    }

    @Override
    public void close() {
        memory.close();
    }

    private void look() {
        if (Syscall.call(SyscallNumber.NEWFSTATAT, AT_FDCWD, path, stat, 0) < 0) {
            known = false;
            forget();
        } else if (isChanged()) {
            forget();
            read();
        }
    }

    private void forget() {
        ipv4 = null;
        ipv6 = null;
    }

    private boolean isChanged() {
        final long newDevice = field(DEVICE_OFFSET);
        final long newInode = field(INODE_OFFSET);
        final long newSize = field(SIZE_OFFSET);
        final long newSeconds = field(MODIFIED_SECONDS_OFFSET);
        final long newNanos = field(MODIFIED_NANOS_OFFSET);
        if (known
                && newDevice == device
                && newInode == inode
                && newSize == size
                && newSeconds == modifiedSeconds
                && newNanos == modifiedNanos) {
            return false;
        }
        device = newDevice;
        inode = newInode;
        size = newSize;
        modifiedSeconds = newSeconds;
        modifiedNanos = newNanos;
        known = true;
        return true;
    }

    private long field(final int offset) {
        return memory.buffer().getLong(memory.offset(stat) + offset);
    }

    private void read() {
        final int flags = Fd.O_RDONLY | Fd.O_CLOEXEC;
        final int fd = (int) Syscall.call(SyscallNumber.OPENAT, AT_FDCWD, path, flags, 0);
        if (fd < 0) {
            // EMFILE passes: read again when asked again.
            known = fd != -Errno.EMFILE && fd != -Errno.ENFILE;
            return;
        }
        int length = 0;
        long got;
        do {
            got = Fd.read(fd, content + length, MOST_BYTES - length);
            length += (int) Math.max(got, 0);
        } while (got > 0 && length < MOST_BYTES);
        Fd.close(fd);
        parse(length);
    }

    /// Looks for the first line "nameserver ADDRESS" of each family.
    private void parse(final int length) {
        final int start = memory.offset(content);
        final int end = start + length;
        int line = start;
        while (line < end) {
            int lineEnd = line;
            while (lineEnd < end && memory.buffer().getByte(lineEnd) != '\n') {
                lineEnd++;
            }
            final IpLiteral parsed = parseLine(line, lineEnd);
            if (parsed != null && parsed.isIpv4()) {
                ipv4 = ipv4 == null ? parsed : ipv4;
            } else if (parsed != null && !Ipv6Network.isLinkLocal(parsed.hi())) {
                ipv6 = ipv6 == null ? parsed : ipv6;
            }
            line = lineEnd + 1;
        }
    }

    private @Nullable IpLiteral parseLine(final int from, final int to) {
        int index = from;
        for (final byte expected : KEYWORD) {
            if (index == to || memory.buffer().getByte(index++) != expected) {
                return null;
            }
        }
        final int afterKeyword = index;
        while (index < to && isBlank(memory.buffer().getByte(index))) {
            index++;
        }
        int wordEnd = index;
        while (wordEnd < to && !isBlank(memory.buffer().getByte(wordEnd))) {
            wordEnd++;
        }
        if (index == afterKeyword) {
            return null;
        }
        return IpLiteral.parse(memory.buffer().getStringWithoutLengthAscii(index, wordEnd - index));
    }

    private static boolean isBlank(final byte character) {
        return character == ' ' || character == '\t' || character == '\r';
    }
}
