package dev.tailrace.runtime.network;

import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.stack.NetworkStack;
import dev.tailrace.tapio.capture.Captures;
import dev.tailrace.tapio.epoll.EpollLoop;
import dev.tailrace.tapio.slirp.Usage;
import dev.tailrace.tapio.slirp.api.ApiHandler;
import dev.tailrace.tapio.slirp.api.ApiServer;
import dev.tailrace.tapio.slirp.observe.Observation;
import dev.tailrace.tapio.slirp.observe.Observed;
import java.nio.file.Path;

/// The socket by which `tailrace net` looks into the stack: that of slirp4netns, beside the engine's own. Owned by the
/// stack's thread.
final class StackConsole implements AutoCloseable {
    /// What the server says of each client, and of its request.
    private static final String CLIENT = "apifd event";

    private static final String REQUEST = "api_handler: got request";

    private final Captures captures;
    private final ApiServer server;

    /// @param socket to be made, mode 0600; one that is there is replaced
    StackConsole(
            final EpollLoop loop,
            final Captures captures,
            final NetworkStack stack,
            final VirtualNetwork network,
            final Path socket) {
        this.captures = captures;
        final Observation observation =
                new Observation(Observed.of(stack), captures, System::nanoTime, Usage::productVersion);
        final ApiHandler handler = new ApiHandler(stack.forwards(), network, observation, StackConsole::say);
        server = new ApiServer(loop, socket.toString(), handler, StackConsole::say);
    }

    static void say(final String line) {
        if (!line.equals(CLIENT) && !line.startsWith(REQUEST)) {
            System.err.print("tailrace: network: " + line + "\n");
        }
    }

    /// Between two turns of the stack.
    void doWork(final long nowNs) {
        server.doWork(nowNs);
        captures.doWork(nowNs);
    }

    /// How long the loop may wait, at most `mostNs`.
    long waitNs(final long nowNs, final long mostNs) {
        final long apiNs = server.nextDeadlineNs(nowNs) - nowNs;
        final long clientsNs = apiNs >= ApiServer.NO_DEADLINE_NS ? EpollLoop.FOREVER : Math.max(0, apiNs);
        return Math.min(Math.min(mostNs, clientsNs), captures.leftNs(nowNs));
    }

    @Override
    public void close() {
        server.close();
    }
}
