package dev.tailrace.runtime.client;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A connected socket: one thread reads while another may write.
final class Connection implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int MAX_LINE_BYTES = 64 * 1024;

    private final SocketChannel channel;
    private final ByteBuffer received = ByteBuffer.allocateDirect(BUFFER_BYTES).flip();

    /// @throws NoEngineException if nobody answers there
    Connection(final Path socket) throws IOException {
        try {
            channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        } catch (final ConnectException e) {
            throw new NoEngineException(socket, e);
        } catch (final SocketException e) {
            if (Files.exists(socket)) {
                throw e;
            }
            throw new NoEngineException(socket, e);
        }
    }

    /// Reads at least one byte.
    ///
    /// @return how many, or -1 at the end
    int read(final byte[] bytes, final int offset, final int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!received.hasRemaining() && !fill()) {
            return -1;
        }
        final int count = Math.min(length, received.remaining());
        received.get(bytes, offset, count);
        return count;
    }

    /// A line without its end.
    ///
    /// @throws EOFException if it is not all there
    String readLine() throws IOException {
        final StringBuilder line = new StringBuilder();
        while (received.hasRemaining() || fill()) {
            final char character = (char) (received.get() & 0xff);
            if (character == '\n') {
                final int length = line.length();
                return length > 0 && line.charAt(length - 1) == '\r' ? line.substring(0, length - 1) : line.toString();
            }
            if (line.length() == MAX_LINE_BYTES) {
                throw new IOException("the engine sent a line of more than " + MAX_LINE_BYTES + " bytes");
            }
            line.append(character);
        }
        throw new EOFException("the engine hung up");
    }

    void write(final byte[] bytes, final int offset, final int length) throws IOException {
        final ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    void write(final String text) throws IOException {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        write(bytes, 0, bytes.length);
    }

    /// Says that nothing more will be sent.
    void endOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private boolean fill() throws IOException {
        received.clear();
        final int count = channel.read(received);
        received.flip();
        return count > 0;
    }
}
