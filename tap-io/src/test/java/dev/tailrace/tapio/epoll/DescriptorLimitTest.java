package dev.tailrace.tapio.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.tapio.epoll.HostSocketsFixture.Peer;
import dev.tailrace.tapio.epoll.HostSocketsFixture.Server;
import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What happens when the process may open no more descriptors.
class DescriptorLimitTest {
    private static final int RLIMIT_NOFILE = 7;
    private static final int CLIENTS = 5;

    private final HostSocketsFixture host = new HostSocketsFixture();
    private final Memory limits = Memory.region(64);
    private final int[] filler = new int[64];
    private int fillers;
    private long limit;

    @AfterEach
    void close() {
        host.close();
        limits.close();
    }

    @Test
    void shouldResetConnectionsThatCannotBeAcceptedAndKeepListening() {
        loadClasses();
        final Server server = host.listen();
        final Peer[] clients = connect(server);
        final Peer refused = new Peer();
        final int errno;
        exhaust();
        try {
            host.await("all connections reset", () -> hungUp(clients) == CLIENTS);
            refused.stream =
                    host.sockets.connect(IpAddress.IPV4_HI, HostSocketsFixture.LOOPBACK_LO, server.port(), refused);
            errno = host.sockets.lastErrno();
        } finally {
            restore();
        }
        assertNull(refused.stream);
        assertEquals(Errno.EMFILE, errno);
        assertEquals(0, server.accepted.size());
        assertEquals(CLIENTS, host.counters.get(Counter.HOST_ACCEPTS_REFUSED));
        for (final Peer client : clients) {
            assertEquals(-Errno.ECONNRESET, client.stream().receive(host.buffer, 0, 1));
            client.stream().close();
        }
        assertEquals(0, host.loop.run(0));
        final Peer later = host.connect(server.port());
        server.next().stream().close();
        later.stream().close();
    }

    @Test
    void shouldWaitWithoutSpinningWhenEvenTheSpareIsGone() {
        loadClasses();
        final Server server = host.listen();
        final Peer other = host.connect(server.port());
        final Peer accepted = server.next();
        final Peer[] clients = connect(server);
        host.sockets.lendSpare();
        int events = 0;
        exhaust();
        try {
            for (int turn = 0; turn < 10; turn++) {
                host.loop.run(1_000_000);
            }
            for (int turn = 0; turn < 10; turn++) {
                events += host.loop.run(1_000_000);
            }
            assertEquals(0, hungUp(clients));
            other.stream().close();
            host.await("all connections reset", () -> hungUp(clients) == CLIENTS);
        } finally {
            restore();
        }
        assertEquals(0, events, "turns that did not wait");
        assertEquals(CLIENTS, host.counters.get(Counter.HOST_ACCEPTS_REFUSED));
        accepted.stream().close();
        for (final Peer client : clients) {
            client.stream().close();
        }
    }

    /// Runs what the tests run, so that no class is loaded, which takes a descriptor, when there is none.
    private void loadClasses() {
        final Server server = host.listen();
        final Peer[] clients = connect(server);
        host.await("connections", () -> server.accepted.size() == CLIENTS);
        server.accepted.forEach(accepted -> accepted.stream().reset());
        host.await("resets", () -> hungUp(clients) == CLIENTS);
        for (final Peer client : clients) {
            client.stream().close();
        }
        server.listener.close();
        assertTrue(SocketCalls.isExhausted(-Errno.EMFILE));
        assertEquals(0, host.counters.get(Counter.HOST_ACCEPTS_REFUSED));
    }

    private Peer[] connect(final Server server) {
        final Peer[] clients = new Peer[CLIENTS];
        for (int i = 0; i < CLIENTS; i++) {
            clients[i] = host.connect(server.port());
        }
        return clients;
    }

    private static int hungUp(final Peer[] clients) {
        int count = 0;
        for (final Peer client : clients) {
            count += client.hangup ? 1 : 0;
        }
        return count;
    }

    /// Fills the gaps in the descriptor table and lowers the soft limit to its end.
    private void exhaust() {
        limits.buffer().setMemory(0, 64, (byte) 0);
        Syscall.check(
                Syscall.call(SyscallNumber.PRLIMIT64, 0, RLIMIT_NOFILE, 0, limits.address()), "prlimit", "nofile");
        limit = limits.buffer().getLong(0);
        int highest = 0;
        for (int i = 0; i < filler.length; i++) {
            filler[fillers] = Fd.eventfd(0, Fd.O_CLOEXEC);
            highest = Math.max(highest, filler[fillers++]);
        }
        soft(highest + 1L);
    }

    private void restore() {
        soft(limit);
        while (fillers > 0) {
            Fd.close(filler[--fillers]);
        }
    }

    private void soft(final long value) {
        limits.buffer().putLong(0, value);
        Syscall.check(
                Syscall.call(SyscallNumber.PRLIMIT64, 0, RLIMIT_NOFILE, limits.address(), 0), "prlimit", "nofile");
    }
}
