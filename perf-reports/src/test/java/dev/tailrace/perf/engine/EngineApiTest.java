package dev.tailrace.perf.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import dev.tailrace.perf.lab.LabException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An engine that says what a test wants, once.
final class EngineApiTest {
    @TempDir
    private Path directory;

    private ServerSocketChannel server;
    private EngineApi api;

    @BeforeEach
    void listen() throws IOException {
        final Path socket = directory.resolve("s");
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
        api = new EngineApi(socket);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    /// @return what was asked, once `end` has come
    private CompletableFuture<String> answering(final String end, final String answer) {
        return CompletableFuture.supplyAsync(() -> {
            try (SocketChannel channel = server.accept()) {
                final StringBuilder asked = new StringBuilder();
                final ByteBuffer buffer = ByteBuffer.allocate(1024);
                while (asked.indexOf(end) < 0 && channel.read(buffer.clear()) > 0) {
                    asked.append(StandardCharsets.ISO_8859_1.decode(buffer.flip()));
                }
                channel.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.ISO_8859_1)));
                return asked.toString();
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Test
    void shouldReadBodiesOfAllLengths() {
        answering("\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n{\"a\":1}and more");
        assertEquals(1, api.get("/info").object().getInt("a"));
        answering(
                "\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n4\r\n\":2}\r\n0\r\n\r\n");
        assertEquals(2, api.get("/info").object().getInt("a"));
        answering("\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n{\"a\":3}");
        assertEquals(3, api.get("/info").object().getInt("a"));
    }

    @Test
    void shouldSendBodiesWithTheirLength() {
        final CompletableFuture<String> asked = answering("}", "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}");
        api.post("/containers/create", JsonObject.builder().value("Image", "é").done());
        final String request = asked.join();
        assertTrue(request.startsWith("POST /v1.44/containers/create HTTP/1.1\r\n"), request);
        assertTrue(request.contains("Content-Length: 14\r\n"), request);
    }

    @Test
    void shouldSendFiles() throws IOException {
        final Path file = Files.writeString(directory.resolve("archive"), "the archive.");
        final CompletableFuture<String> asked = answering("archive.", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        api.upload("/images/load", file);
        assertTrue(asked.join().endsWith("\r\nContent-Length: 12\r\n\r\nthe archive."), asked::join);
    }

    @Test
    void shouldTellRefusalsInOneLine() {
        answering("\r\n\r\n", "HTTP/1.1 404 Not Found\r\nContent-Length: 27\r\n\r\n{\"message\":\"no such image\"}");
        final LabException refusal = assertThrows(LabException.class, () -> api.post("/images/x/tag"));
        assertEquals("POST /images/x/tag: status 404: {\"message\":\"no such image\"}", refusal.getMessage());
    }

    @Test
    void shouldNotTakeHalfAnAnswerForOne() {
        answering("\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"a\":1}");
        assertThrows(LabException.class, () -> api.get("/info"));
        answering("\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-");
        assertThrows(LabException.class, () -> api.get("/info"));
    }

    @Test
    void shouldReadFramesUntilTheProcessEnds() {
        answering(
                "\r\n\r\n",
                "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
                        + "\1\0\0\0\0\0\0\2ab\2\0\0\0\0\0\0\3cde");
        try (OutputFrames output = api.hijack("/containers/x/attach?stream=1", Optional.empty())) {
            assertArrayEquals(new byte[] {'a', 'b'}, output.next());
            assertArrayEquals(new byte[] {'c', 'd', 'e'}, output.rest());
            assertEquals(0, output.next().length);
        }
    }
}
