package dev.tailrace.tapio.slirp;

import dev.tailrace.netstack.link.LinkDevice;
import dev.tailrace.netstack.stack.NetworkStack;
import dev.tailrace.netstack.stack.StackConfig;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.timer.TimerQueue;
import dev.tailrace.tapio.capture.CaptureRequest;
import dev.tailrace.tapio.capture.Captures;
import dev.tailrace.tapio.capture.CapturingLink;
import dev.tailrace.tapio.epoll.EpollHostConfig;
import dev.tailrace.tapio.epoll.EpollHostSockets;
import dev.tailrace.tapio.epoll.EpollLoop;
import dev.tailrace.tapio.epoll.FileHostResolver;
import dev.tailrace.tapio.epoll.ReadyHandler;
import dev.tailrace.tapio.epoll.Registration;
import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Signals;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import dev.tailrace.tapio.slirp.api.ApiHandler;
import dev.tailrace.tapio.slirp.api.ApiServer;
import dev.tailrace.tapio.slirp.observe.CounterSummary;
import dev.tailrace.tapio.slirp.observe.Observation;
import dev.tailrace.tapio.tap.TapDevice;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The stack of one guest at work: made, turned until something ends it, and taken down.
final class SlirpSession implements AutoCloseable {
    private static final int SECRET_LENGTH = 2 * Long.BYTES;
    private static final int NO_SIGNAL = 0;

    /// In place of a descriptor: nothing is captured from the start.
    static final int NO_CAPTURE = -1;

    private final Scope scope = new Scope();
    private final SignalPipe signals;
    private final Log log;
    private final CapturingLink link;
    private final Captures captures;
    private final EpollLoop loop;
    private final NetworkStack stack;
    private final @Nullable ApiServer api;
    private final @Nullable CounterSummary summary;
    private @Nullable End end;

    /// Why a session ended.
    ///
    /// @param signal the signal to die of, or 0
    record End(int signal) {}

    /// Takes the device over: it is closed with the session, and if the session cannot be made.
    ///
    /// @param captureFd where to write the capture that the options ask for, or [#NO_CAPTURE]; taken over too
    /// @throws LinuxException when the API socket cannot be made
    SlirpSession(
            final SlirpOptions options,
            final TapDevice tap,
            final int captureFd,
            final SignalPipe signals,
            final Log log) {
        this.signals = signals;
        this.log = log;
        scope.own(tap);
        link = new CapturingLink(tap);
        captures = scope.own(new Captures(link, log));
        try {
            loop = scope.own(new EpollLoop());
            stack = makeStack(options, link);
            summary = makeSummary();
            watch(tap.fd(), EpollLoop.IN | EpollLoop.EDGE_TRIGGERED, this::onFrames);
            watch(signals.fd(), EpollLoop.IN, this::onSignal);
            api = options.apiSocket() == null ? null : makeApi(options, options.apiSocket());
            if (options.exitFd() >= 0) {
                watchExit(options.exitFd());
            }
            startCapture(options.observe().capture(), captureFd);
        } catch (final RuntimeException | Error e) {
            scope.close();
            throw e;
        }
    }

    /// Turns the loop until the session ends.
    End run() {
        long nowNs = System.nanoTime();
        while (end == null) {
            link.onTurn(nowNs);
            final boolean hasMore = stack.doWork(nowNs);
            if (stack.isLinkClosed()) {
                // Our descriptor keeps the namespace alive: so somebody deleted the interface.
                log.error("the TAP is gone: its interface was deleted");
                return new End(NO_SIGNAL);
            }
            if (api != null) {
                api.doWork(nowNs);
            }
            captures.doWork(nowNs);
            if (summary != null) {
                summary.doWork(nowNs);
            }
            loop.run(hasMore ? 0 : waitNs(nowNs));
            nowNs = System.nanoTime();
        }
        return end;
    }

    @Override
    public void close() {
        scope.close();
    }

