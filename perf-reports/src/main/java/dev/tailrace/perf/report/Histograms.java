package dev.tailrace.perf.report;

import dev.tailrace.perf.result.HistogramText;
import dev.tailrace.perf.result.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/// All answers' times of one backend in one cell, ns.
///
/// @param merged of all the histograms that could be read; nothing if there is none
/// @param faults of those that could not, one line each
record Histograms(Optional<Histogram> merged, List<String> faults) {
    static Histograms of(final Stream<Sample> samples) {
        final List<String> faults = new ArrayList<>();
        final List<Histogram> read = new ArrayList<>();
        samples.map(Sample::histogram).flatMap(Optional::stream).forEach(text -> {
            try {
                read.add(HistogramText.decode(text));
            } catch (DataFormatException | RuntimeException fault) {
                faults.add(fault.getClass().getSimpleName() + ": " + fault.getMessage());
            }
        });
        return new Histograms(merge(read), List.copyOf(faults));
    }

    private static Optional<Histogram> merge(final List<Histogram> histograms) {
        return histograms.stream()
                .filter(histogram -> histogram.getTotalCount() > 0)
                .reduce((one, other) -> {
                    one.add(other);
                    return one;
                });
    }
}
