package dev.tailrace.runtime.api;

import dev.tailrace.runtime.log.LogStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/// Output on its way to a client: raw from a terminal, else in frames, each with the stream's number, three zero bytes
/// and the length of its payload, big-endian, before it.
final class Frames {
    static final int HEADER_BYTES = 8;

    /// An error of ours in the middle of a stream.
    static final int SYSTEM_ERROR = 3;

    private final OutputStream out;
    private final boolean isRaw;

    Frames(final OutputStream out, final boolean isRaw) {
        this.out = out;
        this.isRaw = isRaw;
    }

    /// The content type from the version on that knows the difference.
    static String contentType(final ApiVersion version, final boolean isRaw) {
        return isRaw || version.compareTo(ApiVersion.FRAMED_CONTENT_TYPE) < 0
                ? Headers.RAW_STREAM
                : Headers.FRAMED_STREAM;
    }

    void write(final LogStream stream, final byte[] bytes) throws IOException {
        write(stream == LogStream.STDOUT ? 1 : 2, bytes);
    }

    void write(final int stream, final byte[] bytes) throws IOException {
        if (isRaw) {
            out.write(bytes);
            return;
        }
        out.write(ByteBuffer.allocate(HEADER_BYTES + bytes.length)
                .put((byte) stream)
                .position(4)
                .putInt(bytes.length)
                .put(bytes)
                .array());
    }
}
