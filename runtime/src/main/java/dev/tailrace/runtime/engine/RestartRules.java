package dev.tailrace.runtime.engine;

import java.util.concurrent.TimeUnit;

/// When a container that has exited is started again.
final class RestartRules {
    private static final long FIRST_DELAY_MS = 100;
    private static final long LONGEST_DELAY_MS = TimeUnit.MINUTES.toMillis(1);

    boolean applies(final Container container, final int exitCode) {
        final HostConfig.RestartPolicy policy = container.host().restartPolicy();
        if (container.isStopWanted()) {
            return false;
        }
        return switch (policy.name()) {
            case "always", "unless-stopped" -> true;
            case "on-failure" ->
                exitCode != 0
                        && (policy.maximumRetries() == 0 || container.status().restarts() < policy.maximumRetries());
            default -> false;
        };
    }

    /// Whether it runs again when the engine does. `on-failure` is for failures of its own.
    boolean appliesAtStart(final Container container) {
        final boolean hasRun = container.status().startedAt().isPresent();
        return switch (container.host().restartPolicy().name()) {
            case "always" -> hasRun;
            case "unless-stopped" -> hasRun && !container.isStoppedByUser();
            default -> false;
        };
    }

    /// Doubles with every restart.
    long delayMs(final int restarts) {
        return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS << Math.min(restarts, 20));
    }
}
