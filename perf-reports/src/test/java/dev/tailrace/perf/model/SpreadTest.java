package dev.tailrace.perf.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SpreadTest {
    @Test
    void shouldBeAbsentForNoValues() {
        assertEquals(Optional.empty(), Spread.of());
    }

    @Test
    void shouldTakeTheMiddleOfAnOddNumberOfValues() {
        assertEquals(Optional.of(new Spread(2, 1, 9, 3)), Spread.of(9, 1, 2));
    }

    @Test
    void shouldTakeTheMeanOfTheTwoMiddleValues() {
        assertEquals(Optional.of(new Spread(3, 1, 9, 4)), Spread.of(9, 1, 2, 4));
    }
}
