package dev.tailrace.runtime.registry;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;

/// Tells how much has been read through it.
final class ReportingInput extends FilterInputStream {
    private final LongConsumer progress;
    private long bytes;

    ReportingInput(final InputStream in, final LongConsumer progress) {
        super(in);
        this.progress = progress;
    }

    @Override
    public int read() throws IOException {
        final int one = in.read();
        if (one >= 0) {
            progress.accept(++bytes);
        }
        return one;
    }

    @Override
    public int read(final byte[] target, final int offset, final int length) throws IOException {
        final int count = in.read(target, offset, length);
        if (count > 0) {
            bytes += count;
            progress.accept(bytes);
        }
        return count;
    }
}
