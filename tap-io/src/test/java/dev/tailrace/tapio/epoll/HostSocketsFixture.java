package dev.tailrace.tapio.epoll;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.netstack.host.HostListener;
import dev.tailrace.netstack.host.HostStream;
import dev.tailrace.netstack.host.HostStreamListener;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.tapio.linux.Memory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/// A loop with sockets on 127.0.0.1 and ::1, and what their listeners heard.
final class HostSocketsFixture implements AutoCloseable {
    static final int LOOPBACK = 0x7f000001;
    static final long LOOPBACK_LO = IpAddress.ipv4Lo(LOOPBACK);
    /// Lower half of ::1; the upper is 0, as that of 127.0.0.1 is.
    static final long LOOPBACK6_LO = 1;

    static final long PATIENCE_NS = 20_000_000_000L;

    final EpollLoop loop = new EpollLoop();
    final Counters counters = new Counters();
    final EpollHostSockets sockets;
    final Memory memory = Memory.region(1 << 20);
    final UnsafeBuffer buffer = memory.buffer();

    HostSocketsFixture() {
        this(EpollHostConfig.DEFAULT);
    }

    HostSocketsFixture(final EpollHostConfig config) {
        sockets = new EpollHostSockets(loop, config, counters);
    }

    /// Runs turns until `condition` holds.
    void await(final String what, final BooleanSupplier condition) {
        final long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new AssertionError("not in time: " + what);
            }
            loop.run(100_000_000);
        }
    }

    /// Runs what is ready now.
    void settle() {
        for (int i = 0; i < 5; i++) {
            loop.run(1_000_000);
        }
    }

    Peer connect(final int port) {
        return connect(LOOPBACK, port);
    }

    Peer connect(final int address, final int port) {
        return connect(IpAddress.IPV4_HI, IpAddress.ipv4Lo(address), port);
    }

    Peer connect(final long hi, final long lo, final int port) {
        final Peer peer = new Peer();
        peer.stream = sockets.connect(hi, lo, port, peer);
        return peer;
    }

    Server listen() {
        return listen(IpAddress.IPV4_HI, LOOPBACK_LO, 0);
    }

    Server listen(final long hi, final long lo, final int port) {
        return new Server(hi, lo, port);
    }

    /// Skips the test on a kernel without IPv6.
    static void assumeIpv6() {
        assumeTrue(Files.exists(Path.of("/proc/net/if_inet6")), "this kernel has no IPv6");
    }

    @Override
    public void close() {
        loop.close();
        sockets.close();
        memory.close();
    }

    final class Server {
        final List<Peer> accepted = new ArrayList<>();
        final HostListener listener;

        Server(final long boundHi, final long boundLo, final int boundPort) {
            listener = sockets.listen(boundHi, boundLo, boundPort, (stream, hi, lo, port) -> {
                final Peer peer = new Peer();
                peer.stream = stream;
                peer.address = IpAddress.format(hi, lo);
                peer.port = port;
                accepted.add(peer);
                return peer;
            });
        }

        int port() {
            return ((EpollHostListener) listener).localPort();
        }

        Peer next() {
            await("a connection", () -> !accepted.isEmpty());
            return accepted.removeFirst();
        }
    }

    /// One end of a connection.
    static final class Peer implements HostStreamListener {
        @Nullable
        HostStream stream;

        String address = "";
        int port;
        int connects;
        int errno = -1;
        int calls;
        boolean readable;
        boolean writable;
        boolean hangup;

        HostStream stream() {
            if (stream == null) {
                throw new AssertionError("no stream");
            }
            return stream;
        }

        @Override
        public void onConnect(final int result) {
            connects++;
            errno = result;
        }

        @Override
        public void onReady(final boolean isReadable, final boolean isWritable, final boolean isHangup) {
            calls++;
            readable |= isReadable;
            writable |= isWritable;
            hangup |= isHangup;
        }
    }
}
