package dev.tailrace.perf.traffic;

import dev.tailrace.perf.result.Metric;
import java.util.Map;
import java.util.Optional;

/// What one piece of traffic came to, seen by its two ends.
///
/// @param bytes of payload that arrived; 0 for round trips
/// @param transactions from start to end, warm-up included; 0 for bulk
/// @param histogram see [dev.tailrace.perf.result.Sample]
public record Measurement(Map<Metric, Double> values, long bytes, long transactions, Optional<String> histogram) {
    public Measurement {
        values = Map.copyOf(values);
    }
}
