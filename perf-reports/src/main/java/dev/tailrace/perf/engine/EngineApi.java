package dev.tailrace.perf.engine;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import dev.tailrace.perf.lab.LabException;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/// Requests to an engine, each on a connection of its own; not timed out, since whoever is asked is killed with us.
public final class EngineApi {
    private static final String VERSION = "/v1.44";

    private final Path socket;

    public EngineApi(final Path socket) {
        this.socket = socket;
    }

    public Path socket() {
        return socket;
    }

    public Answer get(final String path) {
        return send("GET", path, Optional.empty()).answer().succeeded();
    }

    public Answer post(final String path) {
        return send("POST", path, Optional.empty()).answer().succeeded();
    }

    public Answer post(final String path, final JsonObject body) {
        return send("POST", path, Optional.of(body)).answer().succeeded();
    }

    public Answer delete(final String path) {
        return send("DELETE", path, Optional.empty()).answer().succeeded();
    }

    /// Sends a request whose answer is read later.
    public Pending begin(final String path) {
        return send("POST", path, Optional.empty());
    }

    /// Sends a file as the body of a request, and waits for the answer.
    public Answer upload(final String path, final Path file) {
        final String request = "POST " + path;
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
                FileChannel content = FileChannel.open(file)) {
            final long size = content.size();
            write(channel, head(request, "Content-Type: application/x-tar\r\nContent-Length: " + size + "\r\n"));
            for (long sent = 0; sent < size; ) {
                sent += content.transferTo(sent, size - sent, channel);
            }
            return new Pending(request, channel).answer().succeeded();
        } catch (IOException failure) {
            throw failed(request, failure);
        }
    }

    /// Leaves HTTP: what a process writes comes as frames, until it ends.
    public OutputFrames hijack(final String path, final Optional<JsonObject> body) {
        final String request = "POST " + path;
        try {
            final SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
            try {
                write(channel, message(request, "Connection: Upgrade\r\nUpgrade: tcp\r\n", body));
                final InputStream in = Channels.newInputStream(channel);
                final AnswerHead head = AnswerHead.read(request, in);
                if (head.status() != AnswerHead.SWITCHING_PROTOCOLS) {
                    throw new LabException("%s: status %d and no stream".formatted(request, head.status()));
                }
                return new OutputFrames(request, channel, in);
            } catch (IOException | RuntimeException failure) {
                channel.close();
                throw failure;
            }
        } catch (IOException failure) {
            throw failed(request, failure);
        }
    }

    private Pending send(final String method, final String path, final Optional<JsonObject> body) {
        final String request = method + " " + path;
        try {
            final SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
            try {
                write(channel, message(request, "Connection: close\r\n", body));
                return new Pending(request, channel);
            } catch (IOException failure) {
                channel.close();
                throw failure;
            }
        } catch (IOException failure) {
            throw failed(request, failure);
        }
    }

    private static byte[] message(final String request, final String headers, final Optional<JsonObject> body) {
        final String content = body.map(JsonWriter::string).orElse("");
        final String type = body.isPresent() ? "Content-Type: application/json\r\n" : "";
        final String length = "Content-Length: " + content.getBytes(StandardCharsets.UTF_8).length + "\r\n";
        return (new String(head(request, headers + type + length), StandardCharsets.UTF_8) + content)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] head(final String request, final String headers) {
        final int space = request.indexOf(' ');
        return "%s %s%s HTTP/1.1\r\nHost: engine\r\n%s\r\n"
                .formatted(request.substring(0, space), VERSION, request.substring(space + 1), headers)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static void write(final SocketChannel channel, final byte[] bytes) throws IOException {
        final ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    static LabException failed(final String request, final IOException failure) {
        return new LabException("asking the engine for " + request, failure);
    }
}
