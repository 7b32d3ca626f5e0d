package dev.tailrace.tapio.epoll;

import static dev.tailrace.netstack.host.HostErrno.WOULD_BLOCK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.tailrace.netstack.host.HostException;
import dev.tailrace.netstack.host.HostStream;
import dev.tailrace.netstack.host.HostStreamListener;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.tapio.epoll.HostSocketsFixture.Peer;
import dev.tailrace.tapio.epoll.HostSocketsFixture.Server;
import dev.tailrace.tapio.linux.Errno;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EpollHostStreamTest {
    private final HostSocketsFixture host = new HostSocketsFixture();

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void shouldConnectAndTellBothEnds() {
        final Server server = host.listen();
        final Peer client = host.connect(server.port());
        assertNotNull(client.stream);
        assertEquals(0, client.connects, "not from inside connect");
        final Peer accepted = server.next();
        host.await("onConnect", () -> client.connects == 1);
        assertEquals(0, client.errno);
        assertEquals("127.0.0.1", accepted.address);
        assertTrue(accepted.port > 0);
        host.await("writable", () -> client.writable && accepted.writable);
        assertFalse(client.readable || accepted.readable || client.hangup || accepted.hangup);
        client.stream().close();
        accepted.stream().close();
    }

    @Test
    void shouldTellRefusedConnection() {
        final Server server = host.listen();
        final int port = server.port();
        server.listener.close();
        final Peer client = host.connect(port);
        assertEquals(0, client.connects);
        host.await("onConnect", () -> client.connects == 1);
        assertEquals(Errno.ECONNREFUSED, client.errno);
        host.settle();
        assertEquals(1, client.connects);
        assertEquals(0, client.calls);
        client.stream().close();
    }

    @Test
    void shouldTellFailureOfConnectCallLater() {
        // connect(2) to a broadcast address fails at once with EACCES; nothing is sent.
        final Peer client = host.connect(0x7fffffff, 9);
        assertNotNull(client.stream);
        assertEquals(0, client.connects);
        host.await("onConnect", () -> client.connects == 1);
        assertTrue(client.errno == Errno.EACCES || client.errno == Errno.ENETUNREACH, () -> "errno " + client.errno);
        host.settle();
        assertEquals(1, client.connects);
        client.stream().close();
    }

    @Test
    void shouldConnectAndTellBothEndsOverIpv6() {
        HostSocketsFixture.assumeIpv6();
        final Server server = host.listen(0, HostSocketsFixture.LOOPBACK6_LO, 0);
        final Peer client = host.connect(0, HostSocketsFixture.LOOPBACK6_LO, server.port());
        final Peer accepted = server.next();
        assertEquals("::1", accepted.address);
        assertTrue(accepted.port > 0);
        host.await("onConnect", () -> client.connects == 1);
        assertEquals(0, client.errno);
        assertEquals(5, client.stream().send(host.buffer, 0, 5));
        host.await("data", () -> accepted.readable);
        assertEquals(5, accepted.stream().receive(host.buffer, 0, 100));
        final int port = server.port();
        server.listener.close();
        final Peer refused = host.connect(0, HostSocketsFixture.LOOPBACK6_LO, port);
        host.await("refusal", () -> refused.connects == 1);
        assertEquals(Errno.ECONNREFUSED, refused.errno);
        client.stream().close();
        accepted.stream().close();
        refused.stream().close();
    }

    @Test
    void shouldKeepTheFamiliesApart() {
        HostSocketsFixture.assumeIpv6();
        final Server ipv6 = host.listen(0, 0, 0);
        final Server ipv4 = host.listen(IpAddress.IPV4_HI, IpAddress.ipv4Lo(0), ipv6.port());
        final Peer client = host.connect(HostSocketsFixture.LOOPBACK, ipv6.port());
        assertEquals("127.0.0.1", ipv4.next().address);
        final Peer client6 = host.connect(0, HostSocketsFixture.LOOPBACK6_LO, ipv6.port());
        assertEquals("::1", ipv6.next().address);
        client.stream().close();
        client6.stream().close();
    }

    @Test
    void shouldRefuseLinkLocalAddressesClearly() {
        HostSocketsFixture.assumeIpv6();
        final long linkLocal = 0xfe80_0000_0000_0000L;
        final HostException e = assertThrows(HostException.class, () -> host.listen(linkLocal, 7, 8080));
        assertEquals(
                "bind [fe80::7]:8080: EINVAL (a link-local address is one of an interface, which cannot be named here:"
                        + " bind [::])",
                e.getMessage());
        final Peer client = host.connect(linkLocal, 7, 8080);
        host.await("onConnect", () -> client.connects == 1);
        assertEquals(Errno.EINVAL, client.errno);
        client.stream().close();
    }

    @Test
    void shouldConnectFromOutboundIpv6AddressExceptToLoopback() {
        HostSocketsFixture.assumeIpv6();
        // 2001:db8::1 is not ours: binding to it fails, so nothing is sent either.
        final EpollHostConfig config = new EpollHostConfig(0, 0x2001_0db8_0000_0000L, 1);
        try (HostSocketsFixture other = new HostSocketsFixture(config)) {
            final Server server = other.listen(0, HostSocketsFixture.LOOPBACK6_LO, 0);
            final Peer client = other.connect(0, HostSocketsFixture.LOOPBACK6_LO, server.port());
            assertEquals("::1", server.next().address);
            client.stream().close();
            assertNull(other.connect(0x2001_0db8_0000_0000L, 2, 80).stream);
            assertEquals(Errno.EADDRNOTAVAIL, other.sockets.lastErrno());
        }
    }

    @Test
    void shouldConnectFromOutboundAddressExceptToLoopback() {
        // 127.0.0.2 stands for an outbound address; a destination in 127.0.0.0/8 must not use it.
        try (HostSocketsFixture other = new HostSocketsFixture(new EpollHostConfig(0x7f000002, 0, 0))) {
            final Server server = other.listen();
            final Peer client = other.connect(server.port());
            assertEquals("127.0.0.1", server.next().address);
            client.stream().close();
        }
        try (HostSocketsFixture other = new HostSocketsFixture(new EpollHostConfig(0xc6336401, 0, 0))) {
            // 198.51.100.1 is not ours: binding to it fails, so nothing is sent either.
            assertNull(other.connect(0xcb007101, 80).stream);
            assertEquals(Errno.EADDRNOTAVAIL, other.sockets.lastErrno());
        }
    }

    @Test
    void shouldMoveTenMegabytesBothWaysWithPartialSends() {
        final int total = 10 << 20;
        final Server server = host.listen();
        final Peer client = host.connect(server.port());
        final Peer echo = server.next();
        for (int i = 0; i < 1 << 18; i++) {
            host.buffer.putByte(i, (byte) (i * 31 >>> 3));
        }
        final int half = 1 << 19;
        long sent = 0;
        long echoed = 0;
        long received = 0;
        int partial = 0;
        int blocked = 0;
        int pendingEcho = 0;
        while (received < total) {
            while (sent < total) {
                final int offset = (int) (sent & (1 << 18) - 1);
                final int length = (int) Math.min((1 << 18) - offset, total - sent);
                final int taken = client.stream().send(host.buffer, offset, length);
                if (taken < 0) {
                    assertEquals(WOULD_BLOCK, taken);
                    blocked++;
                    break;
                }
                partial += taken < length ? 1 : 0;
                sent += taken;
            }
            if (pendingEcho == 0) {
                final int got = echo.stream().receive(host.buffer, half, 1 << 17);
                pendingEcho = Math.max(got, 0);
                assertTrue(got > 0 || got == WOULD_BLOCK);
            }
            if (pendingEcho > 0) {
                final int taken = echo.stream().send(host.buffer, half, pendingEcho);
                if (taken > 0) {
                    host.buffer.putBytes(half, host.buffer, half + taken, pendingEcho - taken);
                    pendingEcho -= taken;
                    echoed += taken;
                }
            }
            final int got = client.stream().receive(host.buffer, half + (1 << 17), 1 << 17);
            for (int i = 0; i < got; i++) {
                final int expected = (byte) ((int) (received + i & (1 << 18) - 1) * 31 >>> 3);
                if (expected != host.buffer.getByte(half + (1 << 17) + i)) {
                    throw new AssertionError("byte " + (received + i));
                }
            }
            received += Math.max(got, 0);
            host.loop.run(0);
        }
        assertEquals(total, echoed);
        assertTrue(partial > 0 && blocked > 0, "the sends were never partial: partial " + partial + " of " + blocked);
        client.stream().close();
        echo.stream().close();
    }

    @Test
    void shouldCarryHalfCloseBothWays() {
        final Server server = host.listen();
        final Peer client = host.connect(server.port());
        final Peer accepted = server.next();
        host.await("connect", () -> client.connects == 1);
        host.buffer.putStringWithoutLengthAscii(0, "question");
        assertEquals(8, client.stream().send(host.buffer, 0, 8));
        client.stream().shutdownOutput();
        host.await("hangup", () -> accepted.hangup && accepted.readable);
        assertEquals(8, accepted.stream().receive(host.buffer, 100, 100));
        assertEquals(0, accepted.stream().receive(host.buffer, 100, 100));
        assertEquals(WOULD_BLOCK, client.stream().receive(host.buffer, 100, 100));
        assertEquals(5, accepted.stream().send(host.buffer, 0, 5));
        accepted.stream().shutdownOutput();
        host.await("hangup", () -> client.hangup);
        assertEquals(5, client.stream().receive(host.buffer, 100, 100));
        assertEquals(0, client.stream().receive(host.buffer, 100, 100));
        assertEquals(-Errno.EPIPE, client.stream().send(host.buffer, 0, 5));
        client.stream().close();
        accepted.stream().close();
    }

    @Test
    void shouldSendAndReceiveResetBothWays() {
        for (int round = 0; round < 2; round++) {
            final Server server = host.listen();
            final Peer client = host.connect(server.port());
            final Peer accepted = server.next();
            host.await("connect", () -> client.connects == 1);
            final Peer resetting = round == 0 ? client : accepted;
            final Peer other = round == 0 ? accepted : client;
            resetting.stream().reset();
            resetting.stream().reset();
            resetting.stream().close();
            host.await("hangup", () -> other.hangup && other.readable && other.writable);
            assertEquals(-Errno.ECONNRESET, other.stream().receive(host.buffer, 0, 100));
            assertEquals(-Errno.EPIPE, other.stream().send(host.buffer, 0, 100));
            other.stream().close();
            server.listener.close();
        }
    }

    @Test
    void shouldTellNothingAfterCloseInsideCallback() {
        final Server server = host.listen();
        final int[] calls = new int[2];
        final @Nullable HostStream[] self = new HostStream[1];
        self[0] = host.sockets.connect(
                IpAddress.IPV4_HI, HostSocketsFixture.LOOPBACK_LO, server.port(), new HostStreamListener() {
                    @Override
                    public void onConnect(final int errno) {
                        calls[0]++;
                        final HostStream stream = self[0];
                        assertNotNull(stream);
                        stream.close();
                        stream.close();
                        stream.reset();
                        assertEquals(-Errno.EBADF, stream.send(host.buffer, 0, 1));
                    }

                    @Override
                    public void onReady(final boolean readable, final boolean writable, final boolean hangup) {
                        calls[1]++;
                    }
                });
        final Peer accepted = server.next();
        host.await("hangup", () -> accepted.hangup);
        assertEquals(1, calls[0]);
        assertEquals(0, calls[1]);
        accepted.stream().close();
    }

    @Test
    void shouldResetWhatTheAcceptorRefuses() {
        final EpollHostListener listener = (EpollHostListener) host.sockets.listen(
                IpAddress.IPV4_HI, HostSocketsFixture.LOOPBACK_LO, 0, (stream, hi, lo, port) -> null);
        final Peer client = host.connect(listener.localPort());
        host.await("hangup", () -> client.hangup);
        // Connected, and then reset, even when both happened before the first event.
        assertEquals(0, client.errno);
        assertEquals(-Errno.ECONNRESET, client.stream().receive(host.buffer, 0, 1));
        client.stream().close();
        listener.close();
        listener.close();
    }

    @Test
    void shouldAcceptAllThatWaitThoughToldOnce() {
        final Server server = host.listen();
        final Peer[] clients = new Peer[200];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = host.connect(server.port());
        }
        host.await("all accepted", () -> server.accepted.size() == clients.length);
        for (int i = 0; i < clients.length; i++) {
            clients[i].stream().close();
            server.accepted.get(i).stream().close();
        }
    }

    @Test
    void shouldSayWhereListeningFailed() {
        final Server server = host.listen();
        final HostException e = assertThrows(
                HostException.class,
                () -> host.sockets.listen(
                        IpAddress.IPV4_HI,
                        HostSocketsFixture.LOOPBACK_LO,
                        server.port(),
                        (stream, hi, lo, port) -> null));
        assertEquals("bind 127.0.0.1:" + server.port() + ": EADDRINUSE", e.getMessage());
        assertEquals(Errno.EADDRINUSE, e.errno());
    }

    @Test
    void shouldAllocateNothingPerSendAndReceive() {
        final Server server = host.listen();
        final Peer client = host.connect(server.port());
        final Peer accepted = server.next();
        host.await("connect", () -> client.connects == 1);
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final HostStream from = client.stream();
        final HostStream to = accepted.stream();
        long bytes = 1;
        for (int round = 0; round < 20 && bytes != 0; round++) {
            final int calls = accepted.calls;
            final long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 5_000; i++) {
                from.send(host.buffer, 0, 1000);
                host.loop.run(1_000_000_000);
                to.receive(host.buffer, 2000, 1000);
            }
            bytes = threads.getCurrentThreadAllocatedBytes() - before;
            assertTrue(accepted.calls - calls >= 5_000);
        }
        assertEquals(0, bytes, "bytes in 5,000 sends, events and receives");
        from.close();
        to.close();
    }
}
