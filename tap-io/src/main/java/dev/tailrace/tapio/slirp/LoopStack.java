package dev.tailrace.tapio.slirp;

import dev.tailrace.netstack.link.LinkDevice;
import dev.tailrace.netstack.stack.NetworkStack;
import dev.tailrace.netstack.stack.StackConfig;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.timer.TimerQueue;
import dev.tailrace.netstack.wire.IpLiteral;
import dev.tailrace.tapio.epoll.EpollHostConfig;
import dev.tailrace.tapio.epoll.EpollHostSockets;
import dev.tailrace.tapio.epoll.EpollLoop;
import dev.tailrace.tapio.epoll.FileHostResolver;
import dev.tailrace.tapio.linux.Memory;

/// A stack with the loop that turns it and all that it needs of the host. Made, used and closed by one thread.
final class LoopStack implements AutoCloseable {
    private final Scope scope = new Scope();
    private final EpollLoop loop;
    private final NetworkStack stack;

    /// @param link stays its owner's
    LoopStack(final SlirpOptions options, final StackConfig config, final LinkDevice link, final Counters counters) {
        try {
            loop = scope.own(new EpollLoop());
            final EpollHostSockets sockets = scope.own(new EpollHostSockets(loop, hostConfig(options), counters));
            final FileHostResolver resolver = scope.own(new FileHostResolver(FileHostResolver.SYSTEM_PATH));
            final PayloadMemory payload = scope.own(new PayloadMemory());
            final Memory area = scope.own(Memory.region(NetworkStack.MIN_READ_AREA_LENGTH));
            stack = new NetworkStack(config, link, sockets, resolver, payload, area.buffer(), counters);
        } catch (final RuntimeException | Error e) {
            scope.close();
            throw e;
        }
        scope.onClose(() -> stack.close(System.nanoTime()));
    }

    EpollLoop loop() {
        return loop;
    }

    NetworkStack stack() {
        return stack;
    }

    /// How long the loop may wait for the stack's sake.
    long waitNs(final long nowNs) {
        final long deadlineNs = stack.nextDeadlineNs();
        return deadlineNs == TimerQueue.NONE ? EpollLoop.FOREVER : Math.max(0, deadlineNs - nowNs);
    }

    @Override
    public void close() {
        scope.close();
    }

    private static EpollHostConfig hostConfig(final SlirpOptions options) {
        final IpLiteral ipv6 = options.outboundAddress6();
        return ipv6 == null
                ? new EpollHostConfig(options.outboundAddress(), 0, 0)
                : new EpollHostConfig(options.outboundAddress(), ipv6.hi(), ipv6.lo());
    }
}
