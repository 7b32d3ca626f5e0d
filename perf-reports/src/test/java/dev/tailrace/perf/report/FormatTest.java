package dev.tailrace.perf.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tailrace.perf.model.Spread;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class FormatTest {
    @Test
    void shouldShowThreeDigitsThatMatter() {
        assertEquals("0.93", Format.number(0.9312));
        assertEquals("20.5", Format.number(20.51));
        assertEquals("113", Format.number(112.7));
    }

    @Test
    void shouldShowTheRangeOfSeveralRuns() {
        assertEquals("2.00x [1.00..3.50]", Format.spread(Spread.of(1, 2, 3.5), "x"));
        assertEquals("2.00x", Format.spread(Spread.of(2), "x"));
        assertEquals("-", Format.spread(Optional.empty(), "x"));
    }
}
