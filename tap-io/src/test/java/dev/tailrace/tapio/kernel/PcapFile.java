package dev.tailrace.tapio.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.wire.IpAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/// A capture in the pcap format with nanoseconds, of IPv4 over Ethernet.
final class PcapFile {
    private static final int FILE_HEADER_LENGTH = 24;
    private static final int RECORD_HEADER_LENGTH = 16;
    private static final int ETHERNET_LENGTH = 14;

    /// Of IPv4 and TCP, without options.
    private static final int HEADERS_LENGTH = 40;

    private static final long NS_PER_S = 1_000_000_000L;

    private final ByteBuffer bytes;

    PcapFile(final Path file) throws IOException {
        bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        assertEquals(0xa1b23c4d, ours(0));
    }

    /// Walks it: it must hold whole records and nothing else, none earlier than the one before it.
    ///
    /// @return how many there are
    int records() {
        int records = 0;
        long before = 0;
        int at = FILE_HEADER_LENGTH;
        while (at < bytes.limit()) {
            final int end = at + RECORD_HEADER_LENGTH + ours(at + 8);
            assertTrue(end <= bytes.limit(), "cut record at " + at);
            final long timeNs = ours(at) * NS_PER_S + ours(at + 4);
            assertTrue(timeNs >= before, "record at " + at + " is earlier than the one before it");
            before = timeNs;
            at = end;
            records++;
        }
        return records;
    }

    /// Payload of TCP to a port, and all other. What is sent twice counts twice.
    long[] tcpPayload(final int port) {
        final long[] payload = new long[2];
        for (int at = FILE_HEADER_LENGTH; at < bytes.limit(); at += RECORD_HEADER_LENGTH + ours(at + 8)) {
            bytes.order(ByteOrder.BIG_ENDIAN);
            final int ip = at + RECORD_HEADER_LENGTH + ETHERNET_LENGTH;
            final int ipHeader = (bytes.get(ip) & 0xf) * 4;
            final int tcp = ip + ipHeader;
            final int length = (bytes.getShort(ip + 2) & 0xffff) - ipHeader - (bytes.get(tcp + 12) >> 4 & 0xf) * 4;
            payload[(bytes.getShort(tcp + 2) & 0xffff) == port ? 0 : 1] += length;
        }
        return payload;
    }

    /// How many packets of a source are in it more than once: the same headers, with one identification.
    int repeatedFrom(final String source) {
        final Set<ByteBuffer> seen = new HashSet<>();
        int repeated = 0;
        for (int at = FILE_HEADER_LENGTH; at < bytes.limit(); at += RECORD_HEADER_LENGTH + ours(at + 8)) {
            final int ip = at + RECORD_HEADER_LENGTH + ETHERNET_LENGTH;
            final int from = bytes.order(ByteOrder.BIG_ENDIAN).getInt(ip + 12);
            if (from == (int) IpAddress.parseIpv4(source) && !seen.add(bytes.slice(ip, HEADERS_LENGTH))) {
                repeated++;
            }
        }
        return repeated;
    }

    /// A number of the writer's machine, which is this one.
    private int ours(final int at) {
        return bytes.order(ByteOrder.nativeOrder()).getInt(at);
    }
}
