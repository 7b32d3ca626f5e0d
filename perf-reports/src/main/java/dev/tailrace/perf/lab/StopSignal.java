package dev.tailrace.perf.lab;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// SIGINT, SIGTERM or SIGHUP ask the program to end what it does and keep what it has. The JVM answers them with its
/// shutdown hooks, of which this is one: it tells, and holds the end back until the main thread has finished.
public final class StopSignal implements AutoCloseable {
    /// Longer than the end of a session takes: the page of a full one, and the ends of ten backends.
    private static final int FINISH_WITHIN_SECONDS = 30;

    /// 128 and SIGINT, as a shell says it.
    private static final int STATUS = 130;

    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile boolean raised;

    private StopSignal() {}

    /// From now on, until it is closed.
    public static StopSignal install() {
        final StopSignal signal = new StopSignal();
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(signal::shutDown));
        return signal;
    }

    private void shutDown() {
        if (finished.getCount() == 0) {
            return;
        }
        raised = true;
        listeners.forEach(Runnable::run);
        try {
            if (!finished.await(FINISH_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                System.err.printf("tailrace bench: gave up after %d s of ending%n", FINISH_WITHIN_SECONDS);
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(STATUS);
    }

    public boolean isRaised() {
        return raised;
    }

    /// Runs something as soon as the signal comes, on a thread of its own.
    public void onRaise(final Runnable listener) {
        listeners.add(listener);
    }

    /// The main thread has finished: the program may end.
    @Override
    public void close() {
        finished.countDown();
    }
}
