package dev.tailrace.perf.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.perf.result.HistogramText;
import dev.tailrace.perf.result.Metric;
import dev.tailrace.perf.result.Sample;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

final class CombinedTurnsTest {
    private static Sample transfer(final double goodput, final double resident) {
        return Sample.of(Map.of(Metric.GOODPUT, goodput, Metric.RESIDENT, resident));
    }

    private static Sample answers(final long count, final long micros) {
        final Histogram histogram = new Histogram(3);
        histogram.recordValueWithCount(micros * 1000, count);
        return new Sample(
                Map.of(Metric.P50, (double) micros, Metric.P99, (double) micros),
                Optional.empty(),
                Optional.of(HistogramText.encode(histogram)));
    }

    @Test
    void shouldTakeTheMedianAndTheMostMemoryAndKeepEachTurn() {
        final Sample combined =
                CombinedTurns.of(List.of(transfer(10, 7), transfer(14, 6), transfer(99, 6), transfer(12, 6)));
        assertEquals(Map.of(Metric.GOODPUT, 13.0, Metric.RESIDENT, 7.0), combined.values());
        assertEquals(
                List.of(10.0, 14.0, 99.0, 12.0),
                combined.turns().stream().map(each -> each.get(Metric.GOODPUT)).toList());
    }

    @Test
    void shouldTakePercentilesOfAllAnswersTogether() {
        final Sample combined = CombinedTurns.of(List.of(answers(10, 500), answers(990, 20)));
        assertEquals(20, combined.value(Metric.P50).orElseThrow(), 0.1);
        assertEquals(20, combined.value(Metric.P99).orElseThrow(), 0.1);
        assertTrue(combined.histogram().isPresent());
    }

    @Test
    void shouldFailWithOneTurn() {
        final Sample failed = Sample.failed("its process ended");
        assertSame(failed, CombinedTurns.of(List.of(transfer(10, 7), failed, transfer(9, 7))));
    }

    @Test
    void shouldLeaveASingleTurnAsItIs() {
        final Sample only = transfer(10, 7);
        assertSame(only, CombinedTurns.of(List.of(only)));
    }

    @Test
    void shouldLeaveOutWhatOneTurnDoesNotTell() {
        final Sample combined = CombinedTurns.of(List.of(transfer(10, 7), Sample.of(Map.of(Metric.GOODPUT, 12.0))));
        assertEquals(Map.of(Metric.GOODPUT, 11.0), combined.values());
    }
}
