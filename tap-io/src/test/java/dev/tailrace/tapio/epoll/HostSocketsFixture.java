package dev.tailrace.tapio.epoll;

import dev.tailrace.netstack.host.HostListener;
import dev.tailrace.netstack.host.HostStream;
import dev.tailrace.netstack.host.HostStreamListener;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.tapio.linux.Memory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/// A loop with sockets on 127.0.0.1 and what their listeners heard.
final class HostSocketsFixture implements AutoCloseable {
    static final int LOOPBACK = 0x7f000001;
    static final long LOOPBACK_LO = IpAddress.ipv4Lo(LOOPBACK);
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
        final Peer peer = new Peer();
        peer.stream = sockets.connect(IpAddress.IPV4_HI, IpAddress.ipv4Lo(address), port, peer);
        return peer;
    }

    Server listen() {
        return new Server();
    }

    @Override
    public void close() {
        loop.close();
        sockets.close();
        memory.close();
    }

    final class Server {
        final List<Peer> accepted = new ArrayList<>();
        final HostListener listener = sockets.listen(IpAddress.IPV4_HI, LOOPBACK_LO, 0, (stream, hi, lo, port) -> {
            final Peer peer = new Peer();
            peer.stream = stream;
            peer.address = IpAddress.ipv4(lo);
            peer.port = port;
            accepted.add(peer);
            return peer;
        });

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

        int address;
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
