package dev.tailrace.runtime.container;

import java.io.IOException;
import java.io.InputStream;

/// What a process has written.
final class DescriptorInput extends InputStream {
    private final Descriptor descriptor;

    DescriptorInput(final Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    @Override
    public int read() throws IOException {
        final byte[] one = new byte[1];
        return descriptor.read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(final byte[] bytes, final int offset, final int length) throws IOException {
        return length == 0 ? 0 : descriptor.read(bytes, offset, length);
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
