package dev.tailrace.runtime.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/// A client that says exactly what it is told, byte for byte.
final class HttpClient implements AutoCloseable {
    private final SocketChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024).flip();

    HttpClient(final Path socket) throws IOException {
        channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    }

    /// @param body sent with its length
    HttpClient request(final String method, final String path, final String body, final String... headers)
            throws IOException {
        final StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: api\r\n");
        for (final String header : headers) {
            head.append(header).append("\r\n");
        }
        if (!body.isEmpty()) {
            head.append("Content-Length: ")
                    .append(body.getBytes(StandardCharsets.UTF_8).length)
                    .append("\r\n");
        }
        return send(head + "\r\n" + body);
    }

    HttpClient send(final String text) throws IOException {
        final ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        return this;
    }

    HttpClient get(final String path) throws IOException {
        return request("GET", path, "");
    }

    HttpClient post(final String path, final String body) throws IOException {
        return request("POST", path, body, "Content-Type: application/json");
    }

    /// The head of the next answer, with its empty line.
    String head() throws IOException {
        final StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            final int next = read();
            if (next < 0) {
                return head + "<end>";
            }
            head.append((char) next);
        }
        return head.toString();
    }

    /// Status and body of the next answer, whichever way its length is told.
    String answer() throws IOException {
        final String head = head();
        final String status = head.substring(9, 12);
        if (head.toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked")) {
            return status + " " + chunks();
        }
        final int length = head.indexOf("ontent-") < 0 ? -1 : length(head);
        return length <= 0 ? status : status + " " + new String(bytes(length), StandardCharsets.UTF_8);
    }

    /// Until the end of the connection.
    byte[] rest() throws IOException {
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        int next = read();
        while (next >= 0) {
            all.write(next);
            next = read();
        }
        return all.toByteArray();
    }

    byte[] bytes(final int count) throws IOException {
        final byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) read();
        }
        return bytes;
    }

    void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    /// Writes without waiting until the socket takes no more for `forMs`.
    ///
    /// @return bytes taken
    long fill(final long forMs) throws IOException, InterruptedException {
        channel.configureBlocking(false);
        final ByteBuffer block = ByteBuffer.allocate(64 * 1024);
        long taken = 0;
        long lastNs = System.nanoTime();
        while (System.nanoTime() - lastNs < forMs * 1_000_000) {
            block.clear();
            final int count = channel.write(block);
            if (count > 0) {
                taken += count;
                lastNs = System.nanoTime();
            } else {
                Thread.onSpinWait();
            }
        }
        channel.configureBlocking(true);
        return taken;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private String chunks() throws IOException {
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (true) {
            final StringBuilder line = new StringBuilder();
            while (line.indexOf("\r\n") < 0) {
                line.append((char) read());
            }
            final int length = Integer.parseInt(line.toString().strip(), 16);
            all.writeBytes(bytes(length));
            bytes(2);
            if (length == 0) {
                return all.toString(StandardCharsets.UTF_8);
            }
        }
    }

    private static int length(final String head) {
        for (final String line : head.split("\r\n")) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                return Integer.parseInt(line.substring(15).strip());
            }
        }
        return -1;
    }

    private int read() throws IOException {
        if (!buffer.hasRemaining()) {
            buffer.clear();
            final int count = channel.read(buffer);
            buffer.flip();
            if (count < 0) {
                return -1;
            }
        }
        return buffer.get() & 0xff;
    }
}
