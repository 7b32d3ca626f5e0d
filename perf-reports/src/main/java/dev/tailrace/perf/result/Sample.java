package dev.tailrace.perf.result;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// One measurement of one backend in one cell of one block, or the reason why there is none.
///
/// @param values all finite
/// @param failure one line; the values are empty then
/// @param histogram of the answers' times in ns, as HdrHistogram's compressed V2 form in Base64, where there is one
/// @param turns the values of each turn, in order, if there were several
public record Sample(
        Map<Metric, Double> values,
        Optional<String> failure,
        Optional<String> histogram,
        List<Map<Metric, Double>> turns) {
    /// One turn.
    public Sample(final Map<Metric, Double> values, final Optional<String> failure, final Optional<String> histogram) {
        this(values, failure, histogram, List.of());
    }

    public Sample {
        turns = List.copyOf(turns);
        values = values.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(values));
        for (final Map.Entry<Metric, Double> each : values.entrySet()) {
            if (!Double.isFinite(each.getValue())) {
                throw new IllegalArgumentException(each.getKey().key() + " is " + each.getValue());
            }
        }
    }

    public static Sample of(final Map<Metric, Double> values) {
        return new Sample(values, Optional.empty(), Optional.empty());
    }

    public static Sample failed(final String reason) {
        return new Sample(Map.of(), Optional.of(reason), Optional.empty());
    }

    public OptionalDouble value(final Metric metric) {
        final Double value = values.get(metric);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }
}
