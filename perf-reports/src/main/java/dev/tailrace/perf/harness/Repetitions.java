package dev.tailrace.perf.harness;

import dev.tailrace.perf.backend.Link;
import dev.tailrace.perf.matrix.Operation;
import dev.tailrace.perf.result.HistogramText;
import dev.tailrace.perf.result.Metric;
import dev.tailrace.perf.traffic.Measurement;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;

/// An operation again and again.
final class Repetitions {
    /// The least number that a median is taken of.
    static final int LEAST = 3;

    private static final int DIGITS = 3;
    private static final double NS_PER_MS = 1e6;
    private static final double MEDIAN = 50;
    private static final double TAIL = 90;

    private final BooleanSupplier stopped;

    /// @param stopped asked between repetitions; once it says so, what is there is enough
    Repetitions(final BooleanSupplier stopped) {
        this.stopped = stopped;
    }

    /// Does it once without looking at the clock, and then for some seconds, but a few times at least.
    ///
    /// @throws dev.tailrace.perf.lab.LabException if it failed once
    Measurement measure(final Link link, final Operation operation, final int seconds) {
        link.perform(operation);
        final Histogram times = new Histogram(DIGITS);
        final long deadlineNs = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        while (!stopped.getAsBoolean() && (times.getTotalCount() < LEAST || System.nanoTime() - deadlineNs < 0)) {
            times.recordValue(link.perform(operation));
        }
        return new Measurement(
                Map.of(
                        Metric.MEDIAN_TIME,
                        times.getValueAtPercentile(MEDIAN) / NS_PER_MS,
                        Metric.TAIL_TIME,
                        times.getValueAtPercentile(TAIL) / NS_PER_MS),
                0,
                0,
                Optional.of(HistogramText.encode(times)));
    }

    /// Does some operations in turn, so that a JVM compiles what they need.
    void warmUp(final Link link, final int seconds) {
        final long deadlineNs = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        while (!stopped.getAsBoolean() && System.nanoTime() - deadlineNs < 0) {
            link.perform(Operation.START);
            link.perform(Operation.EXEC);
            link.perform(Operation.REMOVE);
        }
    }
}
