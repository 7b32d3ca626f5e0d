package dev.tailrace.runtime.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ApiClientTest {
    @TempDir
    private Path directory;

    private FakeEngine fake;
    private ApiClient client;

    @BeforeEach
    void start() throws IOException {
        fake = new FakeEngine(directory.resolve("api.sock"));
        client = new ApiClient(directory.resolve("api.sock"));
    }

    @AfterEach
    void stop() throws IOException {
        fake.close();
    }

    @Test
    void shouldAskWithVersionAndReadBodyOfKnownLength() throws IOException {
        fake.answerJson("GET /info", 200, "{\"Driver\":\"vfs\"}");
        try (Reply reply = client.get("/info")) {
            assertEquals("vfs", reply.object().getString("Driver"));
            assertEquals("application/json", reply.header("content-type"));
        }
        assertTrue(fake.requests().getFirst().startsWith("GET /info HTTP/1.1\r\nHost: tailrace\r\n"));
    }

    @Test
    void shouldReadChunks() throws IOException {
        fake.answer(
                "GET /a",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;name=x\r\nabc\r\n0A\r\n0123456789\r\n0\r\n\r\n");
        try (Reply reply = client.get("/a")) {
            assertEquals("abc0123456789", reply.text());
        }
    }

    @Test
    void shouldReadToTheEndWithoutLength() throws IOException {
        fake.answer("GET /a", "HTTP/1.1 200 OK\r\n\r\nall of it");
        try (Reply reply = client.get("/a")) {
            assertEquals("all of it", reply.text());
        }
    }

    @Test
    void shouldReadNullAsNoElements() throws IOException {
        fake.answerJson("GET /a", 200, "null\n");
        try (Reply reply = client.get("/a")) {
            assertTrue(reply.array().isEmpty());
        }
    }

    @Test
    void shouldGiveEnginesWordsForError() {
        fake.answerJson("POST /containers/x/start", 409, "{\"message\":\"it runs\"}");
        final ApiException refusal = assertThrows(ApiException.class, () -> client.post("/containers/x/start"));
        assertEquals(409, refusal.status());
        assertEquals("it runs", refusal.reason());
    }

    @Test
    void shouldNotTakeBrokenAnswerForWholeOne() {
        fake.answer("GET /short", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
        fake.answer("GET /chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab");
        fake.answer("GET /size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nab");
        fake.answer("GET /head", "HTTP/1.1 200 OK\r\nContent-Le");
        fake.answer("GET /ssh", "SSH-2.0-OpenSSH\r\n\r\n");
        assertThrows(EOFException.class, () -> client.get("/short").text());
        assertThrows(EOFException.class, () -> client.get("/chunk").text());
        assertThrows(IOException.class, () -> client.get("/size").text());
        assertThrows(EOFException.class, () -> client.get("/head"));
        assertThrows(IOException.class, () -> client.get("/ssh"));
    }

    @Test
    void shouldUploadInChunks() throws IOException {
        fake.answerJson("POST /images/load?quiet=1", 200, "{}");
        client.upload("/images/load?quiet=1", new ByteArrayInputStream(new byte[] {'t', 'a', 'r'}))
                .close();
        assertEquals("3\r\ntar\r\n0\r\n\r\n", fake.bodyOf("POST /images/load?quiet=1"));
    }

    @Test
    void shouldCarryStreamsAfterUpgrade() throws IOException {
        fake.answer("POST /containers/x/attach", "HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\n\r\nhello");
        try (Hijacked streams = client.hijack("/containers/x/attach", null)) {
            assertEquals("hello", new String(streams.output().readAllBytes(), StandardCharsets.UTF_8));
        }
        final String request = fake.requests().getFirst();
        assertTrue(request.contains("Connection: Upgrade\r\nUpgrade: tcp\r\n"), request);
    }

    @Test
    void shouldTakeHangUpOnUnreadInputForTheEnd() throws IOException, InterruptedException {
        fake.answer("POST /exec/x/start", "HTTP/1.1 101 UPGRADED\r\n\r\nout");
        fake.holdBack();
        try (Hijacked streams = client.hijack("/exec/x/start", null)) {
            streams.write(new byte[] {'t', 'y', 'p', 'e', 'd'}, 0, 5);
            fake.hangUp();
            assertEquals("out", new String(streams.output().readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void shouldSendDocument() throws IOException {
        fake.answerJson("POST /containers/create?name=a%20b%2Fc", 201, "{\"Id\":\"1\"}");
        final JsonObject body = new JsonObject();
        body.put("Image", "nginx");
        client.post(new Query("/containers/create").with("name", "a b/c").toString(), body)
                .close();
        assertEquals("{\"Image\":\"nginx\"}", fake.bodyOf("POST /containers/create"));
    }

    @Test
    void shouldKnowWhetherEngineIsThere() throws IOException {
        assertTrue(client.isThere());
        assertFalse(new ApiClient(directory.resolve("other.sock")).isThere());
        fake.close(); // the file stays
        assertFalse(client.isThere());
        assertThrows(NoEngineException.class, () -> client.get("/info"));
    }

    @Test
    void shouldTakeStreamsApart() throws IOException {
        final byte[] frames = {1, 0, 0, 0, 0, 0, 0, 2, 'o', 'k', 2, 0, 0, 0, 0, 0, 0, 1, 'e', 1, 0, 0, 0, 0, 0, 0, 0};
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final ByteArrayOutputStream err = new ByteArrayOutputStream();
        StreamFrames.copy(new ByteArrayInputStream(frames), out, err);
        assertEquals("ok", out.toString(StandardCharsets.UTF_8));
        assertEquals("e", err.toString(StandardCharsets.UTF_8));
        for (int length = 1; length < 10; length++) {
            final ByteArrayInputStream cut = new ByteArrayInputStream(frames, 0, length);
            assertThrows(IOException.class, () -> StreamFrames.copy(cut, out, err), "cut at " + length);
        }
        assertThrows(
                IOException.class,
                () -> StreamFrames.copy(new ByteArrayInputStream(new byte[] {9, 0, 0, 0, 0, 0, 0, 0}), out, err));
    }
}
