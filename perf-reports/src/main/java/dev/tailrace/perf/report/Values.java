package dev.tailrace.perf.report;

import dev.tailrace.perf.stats.Median;
import java.util.Arrays;
import java.util.List;

/// What one backend reached in the blocks of one cell.
///
/// @param all in the order of the blocks
record Values(List<Double> all) {
    Values {
        all = List.copyOf(all);
    }

    static Values of(final double... values) {
        return new Values(Arrays.stream(values).boxed().toList());
    }

    int count() {
        return all.size();
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /// Of two middle ones, their mean; 0 if there is nothing.
    double median() {
        return all.isEmpty()
                ? 0
                : Median.of(all.stream().mapToDouble(Double::doubleValue).toArray());
    }

    double min() {
        return all.stream().mapToDouble(Double::doubleValue).min().orElse(0);
    }

    double max() {
        return all.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    }
}
