package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.image.HealthCheck;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Tests the health of the containers that run and say how. Safe for several threads.
final class HealthMonitor implements AutoCloseable {
    private static final Duration BUSY = Duration.ofSeconds(1);

    private final EventLog events;
    private final Clock clock;
    private final Executor executor;
    private final HealthProbe probe;
    private final ScheduledThreadPoolExecutor timer;
    private final Map<Container, HealthLoop> loops = new ConcurrentHashMap<>();

    /// @param executor for the tests, which wait for their processes
    HealthMonitor(final Execs execs, final EventLog events, final Clock clock, final Executor executor) {
        this.events = events;
        this.clock = clock;
        this.executor = executor;
        this.timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("health").factory());
        timer.setRemoveOnCancelPolicy(true);
        this.probe = new HealthProbe(execs, clock, this::after);
    }

    /// A run has begun.
    void begin(final Container container) {
        final Optional<HealthCheck> check = container.config().healthCheck().filter(wanted -> !wanted.isNone());
        if (check.isEmpty()) {
            return;
        }
        final Health health =
                new Health(check.get(), container.status().startedAt().orElse(clock.instant()));
        container.health(health);
        final HealthLoop loop = new HealthLoop(
                health,
                clock,
                this::after,
                () -> probe.run(container, check.get().test(), health.timeout()),
                () -> container.status().state() == ContainerState.RUNNING,
                status -> events.container(container, "health_status: " + status.text(), Map.of()));
        final HealthLoop before = loops.put(container, loop);
        if (before != null) {
            before.close();
        }
        loop.begin();
    }

    /// The run has ended.
    void end(final Container container) {
        final HealthLoop loop = loops.remove(container);
        if (loop != null) {
            loop.close();
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        loops.values().forEach(HealthLoop::close);
    }

    private void after(final Duration delay, final Runnable action) {
        try {
            timer.schedule(() -> execute(action), delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (final RejectedExecutionException e) {
            // The engine ends, and its containers with it.
            return;
        }
    }

    private void execute(final Runnable action) {
        try {
            executor.execute(action);
        } catch (final RejectedExecutionException e) {
            // All threads are taken: later, unless the engine ends.
            after(BUSY, action);
        }
    }
}
