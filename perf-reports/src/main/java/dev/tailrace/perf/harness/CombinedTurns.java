package dev.tailrace.perf.harness;

import dev.tailrace.perf.result.HistogramText;
import dev.tailrace.perf.result.Metric;
import dev.tailrace.perf.result.Sample;
import dev.tailrace.perf.stats.Median;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/// The turns of one backend in one cell of one block as one sample: the median of each value over all of them, the
/// most for peak memory, and percentiles of all answers together. One turn that failed makes all fail: what is left
/// may be the fast ones.
final class CombinedTurns {
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double MEDIAN = 50;
    private static final double TAIL = 99;

    private CombinedTurns() {}

    static Sample of(final List<Sample> turns) {
        final Optional<Sample> failed =
                turns.stream().filter(each -> each.failure().isPresent()).findFirst();
        if (turns.size() == 1 || failed.isPresent()) {
            return failed.orElseGet(turns::getFirst);
        }
        final Map<Metric, Double> values = new EnumMap<>(Metric.class);
        for (final Metric metric : Metric.values()) {
            combined(metric, turns).ifPresent(value -> values.put(metric, value));
        }
        final Optional<Histogram> answers = turns.stream()
                .flatMap(each -> each.histogram().stream())
                .map(CombinedTurns::decode)
                .reduce((one, other) -> {
                    one.add(other);
                    return one;
                });
        answers.ifPresent(all -> {
            values.put(Metric.P50, all.getValueAtPercentile(MEDIAN) / NANOS_PER_MICRO);
            values.put(Metric.P99, all.getValueAtPercentile(TAIL) / NANOS_PER_MICRO);
        });
        return new Sample(
                values,
                Optional.empty(),
                answers.map(HistogramText::encode),
                turns.stream().map(Sample::values).toList());
    }

    /// Nothing for what not every turn has: a median of some would compare with a median of all.
    private static OptionalDouble combined(final Metric metric, final List<Sample> turns) {
        if (turns.stream().anyMatch(each -> each.value(metric).isEmpty())) {
            return OptionalDouble.empty();
        }
        final double[] values = turns.stream()
                .mapToDouble(each -> each.value(metric).orElseThrow())
                .toArray();
        return metric == Metric.RESIDENT ? Arrays.stream(values).max() : OptionalDouble.of(Median.of(values));
    }

    private static Histogram decode(final String text) {
        try {
            return HistogramText.decode(text);
        } catch (DataFormatException malformed) {
            throw new IllegalArgumentException("a turn's histogram: " + malformed.getMessage(), malformed);
        }
    }
}
