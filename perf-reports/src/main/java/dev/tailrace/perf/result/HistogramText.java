package dev.tailrace.perf.result;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/// The form of a histogram in a [Sample]: HdrHistogram's compressed V2 form in Base64.
public final class HistogramText {
    private HistogramText() {}

    public static String encode(final Histogram histogram) {
        final ByteBuffer bytes = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        final int length = histogram.encodeIntoCompressedByteBuffer(bytes);
        return Base64.getEncoder().encodeToString(Arrays.copyOf(bytes.array(), length));
    }

    /// What is not a histogram fails in one of many ways, unchecked ones among them.
    ///
    /// @return one that others can be added to
    public static Histogram decode(final String text) throws DataFormatException {
        final Histogram histogram = Histogram.decodeFromCompressedByteBuffer(
                ByteBuffer.wrap(Base64.getDecoder().decode(text)), 0);
        histogram.setAutoResize(true);
        return histogram;
    }
}
