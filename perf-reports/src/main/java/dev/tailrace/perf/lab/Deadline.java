package dev.tailrace.perf.lab;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// Kills a process that takes too long, so that whoever reads its output sees the end of it.
public final class Deadline implements AutoCloseable {
    private final AtomicBoolean expired = new AtomicBoolean();
    private final CompletableFuture<Void> alarm;

    public Deadline(final Process process, final Duration allowed) {
        alarm = CompletableFuture.runAsync(
                () -> {
                    expired.set(true);
                    process.destroyForcibly();
                },
                CompletableFuture.delayedExecutor(allowed.toMillis(), TimeUnit.MILLISECONDS));
    }

    public boolean isExpired() {
        return expired.get();
    }

    @Override
    public void close() {
        alarm.cancel(false);
    }
}