    private NetworkStack makeStack(final SlirpOptions options, final LinkDevice device) {
        final Counters counters = new Counters();
        final EpollHostSockets sockets =
                scope.own(new EpollHostSockets(loop, new EpollHostConfig(options.outboundAddress()), counters));
        final FileHostResolver resolver = scope.own(new FileHostResolver(FileHostResolver.SYSTEM_PATH));
        final PayloadMemory payload = scope.own(new PayloadMemory());
        final Memory area = scope.own(Memory.region(NetworkStack.MIN_READ_AREA_LENGTH));
        final NetworkStack made =
                new NetworkStack(config(options), device, sockets, resolver, payload, area.buffer(), counters);
        scope.onClose(() -> made.close(System.nanoTime()));
        return made;
    }

    private ApiServer makeApi(final SlirpOptions options, final String path) {
        final Observation observation = new Observation(stack, captures, new Clock(), new Version());
        final ApiHandler handler = new ApiHandler(stack.forwards(), options.network(), observation, log.warnings());
        return scope.own(new ApiServer(loop, path, handler, log));
    }

    private @Nullable CounterSummary makeSummary() {
        return log.says(LogLevel.DEBUG)
                ? new CounterSummary(stack.counters(), System.nanoTime(), line -> log.debug(line, System.nanoTime()))
                : null;
    }

    private void startCapture(final ObserveOptions.@Nullable CaptureOptions wanted, final int fd) {
        if (wanted != null) {
            final CaptureRequest request = new CaptureRequest(
                    fd,
                    wanted.path(),
                    wanted.filter(),
                    wanted.snapLength(),
                    wanted.maxBytes(),
                    CaptureRequest.UNLIMITED);
            captures.start(request, System.nanoTime(), ended -> {});
        }
    }

    private static StackConfig config(final SlirpOptions options) {
        try (Memory secret = Memory.region(SECRET_LENGTH)) {
            Syscall.check(Syscall.call(SyscallNumber.GETRANDOM, secret.address(), SECRET_LENGTH, 0), "getrandom", "");
            return StackConfig.of(
                    options.network(),
                    secret.buffer().getLong(0),
                    secret.buffer().getLong(Long.BYTES));
        }
    }

    /// Waits for the other side to hang up; that data arrives is no event.
    private void watchExit(final int fd) {
        try {
            watch(fd, 0, this::onExit);
        } catch (final LinuxException e) {
            // A plain file never hangs up (EPERM); an invalid descriptor counts as hung up, as poll(2) has it.
            if (e.errno() == Errno.EBADF) {
                onExit(EpollLoop.ERR);
            } else if (e.errno() != Errno.EPERM) {
                throw e;
            }
        }
    }

    private void watch(final int fd, final int mask, final ReadyHandler handler) {
        final Registration registration = loop.register(fd, mask, handler);
        scope.onClose(() -> loop.deregister(registration));
    }

    private long waitNs(final long nowNs) {
        final long deadlineNs = stack.nextDeadlineNs();
        long waitNs = deadlineNs == TimerQueue.NONE ? EpollLoop.FOREVER : Math.max(0, deadlineNs - nowNs);
        if (api != null) {
            final long apiNs = api.nextDeadlineNs(nowNs) - nowNs;
            waitNs = apiNs >= ApiServer.NO_DEADLINE_NS ? waitNs : Math.min(waitNs, Math.max(0, apiNs));
        }
        waitNs = Math.min(waitNs, captures.leftNs(nowNs));
        return summary == null ? waitNs : Math.min(waitNs, summary.leftNs(nowNs));
    }

    /// The next turn of the stack reads them: all that matters is that the wait ended.
    private void onFrames(final int events) {}

    private void onExit(final int events) {
        if (end == null) {
            log.info("exitfd event");
            end = new End(NO_SIGNAL);
        }
    }

    private void onSignal(final int events) {
        for (int signal = signals.take(); signal != SignalPipe.NONE; signal = signals.take()) {
            if (signal == Signals.SIGUSR1) {
                final StringBuilder out = new StringBuilder();
                stack.describe(out, System.nanoTime());
                log.error(out.toString().stripTrailing());
            } else if (end == null) {
                end = new End(signal);
            }
        }
    }

    /// No lambda here and below: the JVM would make a class for it at each start.
    private static final class Clock implements LongSupplier {
        @Override
        public long getAsLong() {
            return System.nanoTime();
        }
    }

    private static final class Version implements Supplier<String> {
        @Override
        public String get() {
            return Usage.productVersion();
        }
    }
}
