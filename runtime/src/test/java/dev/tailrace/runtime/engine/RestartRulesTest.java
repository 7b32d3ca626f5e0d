package dev.tailrace.runtime.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RestartRulesTest {
    private static final Duration SHORT = Duration.ofMillis(9_999);

    private final RestartRules rules = new RestartRules();

    @Test
    void shouldWaitTwiceAsLongEachTimeUpToAMinute() {
        long delayMs = rules.delayMs(0, SHORT);
        assertEquals(100, delayMs);
        for (final long expected :
                new long[] {200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 51_200, 60_000, 60_000}) {
            delayMs = rules.delayMs(delayMs, SHORT);
            assertEquals(expected, delayMs);
        }
    }

    @Test
    void shouldBeginAnewAfterALongRun() {
        assertEquals(100, rules.delayMs(51_200, Duration.ofSeconds(10)));
        assertEquals(100, rules.delayMs(0, Duration.ZERO));
    }
}
