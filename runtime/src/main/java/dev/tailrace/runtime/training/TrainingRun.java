package dev.tailrace.runtime.training;

import dev.tailrace.netstack.host.HostStream;
import dev.tailrace.netstack.host.HostStreamListener;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.tapio.epoll.EpollHostConfig;
import dev.tailrace.tapio.epoll.EpollHostSockets;
import dev.tailrace.tapio.epoll.EpollLoop;
import dev.tailrace.tapio.slirp.SlirpOptionsParser;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Does without privileges, and over the loopback only, what a start of the drop-in does, and ends.
public final class TrainingRun {
    private static final long BUDGET_NS = TimeUnit.SECONDS.toNanos(10);
    private static final int LOOPBACK = 0x7f000001;

    private boolean connected;

    private TrainingRun() {}

    /// Takes no arguments.
    public static void main(final String[] args) throws IOException {
        SlirpOptionsParser.parse(List.of("--configure", "--mtu=65520", "--disable-host-loopback", "1", "tap0"));
        new TrainingRun().connectOverLoopback();
    }

    private void connectOverLoopback() throws IOException {
        final long lo = IpAddress.ipv4Lo(LOOPBACK);
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                EpollLoop loop = new EpollLoop();
                EpollHostSockets sockets = new EpollHostSockets(loop, EpollHostConfig.DEFAULT, new Counters())) {
            final HostStream stream = sockets.connect(IpAddress.IPV4_HI, lo, server.getLocalPort(), new Recorder());
            final long deadlineNs = System.nanoTime() + BUDGET_NS;
            while (!connected && System.nanoTime() - deadlineNs < 0) {
                loop.run(TimeUnit.MILLISECONDS.toNanos(100));
            }
            if (stream == null || !connected) {
                throw new IllegalStateException("no connection over the loopback: connected=" + connected);
            }
            stream.close();
        }
    }

    private final class Recorder implements HostStreamListener {
        @Override
        public void onConnect(final int errno) {
            connected |= errno == 0;
        }

        @Override
        public void onReady(final boolean readable, final boolean writable, final boolean hangup) {}
    }
}
