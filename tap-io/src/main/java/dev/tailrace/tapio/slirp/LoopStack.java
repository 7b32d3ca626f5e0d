package dev.tailrace.tapio.slirp;

import dev.tailrace.netstack.link.LinkDevice;
import dev.tailrace.netstack.stack.NetworkStack;
import dev.tailrace.netstack.stack.StackConfig;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.timer.TimerQueue;
import dev.tailrace.netstack.wire.IpLiteral;
import dev.tailrace.tapio.epoll.EpollHostConfig;
import dev.tailrace.tapio.epoll.EpollLoop;
import dev.tailrace.tapio.stack.HostedStack;

/// A stack with the loop that turns it. Made, used and closed by one thread.
final class LoopStack implements AutoCloseable {
    private final Scope scope = new Scope();
    private final EpollLoop loop;
    private final NetworkStack stack;

    /// @param isFirst whether it speaks for the network: see [StackConfig]
    /// @param link stays its owner's
    LoopStack(
            final SlirpOptions options,
            final FlowBounds bounds,
            final boolean isFirst,
            final LinkDevice link,
            final Counters counters) {
        final StackConfig config = HostedStack.config(options.network(), bounds.tcp(), bounds.udp(), isFirst);
        try {
            loop = scope.own(new EpollLoop());
            stack = scope.own(new HostedStack(
                            loop, link, config, hostConfig(options), HostedStack.GUEST_MEMORY_BYTES, counters))
                    .stack();
        } catch (final RuntimeException | Error e) {
            scope.close();
            throw e;
        }
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
