package dev.tailrace.tapio.slirp;

import dev.tailrace.netstack.link.LinkDevice;
import dev.tailrace.netstack.stack.NetworkStack;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.tapio.capture.CaptureRequest;
import dev.tailrace.tapio.capture.Captures;
import dev.tailrace.tapio.capture.CapturingLink;
import dev.tailrace.tapio.epoll.EpollLoop;
import dev.tailrace.tapio.epoll.ReadyHandler;
import dev.tailrace.tapio.epoll.Registration;
import dev.tailrace.tapio.linux.DescriptorLimit;
import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.linux.Signals;
import dev.tailrace.tapio.sandbox.Sandbox;
import dev.tailrace.tapio.sandbox.SandboxOptions;
import dev.tailrace.tapio.slirp.api.ApiHandler;
import dev.tailrace.tapio.slirp.api.ApiServer;
import dev.tailrace.tapio.slirp.observe.CounterSummary;
import dev.tailrace.tapio.slirp.observe.Observation;
import dev.tailrace.tapio.tap.LinkPort;
import dev.tailrace.tapio.tap.SharedTap;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The stack of one guest at work: made, turned until something ends it, and taken down.
final class SlirpSession implements AutoCloseable {
    private static final int NO_SIGNAL = 0;
    private static final int FRAMES = EpollLoop.IN | EpollLoop.EDGE_TRIGGERED;

    /// In place of a descriptor: nothing is captured from the start.
    static final int NO_CAPTURE = -1;

    private final Scope scope = new Scope();
    private final LinkPort port;
    private final SignalPipe signals;
    private final Log log;
    private final Captures captures;
    private final EpollLoop loop;
    private final FlowBounds bounds;
    private final LoopStack first;
    private final NetworkStack stack;
    private final Loops loops;
    private final Registration linkReady;
    private final @Nullable ApiServer api;
    private final @Nullable CounterSummary summary;
    private final QuietCollection collection;
    private @Nullable End end;
    private boolean isRoomWatched;

    /// Why a session ended.
    ///
    /// @param signal the signal to die of, or 0
    record End(int signal) {}

    /// Takes the device over: it is closed with the session, and if the session cannot be made.
    ///
    /// @param port a [SharedTap] if there is to be more than one loop
    /// @param counters of the link and the first stack
    /// @param captureFd where to write the capture that the options ask for, or [#NO_CAPTURE]; taken over too
    /// @throws LinuxException when the API socket cannot be made
    SlirpSession(
            final SlirpOptions options,
            final LinkPort port,
            final Counters counters,
            final int captureFd,
            final SignalPipe signals,
            final Log log) {
        this.port = port;
        this.signals = signals;
        this.log = log;
        scope.own(port);
        final SharedTap shared = port instanceof final SharedTap its ? its : null;
        final List<CapturingLink> links =
                shared == null ? List.of(watched(port)) : shared.interpose(SlirpSession::watched);
        captures = scope.own(new Captures(links, log));
        try {
            bounds = FlowBounds.of(DescriptorLimit.raise(), options.loops());
            log.debug(bounds.text(), System.nanoTime());
            first = scope.own(
                    new LoopStack(options, bounds, true, shared == null ? links.getFirst() : shared, counters));
            loop = first.loop();
            stack = first.stack();
            loops = new Loops(stack, shared == null ? List.of() : others(options, shared));
            summary = makeSummary();
            collection = new QuietCollection(stack.counters(), System.nanoTime(), new Collector());
            linkReady = watch(port.fd(), FRAMES, this::onFrames);
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

    /// Puts the process behind the walls asked for, now that everything is open.
    ///
    /// @param linkDirectoryFd the directory of a file that is to be removed at the end, or -1
    /// @return what to tell on the standard output; may be empty
    /// @throws LinuxException when the kernel refuses
    String harden(final SandboxOptions options, final int linkDirectoryFd) {
        final List<Integer> directories = new ArrayList<>();
        if (api != null) {
            directories.add(api.directoryFd());
        }
        if (linkDirectoryFd >= 0) {
            directories.add(linkDirectoryFd);
        }
        return Sandbox.enter(options, directories, log);
    }

    /// Turns the loop until the session ends.
    End run() {
        long nowNs = System.nanoTime();
        while (end == null) {
            final boolean hasMore = stack.doWork(nowNs);
            if (stack.isLinkClosed()) {
                log.error(port.closedText());
                return new End(NO_SIGNAL);
            }
            if (api != null) {
                api.doWork(nowNs);
            }
            final Throwable failure = loops.failure();
            if (failure != null) {
                throw new IllegalStateException("a loop ended: " + failure, failure);
            }
            watchRoom();
            captures.doWork(nowNs);
            if (summary != null) {
                summary.doWork(nowNs);
            }
            collection.doWork(nowNs);
            loop.run(hasMore ? 0 : waitNs(nowNs));
            nowNs = System.nanoTime();
        }
        return end;
    }

    @Override
    public void close() {
        scope.close();
    }

    /// Those are started that carry a part of the connections, each on a thread of its own.
    private List<SecondLoop> others(final SlirpOptions options, final SharedTap shared) {
        shared.onPassedOn(loop::wakeup);
        final List<SecondLoop> others = new ArrayList<>();
        for (final SharedTap part : shared.others()) {
            final String name = "loop-" + (2 + others.size());
            others.add(scope.own(new SecondLoop(name, options, bounds, part, loop::wakeup)));
        }
        return others;
    }

    private static CapturingLink watched(final LinkDevice device) {
        return new CapturingLink(device, System::nanoTime);
    }

    private ApiServer makeApi(final SlirpOptions options, final String path) {
        final Observation observation = new Observation(loops, captures, new Clock(), new Version());
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

    private Registration watch(final int fd, final int mask, final ReadyHandler handler) {
        final Registration registration = loop.register(fd, mask, handler);
        scope.onClose(() -> loop.deregister(registration));
        return registration;
    }

    /// A link with room tells so with each frame that its other side takes: asked for only while frames wait for it.
    private void watchRoom() {
        final boolean isBusy = port.isBusy();
        if (isBusy != isRoomWatched) {
            isRoomWatched = isBusy;
            loop.change(linkReady, isBusy ? FRAMES | EpollLoop.OUT : FRAMES);
        }
    }

    private long waitNs(final long nowNs) {
        long waitNs = first.waitNs(nowNs);
        if (api != null) {
            final long apiNs = api.nextDeadlineNs(nowNs) - nowNs;
            waitNs = apiNs >= ApiServer.NO_DEADLINE_NS ? waitNs : Math.min(waitNs, Math.max(0, apiNs));
        }
        waitNs = Math.min(waitNs, Math.min(captures.leftNs(nowNs), collection.leftNs()));
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
                loops.describe(out, System.nanoTime());
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

    private static final class Collector implements Runnable {
        @Override
        public void run() {
            System.gc();
        }
    }

    private static final class Version implements Supplier<String> {
        @Override
        public String get() {
            return Usage.productVersion();
        }
    }
}
