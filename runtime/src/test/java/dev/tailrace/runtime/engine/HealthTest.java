package dev.tailrace.runtime.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.runtime.engine.Health.Result;
import dev.tailrace.runtime.engine.Health.Status;
import dev.tailrace.runtime.image.HealthCheck;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import org.junit.jupiter.api.Test;

/// On a clock that goes when it is told to.
final class HealthTest {
    private static final long SECOND_NS = 1_000_000_000;

    private final VirtualTime time = new VirtualTime();
    private final Deque<Integer> codes = new ArrayDeque<>();
    private final List<String> told = new ArrayList<>();
    private final List<Long> tests = new ArrayList<>();
    private boolean isRunning = true;

    @Test
    void shouldBecomeHealthyAndUnhealthyAndHealthyAgain() {
        final Health health = begin(check(2, 0, 0, 3));
        codes.addAll(List.of(0, 1, 1, 1, 1, 0));
        time.advance(Duration.ofSeconds(1));
        assertEquals(Status.STARTING, health.view().status());
        time.advance(Duration.ofSeconds(1));
        assertEquals(Status.HEALTHY, health.view().status());
        time.advance(Duration.ofSeconds(4));
        assertEquals(Status.HEALTHY, health.view().status());
        assertEquals(2, health.view().failures());
        time.advance(Duration.ofSeconds(2));
        assertEquals(Status.UNHEALTHY, health.view().status());
        time.advance(Duration.ofSeconds(2));
        assertEquals(4, health.view().failures());
        time.advance(Duration.ofSeconds(2));
        assertEquals(0, health.view().failures());
        assertEquals(List.of("2 healthy", "8 unhealthy", "12 healthy"), told);
        assertEquals(List.of(2L, 4L, 6L, 8L, 10L, 12L), tests);
    }

    @Test
    void shouldNotCountFailuresOfTheStartPeriod() {
        final Health health = begin(check(10, 6, 2, 2));
        codes.addAll(List.of(1, 1, 1, 1));
        time.advance(Duration.ofSeconds(6));
        // Each two seconds; the third ends with the period, and counts.
        assertEquals(List.of(2L, 4L, 6L), tests);
        assertEquals(1, health.view().failures());
        assertEquals(Status.STARTING, health.view().status());
        time.advance(Duration.ofSeconds(10));
        assertEquals(List.of(2L, 4L, 6L, 16L), tests);
        assertEquals(List.of("16 unhealthy"), told);
    }

    @Test
    void shouldCountFailuresInTheStartPeriodOnceItWasHealthy() {
        final Health health = begin(check(1, 60, 1, 2));
        codes.addAll(List.of(0, 1, 1));
        time.advance(Duration.ofSeconds(3));
        assertEquals(Status.UNHEALTHY, health.view().status());
        assertEquals(List.of("1 healthy", "3 unhealthy"), told);
    }

    @Test
    void shouldUseTheDefaultsAndKeepTheLastResults() {
        final Health health = begin(new HealthCheck(List.of("CMD", "x"), 0, 0, 0, 0, 0));
        assertEquals(Duration.ofSeconds(30), health.timeout());
        for (int i = 0; i < 7; i++) {
            codes.add(10 + i);
        }
        time.advance(Duration.ofSeconds(89));
        assertEquals(List.of(30L, 60L), tests);
        assertTrue(told.isEmpty());
        time.advance(Duration.ofSeconds(121));
        assertEquals(List.of("90 unhealthy"), told);
        assertEquals(
                List.of(12, 13, 14, 15, 16),
                health.view().results().stream().map(Result::exitCode).toList());
    }

    @Test
    void shouldRestWhileItIsPausedAndEndWithTheRun() {
        final Health health = new Health(check(1, 0, 0, 3), time.instant());
        final HealthLoop loop = loop(health);
        loop.begin();
        codes.addAll(List.of(0, 0, 0, 0));
        time.advance(Duration.ofSeconds(1));
        isRunning = false;
        time.advance(Duration.ofSeconds(5));
        isRunning = true;
        time.advance(Duration.ofSeconds(1));
        assertEquals(List.of(1L, 7L), tests);
        loop.close();
        time.advance(Duration.ofSeconds(5));
        assertEquals(2, tests.size());
        assertTrue(time.actions.isEmpty());
    }

    private Health begin(final HealthCheck check) {
        final Health health = new Health(check, time.instant());
        loop(health).begin();
        return health;
    }

    private HealthLoop loop(final Health health) {
        return new HealthLoop(
                health,
                time,
                time,
                () -> {
                    tests.add(time.instant().getEpochSecond());
                    return new Result(time.instant(), time.instant(), codes.remove(), "");
                },
                () -> isRunning,
                status -> told.add(time.instant().getEpochSecond() + " " + status.text()));
    }

    private static HealthCheck check(
            final int intervalS, final int startPeriodS, final int startIntervalS, final int retries) {
        return new HealthCheck(
                List.of("CMD", "x"),
                intervalS * SECOND_NS,
                0,
                startPeriodS * SECOND_NS,
                startIntervalS * SECOND_NS,
                retries);
    }

    /// Does what is due, in order.
    private static final class VirtualTime extends Clock implements HealthLoop.Timer {
        private record Due(Instant when, Runnable action) {}

        private final PriorityQueue<Due> actions = new PriorityQueue<>(Comparator.comparing(Due::when));
        private Instant now = Instant.EPOCH;

        void advance(final Duration by) {
            final Instant end = now.plus(by);
            while (!actions.isEmpty() && !actions.peek().when().isAfter(end)) {
                final Due due = actions.remove();
                now = due.when();
                due.action().run();
            }
            now = end;
        }

        @Override
        public void after(final Duration delay, final Runnable action) {
            actions.add(new Due(now.plus(delay), action));
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(final ZoneId zone) {
            return this;
        }
    }
}
