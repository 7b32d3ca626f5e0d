package dev.tailrace.runtime.training;

import dev.tailrace.netstack.stack.NetworkStack;
import dev.tailrace.netstack.stack.StackConfig;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.tapio.epoll.EpollHostConfig;
import dev.tailrace.tapio.epoll.EpollHostSockets;
import dev.tailrace.tapio.epoll.EpollLoop;
import dev.tailrace.tapio.epoll.FileHostResolver;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.netns.InterfaceConfiguration;
import dev.tailrace.tapio.netns.NetworkNamespace;
import dev.tailrace.tapio.sandbox.Sandbox;
import dev.tailrace.tapio.slirp.ParseOutcome;
import dev.tailrace.tapio.slirp.SlirpOptions;
import dev.tailrace.tapio.slirp.SlirpOptionsParser;
import dev.tailrace.tapio.slirp.api.ApiHandler;
import dev.tailrace.tapio.slirp.api.ApiServer;
import dev.tailrace.tapio.tap.TapOpener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// Starts and serves as the drop-in does, without privileges and over the loopback only, and ends normally.
public final class TrainingRun {
    private static final long BUDGET_NS = TimeUnit.SECONDS.toNanos(20);
    private static final long WAIT_NS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int READ_AREA_BYTES = NetworkStack.MIN_READ_AREA_LENGTH;
    private static final String OWN_CLASSES = "dev/tailrace/tapio/";
    private static final String RESOLV_CONF = "/etc/resolv.conf";

    private final SlirpOptions options;
    private final EpollLoop loop = new EpollLoop();

    private TrainingRun(final SlirpOptions options) {
        this.options = options;
    }

    /// Takes no arguments.
    public static void main(final String[] args) throws IOException {
        // A mount namespace where a network namespace is wanted: entering it is EINVAL for everybody.
        final List<String> line = List.of(
                "--configure", "--enable-ipv6", "--mtu=65520", "--netns-type=path", "/proc/self/ns/mnt", "tap0");
        if (!(SlirpOptionsParser.parse(line) instanceof final ParseOutcome.Run run)) {
            throw new IllegalStateException("cannot parse " + line);
        }
        final TrainingRun training = new TrainingRun(run.options());
        training.openTap();
        training.serve();
        TrainingSession.run();
        Sandbox.rehearse();
        OwnClasses.load(OWN_CLASSES);
    }

    private void openTap() {
        final InterfaceConfiguration configuration = InterfaceConfiguration.ofNetwork(
                options.network().network(),
                options.network().prefixLength(),
                options.network().mtu(),
                1,
                "cubic",
                true);
        try {
            TapOpener.open(NetworkNamespace.ofPath(options.netnsPath(), null), options.tapName(), configuration);
        } catch (final LinuxException expected) {
            TapOpener.referenceLine(expected);
            return;
        }
        throw new IllegalStateException("entered " + options.netnsPath() + " as a network namespace");
    }

    private void serve() throws IOException {
        final Path directory = Files.createTempDirectory("tailrace-training");
        final Memory area = Memory.region(READ_AREA_BYTES);
        try (loop;
                ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                EpollHostSockets sockets = new EpollHostSockets(loop, EpollHostConfig.DEFAULT, new Counters());
                FileHostResolver resolver = new FileHostResolver(RESOLV_CONF)) {
            final int gateway = options.network().gateway();
            final TrainingGuest guest = new TrainingGuest(options.network().guest(), gateway, server.getLocalPort());
            final StackConfig config = StackConfig.of(options.network(), 1, 2);
            final NetworkStack stack = new NetworkStack(
                    config, guest, sockets, resolver, new TrainingMemory(), area.buffer(), new Counters());
            final Consumer<String> log = message -> {};
            final ApiHandler handler = new ApiHandler(stack.forwards(), options.network(), log);
            handler.handle("{\"execute\": \"list_hostfwd\"}");
            final Path socket = directory.resolve("api");
            try (ApiServer api = new ApiServer(loop, socket.toString(), handler, log)) {
                talk(stack, guest, server, api);
            } finally {
                Files.deleteIfExists(socket);
            }
            stack.close(System.nanoTime());
        } finally {
            area.close();
            Files.delete(directory);
        }
    }

    private void talk(
            final NetworkStack stack, final TrainingGuest guest, final ServerSocket server, final ApiServer api)
            throws IOException {
        guest.connect();
        turnUntil(() -> stack.tcpFlowCount() == 1, "connection", stack, api);
        server.setSoTimeout((int) TimeUnit.NANOSECONDS.toMillis(BUDGET_NS));
        try (Socket socket = server.accept()) {
            turnUntil(() -> hasMessage(socket), "message from the guest", stack, api);
            socket.getOutputStream().write(socket.getInputStream().readNBytes(TrainingGuest.MESSAGE_LENGTH));
        }
        turnUntil(guest::hasEnded, "end of the connection", stack, api);
        if (guest.receivedBytes() != TrainingGuest.MESSAGE_LENGTH) {
            throw new IllegalStateException("the guest received " + guest.receivedBytes() + " bytes");
        }
        stack.describe(new StringBuilder(), System.nanoTime());
    }

    private static boolean hasMessage(final Socket socket) {
        try {
            return socket.getInputStream().available() == TrainingGuest.MESSAGE_LENGTH;
        } catch (final IOException e) {
            throw new IllegalStateException("training connection broke", e);
        }
    }

    private void turnUntil(
            final BooleanSupplier done, final String what, final NetworkStack stack, final ApiServer api) {
        final long startNs = System.nanoTime();
        while (!done.getAsBoolean()) {
            final long nowNs = System.nanoTime();
            if (nowNs - startNs > BUDGET_NS) {
                final StringBuilder counts = new StringBuilder();
                stack.counters().format(counts);
                throw new IllegalStateException("no " + what + " within the training's time\n" + counts);
            }
            final boolean more = stack.doWork(nowNs);
            api.doWork(nowNs);
            loop.run(more ? 0 : WAIT_NS);
        }
    }
}
