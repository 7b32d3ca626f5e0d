package dev.tailrace.perf.report;

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
        final double[] sorted =
                all.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        final int half = sorted.length / 2;
        if (sorted.length == 0) {
            return 0;
        }
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    double min() {
        return all.stream().mapToDouble(Double::doubleValue).min().orElse(0);
    }

    double max() {
        return all.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    }
}
