package dev.tailrace.runtime.storage;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Counts what is read through it.
final class CountingInput extends FilterInputStream {
    private long bytes;

    CountingInput(final InputStream in) {
        super(in);
    }

    long bytes() {
        return bytes;
    }

    @Override
    public int read() throws IOException {
        final int one = in.read();
        bytes += one < 0 ? 0 : 1;
        return one;
    }

    @Override
    public int read(final byte[] target, final int offset, final int length) throws IOException {
        final int count = in.read(target, offset, length);
        bytes += Math.max(0, count);
        return count;
    }

    @Override
    public long skip(final long count) throws IOException {
        final long skipped = in.skip(count);
        bytes += skipped;
        return skipped;
    }
}
