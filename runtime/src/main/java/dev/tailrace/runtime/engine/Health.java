package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.image.HealthCheck;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// How well one run of a container is, by the results of its tests; time comes in. Safe for several threads.
public final class Health {
    /// As many results as Docker keeps.
    private static final int KEPT = 5;

    private static final Duration INTERVAL = Duration.ofSeconds(30);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration START_INTERVAL = Duration.ofSeconds(5);
    private static final int RETRIES = 3;

    private final HealthCheck check;
    private final Instant started;

    // Guarded by this.
    private Status status = Status.STARTING;
    private int failures;
    private final ArrayDeque<Result> results = new ArrayDeque<>();

    /// @param started when the run began
    Health(final HealthCheck check, final Instant started) {
        this.check = check;
        this.started = started;
    }

    /// What is said of it.
    public enum Status {
        /// No test has succeeded yet, and not enough have failed.
        STARTING,
        HEALTHY,
        UNHEALTHY;

        /// How the API spells it.
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// What one test brought.
    ///
    /// @param exitCode -1 if it could not be started, or took too long
    public record Result(Instant start, Instant end, int exitCode, String output) {}

    /// All of it at one moment.
    ///
    /// @param failures one after the other, up to now
    /// @param results the last ones, the oldest first
    public record View(Status status, int failures, List<Result> results) {}

    public synchronized View view() {
        return new View(status, failures, List.copyOf(results));
    }

    /// Until the next test, counted from the end of the last or from the start.
    synchronized Duration delay(final Instant now) {
        if (status == Status.STARTING && now.isBefore(started.plusNanos(check.startPeriodNs()))) {
            return of(check.startIntervalNs(), START_INTERVAL);
        }
        return of(check.intervalNs(), INTERVAL);
    }

    Duration timeout() {
        return of(check.timeoutNs(), TIMEOUT);
    }

    /// @return the new status, if that changes it
    synchronized Optional<Status> add(final Result result) {
        if (results.size() == KEPT) {
            results.remove();
        }
        results.add(result);
        final Status before = status;
        if (result.exitCode() == 0) {
            failures = 0;
            status = Status.HEALTHY;
        } else if (status != Status.STARTING || !result.end().isBefore(started.plusNanos(check.startPeriodNs()))) {
            failures++;
            if (failures >= (check.retries() == 0 ? RETRIES : check.retries())) {
                status = Status.UNHEALTHY;
            }
        }
        return status == before ? Optional.empty() : Optional.of(status);
    }

    private static Duration of(final long ns, final Duration otherwise) {
        return ns == 0 ? otherwise : Duration.ofNanos(ns);
    }
}
