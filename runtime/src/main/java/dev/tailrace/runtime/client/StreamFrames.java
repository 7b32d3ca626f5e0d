package dev.tailrace.runtime.client;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/// Output and errors of a process in one stream, as the Engine API sends them where there is no terminal: frames of the
/// stream's number (1, 2, or 3 for the engine's own errors), three zero bytes, four of the length, and the bytes.
public final class StreamFrames {
    private static final int HEADER_BYTES = 8;
    private static final int LENGTH_OFFSET = 4;
    private static final int BUFFER_BYTES = 32 * 1024;
    private static final int ENGINE = 3;

    private StreamFrames() {}

    /// Copies to the end.
    public static void copy(final InputStream frames, final OutputStream out, final OutputStream err)
            throws IOException {
        final byte[] bytes = new byte[BUFFER_BYTES];
        while (true) {
            final int header = frames.readNBytes(bytes, 0, HEADER_BYTES);
            if (header == 0) {
                return;
            }
            final int stream = bytes[0];
            long left = ByteBuffer.wrap(bytes).getInt(LENGTH_OFFSET) & 0xffff_ffffL;
            if (header < HEADER_BYTES || stream < 0 || stream > ENGINE) {
                throw new IOException("the engine sent what is no frame of a stream");
            }
            final OutputStream target = stream > 1 ? err : out;
            while (left > 0) {
                final int count = frames.read(bytes, 0, (int) Math.min(left, bytes.length));
                if (count < 0) {
                    throw new EOFException("the engine hung up in the middle of a frame");
                }
                target.write(bytes, 0, count);
                left -= count;
            }
            target.flush();
        }
    }
}
