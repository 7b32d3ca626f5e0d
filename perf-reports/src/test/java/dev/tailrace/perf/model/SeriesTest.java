package dev.tailrace.perf.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tailrace.perf.matrix.Direction;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SeriesTest {
    private static final Cell CELL = new Cell(1500, Direction.UP);
    private static final long GIB = 1L << 30;

    @Test
    void shouldCountPayloadBitsOfTheReceiver() {
        assertEquals(4.0, new Sample(0, 1_000_000_000, 2, 0, 0).gigabitsPerSecond());
    }

    @Test
    void shouldRelateProcessorTimeToWhatWasReceived() {
        assertEquals(0.75, new Sample(0, 2 * GIB, 1, 0, 1.5).cpuSecondsPerGib());
    }

    @Test
    void shouldCompareRunsOfTheSameBlockOnly() {
        final Series ours = series(sample(0, 400), sample(1, 1000), sample(2, 900));
        final Series theirs = series(sample(2, 300), sample(0, 100));
        assertEquals(Optional.of(new Spread(3.5, 3, 4, 2)), ours.ratioTo(theirs));
    }

    @Test
    void shouldHaveNoRatioToAReferenceThatFailed() {
        assertEquals(Optional.empty(), series(sample(0, 400)).ratioTo(series()));
    }

    private static Series series(final Sample... samples) {
        return new Series("any", CELL, List.of(samples), List.of());
    }

    private static Sample sample(final int run, final long bytes) {
        return new Sample(run, bytes, 1, 0, 0);
    }
}
