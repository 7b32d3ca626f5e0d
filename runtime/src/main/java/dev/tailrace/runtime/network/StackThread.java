package dev.tailrace.runtime.network;

import dev.tailrace.netstack.dns.LocalNames;
import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.memory.Slab;
import dev.tailrace.netstack.stack.NetworkStack;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.tcp.TcpConfig;
import dev.tailrace.netstack.timer.TimerQueue;
import dev.tailrace.netstack.udp.UdpConfig;
import dev.tailrace.tapio.capture.Captures;
import dev.tailrace.tapio.capture.CapturingLink;
import dev.tailrace.tapio.epoll.EpollHostConfig;
import dev.tailrace.tapio.epoll.EpollLoop;
import dev.tailrace.tapio.epoll.Registration;
import dev.tailrace.tapio.stack.HostedStack;
import dev.tailrace.tapio.tap.TapDevice;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The thread that the stack belongs to, in the host's network. Others have it do things by [#call].
final class StackThread implements AutoCloseable {
    private static final int MEMORY_BYTES = 128 * Slab.LARGEST_BLOCK_LENGTH;

    private final TapDevice tap;
    private final VirtualNetwork network;
    private final LocalNames names;
    private final StackOptions options;
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private final Thread thread;

    /// Guards those below; the stack's thread takes it only when [#hasNews].
    private final Object lock = new Object();

    private final Queue<Task<?>> tasks = new ArrayDeque<>();
    private @Nullable EpollLoop waker;
    private boolean isClosing;
    private @Nullable Throwable failure;

    private volatile boolean hasNews;

    /// Starts it.
    ///
    /// @param tap taken over
    /// @param names that the network's name server answers for itself
    StackThread(final TapDevice tap, final VirtualNetwork network, final LocalNames names, final StackOptions options) {
        this.tap = tap;
        this.network = network;
        this.names = names;
        this.options = options;
        thread = Thread.ofPlatform().name("tailrace-network").daemon().start(this::run);
        try {
            started.join();
        } catch (final CompletionException e) {
            throw new NetworkException("the network stack cannot be started: " + e.getCause(), e);
        }
    }

    /// Has the stack's thread do `work` between two turns, and waits for it.
    ///
    /// @throws NetworkException when the stack is gone
    /// @throws RuntimeException what `work` threw
    <T> T call(final Function<NetworkStack, T> work) {
        final Task<T> task = new Task<>(work, new CompletableFuture<>());
        synchronized (lock) {
            final EpollLoop loop = loopIfUp();
            tasks.add(task);
            hasNews = true;
            // Under the lock, so that the loop is not closed meanwhile.
            loop.wakeup();
        }
        try {
            return task.result.join();
        } catch (final CompletionException e) {
            if (e.getCause() instanceof final RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /// @throws NetworkException when the stack is gone
    void requireUp() {
        synchronized (lock) {
            loopIfUp();
        }
    }

    /// Under the lock.
    private EpollLoop loopIfUp() {
        if (waker == null) {
            throw new NetworkException("the network is down" + (failure == null ? "" : ": " + failure));
        }
        return waker;
    }

    /// What [#call] does, or nothing when the stack is gone, and with it what was to be taken back.
    void callIfUp(final Function<NetworkStack, ?> work) {
        final boolean isUp;
        synchronized (lock) {
            isUp = waker != null;
        }
        if (isUp) {
            call(work);
        }
    }

    /// Why nobody is served any more, though nobody has closed it.
    Optional<String> failure() {
        synchronized (lock) {
            return Optional.ofNullable(failure).map(Throwable::toString);
        }
    }

    /// Ends all flows, closes the TAP, and waits for the thread's end.
    @Override
    public void close() {
        synchronized (lock) {
            isClosing = true;
            hasNews = true;
            if (waker != null) {
                waker.wakeup();
            }
        }
        boolean isInterrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (final InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        final CapturingLink link = new CapturingLink(tap, System::nanoTime);
        try (tap;
                EpollLoop loop = new EpollLoop();
                Captures captures = new Captures(List.of(link), StackConsole::say);
                HostedStack hosted = new HostedStack(
                        loop,
                        link,
                        HostedStack.config(network, TcpConfig.DEFAULT, UdpConfig.DEFAULT, true),
                        new EpollHostConfig(0, 0, 0, options.loopbackPorts()),
                        names,
                        MEMORY_BYTES,
                        new Counters());
                StackConsole console = console(loop, captures, hosted.stack())) {
            final Registration frames = loop.register(tap.fd(), EpollLoop.IN | EpollLoop.EDGE_TRIGGERED, events -> {});
            synchronized (lock) {
                waker = loop;
            }
            started.complete(null);
            try {
                turn(loop, hosted.stack(), console);
            } finally {
                end();
                loop.deregister(frames);
            }
        } catch (final RuntimeException | Error e) {
            synchronized (lock) {
                failure = e;
            }
            if (!started.completeExceptionally(e)) {
                System.err.print(
                        "tailrace: the network is down, and stays so until the engine is started again: " + e + "\n");
                throw e;
            }
        }
    }

    private @Nullable StackConsole console(final EpollLoop loop, final Captures captures, final NetworkStack stack) {
        return options.socket()
                .map(socket -> new StackConsole(loop, captures, stack, network, socket))
                .orElse(null);
    }

    private void turn(final EpollLoop loop, final NetworkStack stack, final @Nullable StackConsole console) {
        boolean isWanted = true;
        while (isWanted) {
            final long nowNs = System.nanoTime();
            if (hasNews) {
                isWanted = hear(stack);
            }
            final boolean hasMore = stack.doWork(nowNs);
            if (stack.isLinkClosed()) {
                throw new NetworkException(tap.closedText());
            }
            long waitNs = hasMore || !isWanted ? 0 : waitNs(stack);
            if (console != null) {
                console.doWork(nowNs);
                waitNs = console.waitNs(nowNs, waitNs);
            }
            loop.run(waitNs);
        }
    }

    /// Does what was asked for since the last time.
    ///
    /// @return whether to go on
    private boolean hear(final NetworkStack stack) {
        final Task<?>[] due;
        final boolean isLast;
        synchronized (lock) {
            hasNews = false;
            due = tasks.toArray(new Task<?>[0]);
            tasks.clear();
            isLast = isClosing;
        }
        for (final Task<?> task : due) {
            task.run(stack);
        }
        return !isLast;
    }

    private static long waitNs(final NetworkStack stack) {
        final long deadlineNs = stack.nextDeadlineNs();
        return deadlineNs == TimerQueue.NONE ? EpollLoop.FOREVER : Math.max(0, deadlineNs - System.nanoTime());
    }

    /// From here on nobody is let in; who waits is told.
    private void end() {
        synchronized (lock) {
            waker = null;
            tasks.forEach(Task::refuse);
            tasks.clear();
        }
    }

    private record Task<T>(Function<NetworkStack, T> work, CompletableFuture<T> result) {
        void run(final NetworkStack stack) {
            try {
                result.complete(work.apply(stack));
            } catch (final RuntimeException e) {
                result.completeExceptionally(e);
            } catch (final Error e) {
                result.completeExceptionally(e);
                throw e;
            }
        }

        void refuse() {
            result.completeExceptionally(new NetworkException("the network is down"));
        }
    }
}
