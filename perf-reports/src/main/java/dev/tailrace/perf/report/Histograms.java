package dev.tailrace.perf.report;

import dev.tailrace.perf.result.Sample;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
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
                read.add(decode(text));
            } catch (DataFormatException | RuntimeException fault) {
                faults.add(fault.getClass().getSimpleName() + ": " + fault.getMessage());
            }
        });
        return new Histograms(merge(read), List.copyOf(faults));
    }

    /// What is not a histogram fails in one of many ways, unchecked ones among them.
    private static Histogram decode(final String text) throws DataFormatException {
        final Histogram histogram = Histogram.decodeFromCompressedByteBuffer(
                ByteBuffer.wrap(Base64.getDecoder().decode(text)), 0);
        histogram.setAutoResize(true);
        return histogram;
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
