package dev.tailrace.netstack.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SequenceNumbersTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, -1, -2, Integer.MAX_VALUE, Integer.MIN_VALUE, 0x1234_5678})
    void shouldCompareAcrossTheWrap(final int base) {
        final int later = base + 3;
        assertTrue(SequenceNumbers.lessThan(base, later));
        assertFalse(SequenceNumbers.lessThan(later, base));
        assertFalse(SequenceNumbers.lessThan(base, base));
        assertTrue(SequenceNumbers.lessOrEqual(base, base));
        assertFalse(SequenceNumbers.lessOrEqual(later, base));
        assertTrue(SequenceNumbers.greaterThan(later, base));
        assertFalse(SequenceNumbers.greaterThan(base, base));
        assertTrue(SequenceNumbers.greaterOrEqual(base, base));
        assertFalse(SequenceNumbers.greaterOrEqual(base, later));
        assertEquals(later, SequenceNumbers.max(base, later));
        assertEquals(later, SequenceNumbers.max(later, base));
        assertEquals(base, SequenceNumbers.min(base, later));
        assertEquals(base, SequenceNumbers.min(later, base));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -5, Integer.MAX_VALUE - 2, 77})
    void shouldKnowWindows(final int start) {
        assertTrue(SequenceNumbers.isInWindow(start, start, 10));
        assertTrue(SequenceNumbers.isInWindow(start + 9, start, 10));
        assertFalse(SequenceNumbers.isInWindow(start + 10, start, 10));
        assertFalse(SequenceNumbers.isInWindow(start - 1, start, 10));
        assertFalse(SequenceNumbers.isInWindow(start, start, 0));
        assertTrue(SequenceNumbers.isInWindow(start - 2, start, -1), "a window of 2^32 - 1");
    }
}
