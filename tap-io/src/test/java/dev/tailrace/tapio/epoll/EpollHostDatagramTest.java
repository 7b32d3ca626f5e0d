package dev.tailrace.tapio.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.tailrace.netstack.host.HostDatagram;
import dev.tailrace.netstack.host.HostDatagramListener;
import dev.tailrace.netstack.host.HostException;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.tapio.linux.Errno;
import java.lang.management.ManagementFactory;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EpollHostDatagramTest {
    private static final int TTL = 64;
    private static final int ANY_COOKIE = 0;
    private static final int NETWORK_UNREACHABLE_ADDRESS = 0x7fffffff;
    private static final long LINK_LOCAL_HI = 0xfe80_0000_0000_0000L;
    private static final long DOCUMENTATION_HI = 0x2001_0db8_0000_0000L;

    private final HostSocketsFixture host = new HostSocketsFixture();

    @AfterEach
    void close() {
        host.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldCarryDatagramsOfEveryLengthBothWays(final boolean ipv6) {
        assumeFamily(ipv6);
        final Socket server = bound(host, ipv6);
        final Socket client = unbound(host, ipv6);
        for (final int length : new int[] {0, 1, 512, 1472, 1473, 9000, 65_507}) {
            for (int i = 0; i < length; i++) {
                host.buffer.putByte(i, (byte) (i * 7 + length));
            }
            client.send(length, 0, server.port(), TTL, ANY_COOKIE);
            host.sockets.flushDatagrams();
            server.receiveOne();
            server.assertLast(length, 0);
            host.buffer.putBytes(0, server.lastPayload, 0, length);
            server.send(length, 0, server.lastPort, TTL, ANY_COOKIE);
            host.sockets.flushDatagrams();
            client.receiveOne();
            client.assertLast(length, 0);
            assertEquals(server.port(), client.lastPort);
        }
        assertTrue(client.failures.isEmpty() && server.failures.isEmpty());
    }

    @Test
    void shouldTellFailedMessageAndSendTheOthers() {
        final Socket server = bound();
        final Socket client = unbound();
        client.send(10, 0, server.port(), TTL, 1);
        client.send(65_508, 0, server.port(), TTL, 2);
        client.sendTo(NETWORK_UNREACHABLE_ADDRESS, 10, 9, 3);
        client.send(20, 0, server.port(), TTL, 4);
        assertTrue(client.failures.isEmpty(), "told by flush only");
        host.sockets.flushDatagrams();
        assertEquals(List.of(Errno.EMSGSIZE + ":2", Errno.EACCES + ":3"), client.failures);
        host.await("two datagrams", () -> server.receiveAll() == 2);
        assertEquals(20, server.lastLength);
    }

    @Test
    void shouldTellFailuresOfEarlierSocketsAtFlush() {
        final Socket server = bound();
        final Socket first = unbound();
        final Socket second = unbound();
        final Socket closed = unbound();
        first.send(65_508, 0, server.port(), TTL, 1);
        second.send(65_508, 0, server.port(), TTL, 2);
        closed.send(65_508, 0, server.port(), TTL, 3);
        closed.send(5, 0, server.port(), TTL, 4);
        closed.datagram.close();
        closed.datagram.close();
        host.sockets.flushDatagrams();
        assertEquals(List.of(Errno.EMSGSIZE + ":1"), first.failures);
        assertEquals(List.of(Errno.EMSGSIZE + ":2"), second.failures);
        assertTrue(closed.failures.isEmpty());
        server.receiveOne();
        assertEquals(5, server.lastLength, "what was taken before close is sent");
    }

    @Test
    void shouldSendMoreThanOneBatch() {
        final Socket server = bound();
        final Socket client = unbound();
        for (int i = 0; i < 200; i++) {
            client.send(i, 0, server.port(), TTL, i);
        }
        host.sockets.flushDatagrams();
        final int[] got = new int[1];
        host.await("200 datagrams", () -> (got[0] += server.receiveAll()) == 200);
        assertTrue(client.failures.isEmpty());
        assertEquals(200 * 199 / 2, server.bytes);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldSegmentAndCoalesce(final boolean ipv6) {
        assumeFamily(ipv6);
        final Socket server = bound(host, ipv6);
        final Socket client = unbound(host, ipv6);
        final int segment = 1400;
        final int length = 10 * segment + 100;
        for (int i = 0; i < length; i++) {
            host.buffer.putByte(i, (byte) (i * 7 + length));
        }
        client.send(length, segment, server.port(), TTL, ANY_COOKIE);
        host.sockets.flushDatagrams();
        server.receiveOne();
        server.assertLast(length, segment);
        assertEquals(0, host.counters.get(Counter.HOST_SEGMENTATION_REFUSED));
        // No more than one segment is an ordinary datagram.
        client.send(segment, segment, server.port(), TTL, ANY_COOKIE);
        host.sockets.flushDatagrams();
        server.receiveOne();
        assertEquals(segment, server.lastLength);
        assertEquals(0, server.lastSegment);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldSplitMoreSegmentsThanTheKernelTakes(final boolean ipv6) {
        assumeFamily(ipv6);
        final Socket server = bound(host, ipv6);
        final Socket client = unbound(host, ipv6);
        client.send(200 * 10, 10, server.port(), TTL, ANY_COOKIE);
        host.sockets.flushDatagrams();
        host.await("2000 bytes", () -> {
            server.receiveAll();
            return server.bytes == 2000;
        });
        assertTrue(client.failures.isEmpty());
        assertEquals(0, host.counters.get(Counter.HOST_SEGMENTATION_REFUSED));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldSendOneByOneWhatTheKernelDoesNotSegment(final boolean ipv6) throws Exception {
        assumeFamily(ipv6);
        // A segment must fit the path's MTU, where a datagram may be fragmented.
        PrivateNetwork.run(1500, () -> {
            try (HostSocketsFixture host = new HostSocketsFixture()) {
                final Socket server = bound(host, ipv6);
                final Socket client = unbound(host, ipv6);
                client.send(1, 0, server.port(), TTL, 4);
                client.send(4100, 2000, server.port(), TTL - 1, 5);
                client.send(7, 0, server.port(), TTL, 6);
                host.sockets.flushDatagrams();
                host.await("all datagrams", () -> {
                    server.receiveAll();
                    return server.bytes == 1 + 4100 + 7;
                });
                assertEquals(5, server.count);
                assertEquals(1, host.counters.get(Counter.HOST_SEGMENTATION_REFUSED));
                assertEquals(0, host.counters.get(Counter.DROP_HOST_SEGMENT));
                assertTrue(client.failures.isEmpty());
            }
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldTellPortUnreachableWithoutSpinningOrLosingTheNextSend(final boolean ipv6) {
        assumeFamily(ipv6);
        final Socket gone = bound(host, ipv6);
        final int port = gone.port();
        gone.datagram.close();
        final Socket server = bound(host, ipv6);
        final Socket client = unbound(host, ipv6);
        client.send(10, 0, port, TTL, 1);
        host.sockets.flushDatagrams();
        host.await("the ICMP error", () -> !client.errors.isEmpty());
        assertEquals(
                List.of(
                        ipv6
                                ? "1/4 mtu 0 to ::1:" + port + " from ::1"
                                : "3/3 mtu 0 to 127.0.0.1:" + port + " from 127.0.0.1"),
                client.errors);
        for (int i = 0; i < 5; i++) {
            assertEquals(0, host.loop.run(0), "reported once");
        }
        // The error is pending on the socket when the next send comes in the same turn.
        client.send(10, 0, port, TTL, 2);
        host.sockets.flushDatagrams();
        client.send(11, 0, server.port(), TTL, 3);
        host.sockets.flushDatagrams();
        client.send(12, 0, server.port(), TTL, 4);
        host.sockets.flushDatagrams();
        host.await("both datagrams", () -> {
            server.receiveAll();
            return server.bytes == 23;
        });
        assertTrue(client.failures.isEmpty(), () -> "failed: " + client.failures);
        host.await("the second ICMP error", () -> client.errors.size() == 2);
        client.send(13, 0, server.port(), TTL, 5);
        host.sockets.flushDatagrams();
        host.await("the last datagram", () -> {
            server.receiveAll();
            return server.bytes == 36;
        });
    }

    /// Datagrams that are gathered on the way out or side by side on the way in stay the datagrams that they were.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldKeepDatagramsApartHoweverTheyAreGathered(final long seed) throws Exception {
        final SplittableRandom random = new SplittableRandom(seed);
        final Socket[] clients = {unbound(), unbound()};
        final Socket server = bound();
        final List<String> sent = new ArrayList<>();
        final int[] lengths = {0, 1, 64, 512, 1400, 1400, 1400, 2048, 2049, 9000};
        try (DatagramSocket plain = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            plain.setSoTimeout(20_000);
            final List<String> toPlain = new ArrayList<>();
            for (int round = 0; round < 40; round++) {
                int at = 0;
                int length = lengths[random.nextInt(lengths.length)];
                for (int index = 0; index < 1 + random.nextInt(12); index++) {
                    length = random.nextInt(4) == 0 ? lengths[random.nextInt(lengths.length)] : length;
                    final byte[] payload = new byte[length];
                    random.nextBytes(payload);
                    host.buffer.putBytes(at, payload);
                    final boolean isPlain = random.nextInt(4) == 0;
                    final Socket client = clients[random.nextInt(8) == 0 ? 1 : 0];
                    final int port = isPlain ? plain.getLocalPort() : server.port();
                    final int ttl = random.nextInt(10) == 0 ? TTL + 1 : TTL;
                    client.datagram.send(
                            host.buffer, at, length, 0, IpAddress.IPV4_HI, client.loopbackLo, port, ttl, ANY_COOKIE);
                    (isPlain ? toPlain : sent).add(length + " " + Arrays.hashCode(payload));
                    at += length;
                }
                host.sockets.flushDatagrams();
                host.await("datagrams of round " + round, () -> {
                    server.receiveAll();
                    return server.datagrams.size() >= sent.size();
                });
                final DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
                for (final String expected : toPlain) {
                    plain.receive(packet);
                    final byte[] payload = Arrays.copyOf(packet.getData(), packet.getLength());
                    assertEquals(expected, payload.length + " " + Arrays.hashCode(payload), "seed " + seed);
                }
                toPlain.clear();
            }
        }
        assertEquals(sent, server.datagrams, "seed " + seed);
        assertTrue(server.count < sent.size(), "nothing was gathered");
    }

    @Test
    void shouldReceiveUpToLimitAndGoOn() {
        final Socket server = bound();
        final Socket client = unbound();
        for (int i = 0; i < 70; i++) {
            // Each longer than the one before, so that they are not gathered.
            client.send(i + 1, 0, server.port(), TTL, i);
        }
        host.sockets.flushDatagrams();
        host.await("readable", () -> server.readable > 0);
        assertEquals(40, server.datagram.receive(40));
        assertEquals(30, server.datagram.receive(40));
        assertEquals(0, server.datagram.receive(40));
    }

    @Test
    void shouldTellNothingAfterCloseInsideReceipt() {
        final Socket server = bound();
        final Socket client = unbound();
        server.closeOnReceipt = true;
        for (int i = 0; i < 10; i++) {
            client.send(1, 0, server.port(), TTL, i);
        }
        host.sockets.flushDatagrams();
        host.await("readable", () -> server.readable > 0);
        server.datagram.receive(100);
        assertEquals(1, server.count);
        assertEquals(0, server.datagram.receive(100));
    }

    @Test
    void shouldSayWhereBindingFailed() {
        final Socket server = bound();
        final HostException e = assertThrows(
                HostException.class,
                () -> host.sockets.datagramBoundTo(
                        IpAddress.IPV4_HI, HostSocketsFixture.LOOPBACK_LO, server.port(), server));
        assertEquals("bind 127.0.0.1:" + server.port() + ": EADDRINUSE", e.getMessage());
    }

    @Test
    void shouldSendFromOutboundAddressExceptToLoopback() {
        try (HostSocketsFixture other = new HostSocketsFixture(new EpollHostConfig(0xc6336401, 0, 0))) {
            final Socket server = bound(other, false);
            final Socket client = unbound(other, false);
            client.send(1, 0, server.port(), TTL, 1);
            other.sockets.flushDatagrams();
            assertTrue(client.failures.isEmpty());
            // 198.51.100.1 is not an address of ours: the kernel refuses to send from it.
            client.sendTo(0xcb007101, 1, 9, 2);
            other.sockets.flushDatagrams();
            assertEquals(1, client.failures.size(), "sent from another address");
            assertTrue(client.failures.getFirst().endsWith(":2"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldAllocateNothingPerDatagram(final boolean ipv6) {
        assumeFamily(ipv6);
        final Socket server = bound(host, ipv6);
        final Socket client = unbound(host, ipv6);
        server.keepText = false;
        final int port = server.port();
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytes = 1;
        for (int round = 0; round < 20 && bytes != 0; round++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 2_000; i++) {
                client.send(100, 0, port, TTL, 1);
                client.send(3000, 1000, port, TTL - 1, 2);
                host.sockets.flushDatagrams();
                host.loop.run(1_000_000_000);
                server.datagram.receive(32);
            }
            bytes = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertEquals(0, bytes, "bytes in 4,000 messages");
        assertTrue(server.count >= 4_000);
    }

    @Test
    void shouldSendBothFamiliesInOneFlushAndRefuseTheOther() {
        HostSocketsFixture.assumeIpv6();
        final Socket server = bound();
        final Socket server6 = bound(host, true);
        final Socket client = unbound();
        final Socket client6 = unbound(host, true);
        for (int i = 1; i <= 40; i++) {
            client.send(i, 0, server.port(), TTL, i);
            client6.send(2 * i, 0, server6.port(), TTL - 1, i);
        }
        client6.sendTo(HostSocketsFixture.LOOPBACK, 1, server.port(), 50);
        client.datagram.send(host.buffer, 0, 1, 0, 0, HostSocketsFixture.LOOPBACK6_LO, server6.port(), TTL, 51);
        host.sockets.flushDatagrams();
        host.await("all datagrams", () -> {
            server.receiveAll();
            server6.receiveAll();
            return server.bytes == 820 && server6.bytes == 1640;
        });
        assertEquals(List.of(Errno.EAFNOSUPPORT + ":50"), client6.failures);
        assertEquals(List.of(Errno.EAFNOSUPPORT + ":51"), client.failures);
    }

    @Test
    void shouldAnswerLinkLocalClientOnItsInterface() throws Exception {
        HostSocketsFixture.assumeIpv6();
        PrivateNetwork.run(1500, () -> {
            PrivateNetwork.setting("ipv6/conf/lo/accept_dad", "0");
            PrivateNetwork.command("ip", "addr", "add", "fe80::7/64", "dev", "lo");
            try (HostSocketsFixture host = new HostSocketsFixture();
                    DatagramChannel client = DatagramChannel.open(StandardProtocolFamily.INET6)) {
                final Socket server = new Socket(host, true);
                server.datagram = host.sockets.datagramBoundTo(0, 0, 0, server);
                server.datagram.send(host.buffer, 0, 1, 0, LINK_LOCAL_HI, 7, 9, TTL, 1);
                host.sockets.flushDatagrams();
                assertEquals(List.of(Errno.EINVAL + ":1"), server.failures, "the interface is not known");
                client.bind(new InetSocketAddress(InetAddress.getByName("fe80::7%1"), 0));
                client.send(
                        ByteBuffer.allocate(3),
                        new InetSocketAddress(InetAddress.getByName("fe80::7%1"), server.port()));
                server.receiveOne();
                assertEquals("fe80::7", server.lastAddress);
                server.datagram.send(host.buffer, 0, 5, 0, LINK_LOCAL_HI, 7, server.lastPort, TTL, 2);
                host.sockets.flushDatagrams();
                final ByteBuffer answer = ByteBuffer.allocate(10);
                client.receive(answer);
                assertEquals(5, answer.position());
                assertEquals(1, server.failures.size());
            }
        });
    }

    @Test
    void shouldTellWhatTheHostFindsTooBigAsPacketTooBig() throws Exception {
        HostSocketsFixture.assumeIpv6();
        PrivateNetwork.run(1500, () -> {
            try (HostSocketsFixture host = new HostSocketsFixture()) {
                final Socket client = unbound(host, true);
                // Longer than any IPv6 packet: our own kernel refuses it, with the MTU of the path.
                client.send(65_530, 0, 9, TTL, 1);
                host.sockets.flushDatagrams();
                assertEquals(List.of(Errno.EMSGSIZE + ":1"), client.failures);
                host.await("the error", () -> !client.errors.isEmpty());
                assertEquals("2/0 mtu 1500 to ::1:9 from ::", client.errors.getFirst());
            }
        });
    }

    @Test
    void shouldSendFromOutboundIpv6AddressExceptToLoopback() {
        HostSocketsFixture.assumeIpv6();
        final EpollHostConfig config = new EpollHostConfig(0, DOCUMENTATION_HI, 1);
        try (HostSocketsFixture other = new HostSocketsFixture(config)) {
            final Socket server = bound(other, true);
            final Socket client = unbound(other, true);
            client.send(1, 0, server.port(), TTL, 1);
            other.sockets.flushDatagrams();
            assertTrue(client.failures.isEmpty());
            // 2001:db8::1 is not an address of ours: the kernel refuses to send from it.
            client.datagram.send(other.buffer, 0, 1, 0, DOCUMENTATION_HI, 2, 9, TTL, 2);
            other.sockets.flushDatagrams();
            assertEquals(1, client.failures.size(), "sent from another address");
            assertTrue(client.failures.getFirst().endsWith(":2"));
        }
    }

    private static void assumeFamily(final boolean ipv6) {
        if (ipv6) {
            HostSocketsFixture.assumeIpv6();
        }
    }

    private Socket bound() {
        return bound(host, false);
    }

    private Socket unbound() {
        return unbound(host, false);
    }

    private static Socket bound(final HostSocketsFixture host, final boolean ipv6) {
        final Socket socket = new Socket(host, ipv6);
        socket.datagram = host.sockets.datagramBoundTo(IpAddress.IPV4_HI, socket.loopbackLo, 0, socket);
        return socket;
    }

    private static Socket unbound(final HostSocketsFixture host, final boolean ipv6) {
        final Socket socket = new Socket(host, ipv6);
        final HostDatagram datagram = host.sockets.datagram(ipv6, socket);
        assertNotNull(datagram);
        socket.datagram = datagram;
        return socket;
    }

    private static final class Socket implements HostDatagramListener {
        private final HostSocketsFixture host;
        private final long loopbackLo;
        HostDatagram datagram;
        final List<String> failures = new ArrayList<>();
        final List<String> datagrams = new ArrayList<>();
        final List<String> errors = new ArrayList<>();
        boolean keepText = true;
        boolean closeOnReceipt;
        byte[] lastPayload = new byte[0];
        int lastLength;
        int lastSegment;
        int lastPort;
        String lastAddress = "";
        int readable;
        int count;
        long bytes;

        Socket(final HostSocketsFixture host, final boolean ipv6) {
            this.host = host;
            this.loopbackLo = ipv6 ? HostSocketsFixture.LOOPBACK6_LO : HostSocketsFixture.LOOPBACK_LO;
        }

        int port() {
            return datagram.localPort();
        }

        void send(final int length, final int segment, final int port, final int ttl, final int cookie) {
            datagram.send(host.buffer, 0, length, segment, IpAddress.IPV4_HI, loopbackLo, port, ttl, cookie);
        }

        void sendTo(final int address, final int length, final int port, final int cookie) {
            datagram.send(host.buffer, 0, length, 0, IpAddress.IPV4_HI, IpAddress.ipv4Lo(address), port, TTL, cookie);
        }

        int receiveAll() {
            return datagram.receive(1000);
        }

        void receiveOne() {
            host.await("a datagram", () -> datagram.receive(1) == 1);
        }

        void assertLast(final int length, final int segment) {
            assertEquals(length, lastLength);
            assertEquals(segment, lastSegment);
            for (int i = 0; i < length; i++) {
                if (lastPayload[i] != (byte) (i * 7 + length)) {
                    throw new AssertionError("byte " + i + " of " + length);
                }
            }
        }

        @Override
        public void onReadable() {
            readable++;
        }

        @Override
        public void onDatagram(
                final DirectBuffer buffer,
                final int offset,
                final int length,
                final int segmentBytes,
                final long sourceHi,
                final long sourceLo,
                final int sourcePort) {
            count++;
            bytes += length;
            lastLength = length;
            lastSegment = segmentBytes;
            lastPort = sourcePort;
            if (keepText) {
                final int step = segmentBytes == 0 ? Math.max(length, 1) : segmentBytes;
                int at = 0;
                do {
                    final byte[] one = new byte[Math.min(step, length - at)];
                    buffer.getBytes(offset + at, one);
                    datagrams.add(one.length + " " + Arrays.hashCode(one));
                    at += step;
                } while (at < length);
                lastAddress = IpAddress.format(sourceHi, sourceLo);
                lastPayload = new byte[length];
                buffer.getBytes(offset, lastPayload);
            }
            if (closeOnReceipt) {
                datagram.close();
            }
        }

        @Override
        public void onSendFailed(final int errno, final int cookie) {
            failures.add(errno + ":" + cookie);
        }

        @Override
        public void onIcmpError(
                final int type,
                final int code,
                final int mtu,
                final long destinationHi,
                final long destinationLo,
                final int destinationPort,
                final long offenderHi,
                final long offenderLo) {
            errors.add(type + "/" + code + " mtu " + mtu + " to " + IpAddress.format(destinationHi, destinationLo) + ":"
                    + destinationPort + " from " + IpAddress.format(offenderHi, offenderLo));
        }
    }
}
