package dev.tailrace.runtime.client;

import java.io.IOException;
import java.io.InputStream;

/// A connection that carries the streams of a process from now on. One thread reads, another writes.
public final class Hijacked implements AutoCloseable {
    private final Connection connection;
    private final InputStream output;

    Hijacked(final Connection connection) {
        this.connection = connection;
        output = new BodyInput(connection, BodyInput.UNTIL_END);
    }

    /// What the process writes: a terminal's bytes, or the frames that [StreamFrames] takes apart.
    public InputStream output() {
        return output;
    }

    /// What the process shall read.
    public void write(final byte[] bytes, final int offset, final int length) throws IOException {
        connection.write(bytes, offset, length);
    }

    /// The process reads the end of its input.
    public void endInput() throws IOException {
        connection.endOutput();
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
