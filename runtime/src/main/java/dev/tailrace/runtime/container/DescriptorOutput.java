package dev.tailrace.runtime.container;

import java.io.IOException;
import java.io.OutputStream;

/// What a process is to read. Nothing is kept back.
final class DescriptorOutput extends OutputStream {
    private static final byte[] END_OF_TRANSMISSION = {4};

    private final Descriptor descriptor;
    private final boolean isTerminal;

    /// @param isTerminal whether closing it types an end of file (VEOF of termios(3)), because the descriptor is that
    /// of the output too
    DescriptorOutput(final Descriptor descriptor, final boolean isTerminal) {
        this.descriptor = descriptor;
        this.isTerminal = isTerminal;
    }

    @Override
    public void write(final int value) throws IOException {
        descriptor.write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(final byte[] bytes, final int offset, final int length) throws IOException {
        descriptor.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
        if (isTerminal) {
            descriptor.write(END_OF_TRANSMISSION, 0, 1);
        } else {
            descriptor.close();
        }
    }
}
