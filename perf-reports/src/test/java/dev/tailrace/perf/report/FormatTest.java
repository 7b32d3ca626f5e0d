package dev.tailrace.perf.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class FormatTest {
    @Test
    void shouldShowThreeDigitsThatMatter() {
        assertEquals("0.93", Format.number(0.9312));
        assertEquals("20.5", Format.number(20.51));
        assertEquals("113", Format.number(112.7));
    }
}
