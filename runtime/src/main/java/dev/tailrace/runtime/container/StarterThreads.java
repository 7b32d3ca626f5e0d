package dev.tailrace.runtime.container;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadPoolExecutor;

/// The threads that are the parents of containers: the kernel takes the end of the thread that made a child for the
/// death of its parent (prctl(2), PR_SET_PDEATHSIG), so these live as long as the engine.
///
/// A few: each sleeps, for the milliseconds that a container takes to be set up, until its child has executed.
final class StarterThreads {
    private static final int COUNT = 4;

    private final ThreadPoolExecutor threads = (ThreadPoolExecutor) Executors.newFixedThreadPool(
            COUNT, Thread.ofPlatform().daemon().name("container-starts-", 0).factory());

    /// They are made here and now, in the namespaces of the engine.
    StarterThreads() {
        threads.prestartAllCoreThreads();
    }

    /// Has one of them make a child, and waits for it.
    ///
    /// @throws RuntimeException what `start` threw
    <T> T start(final Callable<T> start) {
        boolean isInterrupted = false;
        final Future<T> task = threads.submit(start);
        try {
            while (true) {
                try {
                    return task.get();
                } catch (final InterruptedException e) {
                    // It has memory of ours until it is done.
                    isInterrupted = true;
                } catch (final ExecutionException e) {
                    if (e.getCause() instanceof final RuntimeException failure) {
                        throw failure;
                    }
                    throw new IllegalStateException(e.getCause());
                }
            }
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
