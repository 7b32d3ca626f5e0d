package dev.tailrace.runtime.client;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;

/// The body of a reply: so many bytes, chunks (RFC 9112 section 7.1), or all until the engine hangs up.
/// Closing it closes the connection.
final class BodyInput extends InputStream {
    static final long CHUNKED = -1;
    static final long UNTIL_END = -2;

    private static final int RADIX = 16;
    private static final String CHUNK_SIZE = "[0-9a-fA-F]{1,15}";

    private final Connection connection;
    private final boolean isChunked;
    private final boolean isUntilEnd;

    /// Of the chunk, or of the whole body.
    private long left;

    private boolean isFirstChunk = true;
    private boolean isAtEnd;

    /// @param length in bytes, or one of the constants here
    BodyInput(final Connection connection, final long length) {
        this.connection = connection;
        isChunked = length == CHUNKED;
        isUntilEnd = length == UNTIL_END;
        left = Math.max(length, 0);
        isAtEnd = length == 0;
    }

    @Override
    public int read() throws IOException {
        final byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(final byte[] bytes, final int offset, final int length) throws IOException {
        if (isChunked && left == 0 && !isAtEnd) {
            nextChunk();
        }
        if (isAtEnd) {
            return -1;
        }
        final int wanted = isUntilEnd ? length : (int) Math.min(length, left);
        final int count = isUntilEnd ? readUntilEnd(bytes, offset, wanted) : connection.read(bytes, offset, wanted);
        if (count < 0 && !isUntilEnd) {
            throw new EOFException("the engine hung up in the middle of its answer");
        }
        if (count < 0) {
            isAtEnd = true;
            return -1;
        }
        left -= count;
        isAtEnd = left == 0 && !isChunked && !isUntilEnd;
        return count;
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }

    /// Where the engine hangs up before it has read all that was typed, the kernel ends the
    /// connection by a reset behind the last byte. It is an end like any other: how the process
    /// ended is asked for separately.
    private int readUntilEnd(final byte[] bytes, final int offset, final int length) throws IOException {
        try {
            return connection.read(bytes, offset, length);
        } catch (final SocketException e) {
            return -1;
        }
    }

    private void nextChunk() throws IOException {
        if (!isFirstChunk && !connection.readLine().isEmpty()) {
            throw new IOException("the engine's chunk is longer than it said");
        }
        isFirstChunk = false;
        final String line = connection.readLine();
        final int extension = line.indexOf(';');
        final String size = (extension < 0 ? line : line.substring(0, extension)).strip();
        if (!size.matches(CHUNK_SIZE)) {
            throw new IOException("the engine's chunk has no size: " + line);
        }
        left = Long.parseLong(size, RADIX);
        if (left == 0) {
            isAtEnd = true;
        }
    }
}
