package dev.tailrace.runtime.registry;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// Transfers layers, a few at a time. When one fails, or who waits is interrupted, the others are
/// interrupted and have ended before this returns, so that nobody works on behind a transfer that is
/// given up.
final class Parallel {
    /// As many as Docker has by default.
    private static final int AT_A_TIME = 3;

    private static final long LONGEST_END_S = 60;

    private Parallel() {}

    /// @return the results, in the order of the work
    /// @throws RuntimeException of the first that fails
    static <T> List<T> run(final List<Callable<T>> work) throws IOException, InterruptedException {
        final ExecutorService threads = Executors.newFixedThreadPool(
                AT_A_TIME, Thread.ofPlatform().name("layer-", 1).daemon().factory());
        try {
            final CompletionService<T> completion = new ExecutorCompletionService<>(threads);
            final List<Future<T>> futures = new ArrayList<>();
            work.forEach(one -> futures.add(completion.submit(one)));
            for (int i = 0; i < work.size(); i++) {
                completion.take().get();
            }
            final List<T> results = new ArrayList<>();
            for (final Future<T> future : futures) {
                results.add(future.resultNow());
            }
            return results;
        } catch (final ExecutionException e) {
            switch (e.getCause()) {
                case final IOException known -> throw known;
                case final RuntimeException known -> throw known;
                case final Error known -> throw known;
                case null, default -> throw new IllegalStateException(e);
            }
        } finally {
            end(threads);
        }
    }

    private static void end(final ExecutorService threads) {
        threads.shutdownNow();
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_END_S);
        boolean wasInterrupted = false;
        while (!threads.isTerminated()) {
            try {
                if (!threads.awaitTermination(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    throw new IllegalStateException("a transfer does not end");
                }
            } catch (final InterruptedException e) {
                wasInterrupted = true;
            }
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
