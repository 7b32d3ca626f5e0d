package dev.tailrace.perf.engine;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;

/// A request that was sent.
public final class Pending {
    private static final int HEXADECIMAL = 16;

    private final String request;
    private final SocketChannel channel;

    Pending(final String request, final SocketChannel channel) {
        this.request = request;
        this.channel = channel;
    }

    /// Waits for the answer, whatever it is, and ends the connection.
    Answer answer() {
        try (channel) {
            final InputStream in = Channels.newInputStream(channel);
            final AnswerHead head = AnswerHead.read(request, in);
            return new Answer(request, head.status(), body(head, in));
        } catch (IOException failure) {
            throw EngineApi.failed(request, failure);
        }
    }

    /// Waits for the answer.
    ///
    /// @throws dev.tailrace.perf.lab.LabException in one line, if it is a refusal
    public Answer succeeded() {
        return answer().succeeded();
    }

    private static byte[] body(final AnswerHead head, final InputStream in) throws IOException {
        if (head.isChunked()) {
            return chunks(in);
        }
        return head.lengthBytes() < 0 ? in.readAllBytes() : exactly(in, Math.toIntExact(head.lengthBytes()));
    }

    private static byte[] chunks(final InputStream in) throws IOException {
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            final int length = Integer.parseInt(AnswerHead.line(in), HEXADECIMAL);
            body.write(exactly(in, length));
            AnswerHead.line(in);
            if (length == 0) {
                return body.toByteArray();
            }
        }
    }

    static byte[] exactly(final InputStream in, final int length) throws IOException {
        final byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the answer ended after %d of %d bytes".formatted(bytes.length, length));
        }
        return bytes;
    }
}
