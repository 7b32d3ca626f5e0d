package dev.tailrace.runtime.engine;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// When a container that has exited is started again.
final class RestartRules {
    private static final long FIRST_DELAY_MS = 100;
    private static final Duration LONG_RUN = Duration.ofSeconds(10);
    private static final long LONGEST_DELAY_MS = TimeUnit.MINUTES.toMillis(1);

    boolean applies(final Container container, final int exitCode) {
        if (container.isStopWanted()) {
            return false;
        }
        return switch (container.host().restartPolicy().name()) {
            case "always", "unless-stopped" -> true;
            case "on-failure" -> isFailureToRetry(container, exitCode);
            default -> false;
        };
    }

    private static boolean isFailureToRetry(final Container container, final int exitCode) {
        final int maximum = container.host().restartPolicy().maximumRetries();
        return exitCode != 0 && (maximum == 0 || container.status().restarts() < maximum);
    }

    /// Whether it runs again when the engine does. For `on-failure`, an end with the engine counts by its exit code,
    /// as with dockerd; one that a user has stopped stays so.
    boolean appliesAtStart(final Container container) {
        final boolean hasRun = container.status().startedAt().isPresent();
        return switch (container.host().restartPolicy().name()) {
            case "always" -> hasRun;
            case "unless-stopped" -> hasRun && !container.isStoppedByUser();
            case "on-failure" ->
                hasRun
                        && !container.isStoppedByUser()
                        && isFailureToRetry(container, container.status().exitCode());
            default -> false;
        };
    }

    /// Doubles with every restart, and begins anew after a run that was long enough to be called one.
    ///
    /// @param lastMs before this run; 0 if somebody started it
    /// @param run how long it was
    long delayMs(final long lastMs, final Duration run) {
        return lastMs == 0 || run.compareTo(LONG_RUN) >= 0 ? FIRST_DELAY_MS : Math.min(LONGEST_DELAY_MS, 2 * lastMs);
    }
}
