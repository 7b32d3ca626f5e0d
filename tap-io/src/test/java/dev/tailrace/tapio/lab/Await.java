package dev.tailrace.tapio.lab;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Waits for what another process does and nobody tells us of.
public final class Await {
    /// What nothing takes, unless it fails.
    public static final Duration PATIENCE = Program.PATIENCE;

    private static final long LOOK_EVERY_NS = 5_000_000;

    private Await() {}

    /// Looks at `condition` until it holds.
    ///
    /// @param what is named when it never does
    public static void until(final Supplier<String> what, final BooleanSupplier condition) {
        until(what, PATIENCE, condition);
    }

    /// The same for what may take longer.
    public static void until(final Supplier<String> what, final Duration patience, final BooleanSupplier condition) {
        final long deadlineNs = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (deadlineNs - System.nanoTime() < 0) {
                throw new AssertionError("never happened: " + what.get());
            }
            LockSupport.parkNanos(LOOK_EVERY_NS);
        }
    }
}
