package dev.tailrace.runtime.net;

import dev.tailrace.netstack.wire.IpAddress;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The sockets of a network namespace by their ends, from `/proc/PID/net/tcp` and its like (proc(5)).
final class ProcSockets {
    private static final List<String> FILES = List.of("tcp", "tcp6", "udp", "udp6", "icmp", "icmp6");
    private static final int LOCAL = 1;
    private static final int REMOTE = 2;
    private static final int INODE = 9;
    private static final int IPV4_DIGITS = 8;
    private static final String NOBODY = "*";

    private final Map<String, Long> inodes = new HashMap<>();

    /// Reads what there is; a kernel without IPv6 has fewer files.
    static ProcSockets read(final Path directory) throws IOException {
        final ProcSockets sockets = new ProcSockets();
        for (final String file : FILES) {
            final Path path = directory.resolve(file);
            if (Files.exists(path)) {
                sockets.add(file.replace("6", ""), Files.readAllLines(path));
            }
        }
        return sockets;
    }

    /// The inode of the socket that a flow ends in, or null: the connected one, else one bound to the address, else one
    /// bound to the port.
    @Nullable
    Long inode(final String kind, final String guest, final int guestPort, final String peer, final int peerPort) {
        final Long connected = inodes.get(key(kind, guest, guestPort, peer, peerPort));
        if (connected != null) {
            return connected;
        }
        final Long bound = inodes.get(key(kind, guest, guestPort, NOBODY, 0));
        return bound != null ? bound : inodes.get(key(kind, NOBODY, guestPort, NOBODY, 0));
    }

    private void add(final String kind, final List<String> lines) {
        for (final String line : lines) {
            final String[] words = line.strip().split("\\s+");
            if (words.length <= INODE || words[LOCAL].indexOf(':') < 0 || words[REMOTE].indexOf(':') < 0) {
                continue;
            }
            final long inode = Long.parseLong(words[INODE]);
            if (inode != 0) {
                inodes.putIfAbsent(
                        key(
                                kind,
                                address(words[LOCAL]),
                                port(words[LOCAL]),
                                address(words[REMOTE]),
                                port(words[REMOTE])),
                        inode);
            }
        }
    }

    private static String key(
            final String kind, final String local, final int localPort, final String remote, final int remotePort) {
        return kind + ' ' + local + ' ' + localPort + ' ' + remote + ' ' + remotePort;
    }

    private static int port(final String end) {
        return Integer.parseInt(end.substring(end.indexOf(':') + 1), 16);
    }

    /// The kernel writes an address as 32-bit words in its own order.
    private static String address(final String end) {
        final String digits = end.substring(0, end.indexOf(':'));
        if (digits.length() == IPV4_DIGITS) {
            final int address = word(digits, 0);
            return address == 0 ? NOBODY : IpAddress.formatIpv4(address);
        }
        final long hi = (long) word(digits, 0) << Integer.SIZE | word(digits, 1) & 0xffff_ffffL;
        final long lo = (long) word(digits, 2) << Integer.SIZE | word(digits, 3) & 0xffff_ffffL;
        return hi == 0 && lo == 0 ? NOBODY : IpAddress.format(hi, lo);
    }

    private static int word(final String digits, final int index) {
        final int start = index * IPV4_DIGITS;
        final int raw = Integer.parseUnsignedInt(digits.substring(start, start + IPV4_DIGITS), 16);
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? Integer.reverseBytes(raw) : raw;
    }
}
