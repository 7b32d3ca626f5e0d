package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.engine.Health.Result;
import dev.tailrace.runtime.engine.Health.Status;
import java.time.Clock;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Tests one run of a container, one test at a time, until it is closed. The timer is another's: it may be virtual.
final class HealthLoop implements AutoCloseable {
    private final Health health;
    private final Clock clock;
    private final Timer timer;
    private final Supplier<Result> test;
    private final BooleanSupplier isRunning;
    private final Consumer<Status> changed;
    private volatile boolean isClosed;

    /// Does things later.
    @FunctionalInterface
    interface Timer {
        /// @param action may take its time
        void after(Duration delay, Runnable action);
    }

    /// @param isRunning whether it can be tested: not while it is paused
    /// @param changed is told what becomes of it
    HealthLoop(
            final Health health,
            final Clock clock,
            final Timer timer,
            final Supplier<Result> test,
            final BooleanSupplier isRunning,
            final Consumer<Status> changed) {
        this.health = health;
        this.clock = clock;
        this.timer = timer;
        this.test = test;
        this.isRunning = isRunning;
        this.changed = changed;
    }

    void begin() {
        timer.after(health.delay(clock.instant()), this::step);
    }

    /// The run is over: what a test that goes on brings does not count.
    @Override
    public void close() {
        isClosed = true;
    }

    private void step() {
        if (isClosed) {
            return;
        }
        if (isRunning.getAsBoolean()) {
            final Result result = test.get();
            if (isClosed) {
                return;
            }
            health.add(result).ifPresent(changed);
        }
        begin();
    }
}
