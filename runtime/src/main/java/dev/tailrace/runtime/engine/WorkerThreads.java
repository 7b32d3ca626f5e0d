package dev.tailrace.runtime.engine;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Platform threads for work that blocks, as many as there is work: a thread for each of a container's streams and for
/// each request. Why not virtual ones: docs/adr/0022-threads.md.
public final class WorkerThreads implements Executor, AutoCloseable {
    /// Beyond it work is refused: some megabytes of stack, and far more than a user's containers and
    /// clients take.
    private static final int MAXIMUM = 4096;

    private static final long IDLE_S = 30;
    private static final long STACK_BYTES = 256 * 1024;
    private static final long LONGEST_END_S = 15;

    private final ThreadPoolExecutor pool;

    /// @param name of the threads, with a number behind it
    public WorkerThreads(final String name) {
        final AtomicLong number = new AtomicLong();
        pool = new ThreadPoolExecutor(0, MAXIMUM, IDLE_S, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            final Thread thread = new Thread(null, task, name + "-" + number.incrementAndGet(), STACK_BYTES);
            thread.setDaemon(true);
            return thread;
        });
    }

    /// @throws RejectedExecutionException there are too many, or it is closed
    @Override
    public void execute(final Runnable task) {
        pool.execute(task);
    }

    /// Lets what runs come to its end, and interrupts what does not.
    @Override
    public void close() {
        pool.shutdown();
        try {
            if (!pool.awaitTermination(1, TimeUnit.SECONDS)) {
                pool.shutdownNow();
                pool.awaitTermination(LONGEST_END_S, TimeUnit.SECONDS);
            }
        } catch (final InterruptedException e) {
            pool.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
