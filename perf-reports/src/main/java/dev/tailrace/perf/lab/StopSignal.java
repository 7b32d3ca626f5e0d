package dev.tailrace.perf.lab;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jnr.constants.platform.Signal;

/// SIGINT, SIGTERM or SIGHUP ask the program to end what it does and keep what it has. They do not end it: it is
/// told, and goes on until the main thread has finished. A second SIGINT ends it at once.
///
/// This works also for a program that was started with these signals ignored.
public final class StopSignal implements AutoCloseable {
    private static final List<Signal> SIGNALS = List.of(Signal.SIGINT, Signal.SIGTERM, Signal.SIGHUP);

    /// Longer than the end of a session takes: the page of a full one, and the ends of ten backends.
    private static final int FINISH_WITHIN_SECONDS = 30;

    /// 128 and SIGINT, as a shell says it.
    private static final int STATUS = 130;

    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final CountDownLatch finished = new CountDownLatch(1);
    private boolean raised;

    private StopSignal() {}

    /// From now on, until it is closed. One at a time.
    public static StopSignal install() {
        final StopSignal stop = new StopSignal();
        SIGNALS.forEach(signal -> Posix.handle(signal, number -> stop.receive(signal)));
        // Whatever the main thread makes of its being stopped.
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
            if (stop.isRaised()) {
                Runtime.getRuntime().halt(STATUS);
            }
        }));
        return stop;
    }

    /// On a thread of the JVM that it has for each signal.
    private void receive(final Signal signal) {
        if (finished.getCount() == 0 || isRaised() && signal == Signal.SIGINT) {
            Runtime.getRuntime().halt(STATUS);
        }
        if (raise()) {
            Thread.ofPlatform().daemon().name("end in time").start(this::endInTime);
            listeners.forEach(Runnable::run);
        }
    }

    private synchronized boolean raise() {
        final boolean first = !raised;
        raised = true;
        return first;
    }

    private void endInTime() {
        try {
            if (!finished.await(FINISH_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                System.err.printf("tailrace bench: gave up after %d s of ending%n", FINISH_WITHIN_SECONDS);
                Runtime.getRuntime().halt(STATUS);
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }

    public synchronized boolean isRaised() {
        return raised;
    }

    /// Runs something as soon as the signal comes, on another thread; at once, if it has come.
    public void onRaise(final Runnable listener) {
        if (addUnlessRaised(listener)) {
            return;
        }
        listener.run();
    }

    private synchronized boolean addUnlessRaised(final Runnable listener) {
        return !raised && listeners.add(listener);
    }

    /// The main thread has finished: the program may end.
    @Override
    public void close() {
        finished.countDown();
    }
}
