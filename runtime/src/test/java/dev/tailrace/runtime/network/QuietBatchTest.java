package dev.tailrace.runtime.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class QuietBatchTest {
    private static final long QUIET_NS = 100;
    private static final long LONGEST_NS = 1_000;

    private final QuietBatch<String> batch = new QuietBatch<>(QUIET_NS, LONGEST_NS, 3);

    @Test
    void shouldWaitUntilItHasBeenQuiet() {
        batch.add("first", 5_000);
        assertEquals(100, batch.waitNs(5_000));
        batch.disturb(5_080);
        assertEquals(80, batch.waitNs(5_100));
        batch.add("second", 5_150);
        assertEquals(1, batch.waitNs(5_249));
        assertEquals(0, batch.waitNs(5_250));
        assertEquals(List.of("first", "second"), batch.take());
        assertTrue(batch.isEmpty());
    }

    @Test
    void shouldNotWaitForEver() {
        batch.add("first", 5_000);
        batch.disturb(5_990);
        assertEquals(5, batch.waitNs(5_995));
        assertEquals(List.of("first"), batch.take());
        // The next has its own time.
        batch.add("second", 6_000);
        batch.disturb(6_950);
        assertEquals(40, batch.waitNs(6_960));
    }

    @Test
    void shouldNotCollectMoreThanItMay() {
        batch.add("first", 5_000);
        batch.add("second", 5_000);
        assertTrue(batch.waitNs(5_000) > 0);
        batch.add("third", 5_000);
        assertEquals(0, batch.waitNs(5_000));
    }

    @Test
    void shouldCompareTimesThatWrap() {
        batch.add("first", Long.MAX_VALUE - 9);
        assertEquals(80, batch.waitNs(Long.MIN_VALUE + 10));
    }
}
