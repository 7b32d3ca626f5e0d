package dev.tailrace.perf.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// What a process in a container writes, as it comes: frames of {stream, 0, 0, 0, length (big endian)} and bytes, as
/// Docker's API has them.
public final class OutputFrames implements AutoCloseable {
    private static final int HEADER_BYTES = 8;
    private static final int LENGTH_OFFSET = 4;

    private final String request;
    private final SocketChannel channel;
    private final InputStream in;

    OutputFrames(final String request, final SocketChannel channel, final InputStream in) {
        this.request = request;
        this.channel = channel;
        this.in = in;
    }

    /// Waits for the next; empty when the process has ended.
    public byte[] next() {
        try {
            final int stream = in.read();
            if (stream < 0) {
                return new byte[0];
            }
            final byte[] rest = Pending.exactly(in, HEADER_BYTES - 1);
            return Pending.exactly(in, ByteBuffer.wrap(rest).getInt(LENGTH_OFFSET - 1));
        } catch (IOException failure) {
            throw EngineApi.failed(request, failure);
        }
    }

    /// Waits for the end of the process.
    ///
    /// @return all that came until then
    public byte[] rest() {
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] frame = next(); frame.length > 0; frame = next()) {
            all.writeBytes(frame);
        }
        return all.toByteArray();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failure) {
            throw EngineApi.failed(request, failure);
        }
    }
}
