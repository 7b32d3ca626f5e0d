package dev.tailrace.tapio.slirp;

import dev.tailrace.netstack.stack.NetworkStack;
import dev.tailrace.tapio.epoll.EpollLoop;
import dev.tailrace.tapio.epoll.Registration;
import dev.tailrace.tapio.tap.SharedTap;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A further loop, on a thread of its own, that carries TCP connections beside the first. Its stack shares nothing with
/// the first's but the device; what is asked of it is carried to its thread.
final class SecondLoop implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 10;

    private final SlirpOptions options;
    private final FlowBounds bounds;
    private final SharedTap port;
    private final Runnable onFailure;
    private final Thread thread;
    private final CompletableFuture<EpollLoop> started = new CompletableFuture<>();
    private final Queue<Consumer<NetworkStack>> requests = new ConcurrentLinkedQueue<>();
    private volatile boolean isEnding;
    private volatile @Nullable Throwable failure;

    /// Starts the loop. Takes the port over, also when this fails.
    ///
    /// @param onFailure told by the loop's thread that [#failure] has something
    SecondLoop(
            final String name,
            final SlirpOptions options,
            final FlowBounds bounds,
            final SharedTap port,
            final Runnable onFailure) {
        this.options = options;
        this.bounds = bounds;
        this.port = port;
        this.onFailure = onFailure;
        thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
        thread.start();
        try {
            started.join();
        } catch (final CompletionException e) {
            throw e.getCause() instanceof final RuntimeException cause ? cause : e;
        }
    }

    /// What ended the loop before its time, or null.
    @Nullable
    Throwable failure() {
        return failure;
    }

    /// Asks the stack something, on its thread, and waits for the answer.
    ///
    /// @throws IllegalStateException if the loop has ended, or does not turn
    <T> T ask(final Function<NetworkStack, T> question) {
        final CompletableFuture<T> answer = new CompletableFuture<>();
        requests.add(stack -> {
            try {
                answer.complete(question.apply(stack));
            } catch (final RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        started.join().wakeup();
        try {
            return answer.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        } catch (final CompletionException e) {
            throw new IllegalStateException(thread.getName() + " does not answer", e);
        }
    }

    /// Ends the loop, with all its connections, and waits until it has.
    @Override
    public void close() {
        isEnding = true;
        if (!started.isCompletedExceptionally()) {
            started.join().wakeup();
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
        try (port;
                LoopStack made = new LoopStack(options, bounds, false, port, port.counters())) {
            final EpollLoop loop = made.loop();
            final Registration frames =
                    loop.register(port.fd(), EpollLoop.IN | EpollLoop.EDGE_TRIGGERED, SecondLoop::onFrames);
            port.onPassedOn(loop::wakeup);
            started.complete(loop);
            turn(made);
            loop.deregister(frames);
        } catch (final RuntimeException | Error e) {
            failure = e;
            if (!started.completeExceptionally(e)) {
                onFailure.run();
            }
        }
    }

    private void turn(final LoopStack made) {
        long nowNs = System.nanoTime();
        while (!isEnding && !made.stack().isLinkClosed()) {
            final boolean hasMore = made.stack().doWork(nowNs);
            Consumer<NetworkStack> request = requests.poll();
            while (request != null) {
                request.accept(made.stack());
                request = requests.poll();
            }
            made.loop().run(hasMore ? 0 : made.waitNs(nowNs));
            nowNs = System.nanoTime();
        }
    }

    /// The next turn of the stack reads them.
    private static void onFrames(final int events) {}
}
