package dev.tailrace.runtime.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.runtime.engine.Container;
import dev.tailrace.runtime.engine.EngineException;
import dev.tailrace.runtime.fake.FakeEngine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The API byte for byte, over fakes.
@Timeout(60)
final class ApiServerTest {
    @TempDir
    private Path directory;

    private FakeEngine fake;
    private ApiServer server;
    /// Than the sockets and the server hold.
    private static final int MORE_THAN_FITS = 16 << 20;

    private HttpClient client;

    @BeforeEach
    void open() throws IOException {
        fake = new FakeEngine(directory);
        server = new ApiServer(fake.engine, directory.resolve("s"));
        client = new HttpClient(server.socket());
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        fake.close();
        server.close();
        assertFalse(Files.exists(server.socket()));
    }

    @Test
    void shouldAnswerPings() throws IOException {
        final String head = client.request("HEAD", "/_ping", "").head();
        assertTrue(head.startsWith("HTTP/1.1 200 OK\r\n"), head);
        assertTrue(head.contains("Api-Version: 1.51\r\n"), head);
        assertTrue(head.contains("Ostype: linux\r\n") && head.contains("Docker-Experimental: false\r\n"), head);
        assertTrue(head.contains("Builder-Version: 1\r\n") && head.contains("Swarm: inactive\r\n"), head);
        assertEquals("200 OK", client.get("/_ping").answer());
        assertEquals("200 OK", client.get("/v1.24/_ping").answer());
    }

    @Test
    void shouldEndWhatIsUnderWayBeforeItsThreads() throws IOException {
        final List<Throwable> uncaught = new CopyOnWriteArrayList<>();
        final Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> uncaught.add(failure));
        final List<HttpClient> waiting = new ArrayList<>();
        try {
            final ApiServer other = new ApiServer(fake.engine, directory.resolve("other"));
            for (int i = 0; i < 20; i++) {
                waiting.add(new HttpClient(other.socket()).get("/events"));
                waiting.getLast().head();
            }
            other.close();
            for (final HttpClient one : waiting) {
                assertEquals(0, one.rest().length);
            }
            assertEquals(List.of(), uncaught);
        } finally {
            for (final HttpClient one : waiting) {
                one.close();
            }
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    @Test
    void shouldServeItsOwnerOnly() throws IOException {
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(server.socket())));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET|/v1.23/info|400|client version 1.23 is too old. Minimum supported API version is 1.24, please"
                        + " upgrade your client to a newer version",
                "GET|/v1.52/info|400|client version 1.52 is too new. Maximum supported API version is 1.51",
                "GET|/nosuch|404|page not found",
                "GET|/containers/x/json|404|No such container: x",
                "GET|/images/a/b:c/json|404|No such image: a/b:c",
                "GET|/images/a%2Fb:c/json|404|No such image: a/b:c",
                "GET|/networks/x|404|network x not found",
                "GET|/volumes/x|404|get x: no such volume",
                "DELETE|/volumes/x|404|get x: no such volume",
                "DELETE|/networks/host|403|host is a pre-defined network and cannot be removed",
                "POST|/networks/prune?filters=%7B%22name%22%3A%5B%22x%22%5D%7D|400|invalid filter 'name'",
                "POST|/build|501|building images: not supported by this engine yet",
                "POST|/images/create?fromImage=docker.io/library/alpine&tag=latest|404|pull access denied for alpine,"
                        + " repository does not exist or may require 'docker login': denied: requested access to the"
                        + " resource is denied",
                "GET|/containers/json?filters=%7B%22nosuch%22%3A%5B%22x%22%5D%7D|400|invalid filter 'nosuch'",
                "GET|/exec/x/json|404|No such exec instance: x",
            })
    void shouldSayWhatIsWrong(final String method, final String path, final int status, final String message)
            throws IOException {
        assertEquals(
                status + " {\"message\":\"" + message + "\"}",
                client.request(method, path, "").answer());
    }

    @Test
    void shouldReadRequestsWithTolerance() throws IOException {
        final String id = create("{\"image\":\"busybox\",\"CMD\":\"true\",\"unknown\":{\"x\":[1]},\"Env\":null,"
                + "\"hostconfig\":{\"NetworkMode\":null,\"Binds\":null,\"AutoRemove\":null}}");
        assertEquals("true", fake.engine.container(id).config().command().getFirst());
        assertEquals(
                "400 {\"message\":\"invalid JSON: Env has to be a list\"}",
                client.post("/containers/create", "{\"Image\":\"busybox\",\"Env\":3}")
                        .answer());
        assertTrue(client.post("/containers/create", "{\"Image\":").answer().startsWith("400 "));
        assertEquals(
                "400 {\"message\":\"invalid JSON: nested too deep\"}",
                client.post("/containers/create", "[".repeat(10_000)).answer());
    }

    @Test
    void shouldAnswerAClientThatStillWrites() throws IOException {
        final String answer =
                client.request("POST", "/no/such", "x".repeat(MORE_THAN_FITS)).answer();
        assertTrue(answer.startsWith("404 "), answer);
    }

    @Test
    void shouldKeepTheConnection() throws IOException {
        client.send("GET /_ping HTTP/1.1\r\nHost: x\r\n\r\nGET /containers/x/json HTTP/1.1\r\nHost: x\r\n\r\n"
                + "GET /_ping HTTP/1.1\r\nHost: x\r\n\r\n");
        assertEquals("200 OK", client.answer());
        assertTrue(client.answer().startsWith("404 "));
        assertEquals("200 OK", client.answer());
    }

    @Test
    void shouldAnswerWhatIsSoAlreadyWith304() throws IOException {
        final String id = create("{\"Image\":\"busybox\",\"Cmd\":[\"sleep\",\"100\"]}");
        assertEquals("304", client.post("/containers/" + id + "/stop", "").answer());
        assertEquals("204", client.post("/containers/" + id + "/start", "").answer());
        assertEquals("304", client.post("/containers/" + id + "/start", "").answer());
        assertEquals(
                "204",
                client.request("DELETE", "/containers/" + id + "?force=True", "")
                        .answer());
    }

    @Test
    void shouldSendTheHeadOfAWaitAtOnce() throws IOException {
        final String id = create("{\"Image\":\"busybox\",\"Cmd\":[\"sh\",\"-c\",\"exit 7\"]}");
        try (HttpClient waiting = new HttpClient(server.socket())) {
            waiting.post("/containers/" + id + "/wait?condition=next-exit", "");
            // Without the head this read would wait for ever: nothing is started before it.
            assertTrue(waiting.head().startsWith("HTTP/1.1 200 OK"));
            assertEquals("204", client.post("/containers/" + id + "/start", "").answer());
            assertEquals("18\r\n{\"StatusCode\":7}", read(waiting, 20).replaceFirst("^[0-9a-f]+", "18"));
        }
    }

    @Test
    void shouldFrameOutputAndTakeInputBeforeTheStart() throws IOException {
        final String id = create(INPUT.replace("COMMAND", "cat; echo bad >&2"));
        try (HttpClient attached = new HttpClient(server.socket())) {
            attached.request(
                    "POST",
                    "/v1.50/containers/" + id + "/attach?stream=1&stdin=1&stdout=1&stderr=1",
                    "",
                    "Connection: Upgrade",
                    "Upgrade: tcp");
            attached.send("early");
            attached.shutdownOutput();
            final String head = attached.head();
            assertTrue(head.startsWith("HTTP/1.1 101 UPGRADED\r\n"), head);
            assertTrue(head.contains("Content-Type: application/vnd.docker.multiplexed-stream\r\n"), head);
            assertEquals("204", client.post("/containers/" + id + "/start", "").answer());
            // The two streams have threads of their own: which comes first nobody promises.
            final String output = unframed(attached.rest());
            assertTrue(Set.of("1:early2:bad\n", "2:bad\n1:early").contains(output), output);
        }
    }

    @Test
    void shouldTakeInputThatComesWithTheRequest() throws IOException {
        final String id = create(INPUT.replace("COMMAND", "cat"));
        try (HttpClient attached = new HttpClient(server.socket())) {
            attached.send("POST /containers/" + id + "/attach?stream=1&stdin=1&stdout=1 HTTP/1.1\r\nHost: x\r\n"
                    + "Connection: Upgrade\r\nUpgrade: tcp\r\n\r\nGET / HTTP/1.1\r\n");
            attached.shutdownOutput();
            assertTrue(attached.head().startsWith("HTTP/1.1 101 "));
            assertEquals("204", client.post("/containers/" + id + "/start", "").answer());
            assertEquals("1:GET / HTTP/1.1\r\n", unframed(attached.rest()));
        }
    }

    @Test
    void shouldCarryMoreInputThanItHoldsBehindAHalfClose() throws IOException {
        final String id = create(INPUT.replace("COMMAND", "sleep 1; wc -c"));
        try (HttpClient attached = new HttpClient(server.socket())) {
            attached.request("POST", "/containers/" + id + "/attach?stream=1&stdin=1&stdout=1", "", "Upgrade: tcp");
            assertTrue(attached.head().startsWith("HTTP/1.1 101 "));
            assertEquals("204", client.post("/containers/" + id + "/start", "").answer());
            attached.send("z".repeat(450_000));
            attached.shutdownOutput();
            assertEquals("1:450000\n", unframed(attached.rest()));
        }
    }

    @Test
    void shouldAnswerAttachWithoutUpgradeAsOldClientsWant() throws IOException {
        final String id = create("{\"Image\":\"busybox\",\"Cmd\":[\"echo\",\"hi\"],\"Tty\":true}");
        try (HttpClient attached = new HttpClient(server.socket())) {
            attached.post("/v1.24/containers/" + id + "/attach?stream=1&stdout=1", "");
            final String head = attached.head();
            assertTrue(head.startsWith("HTTP/1.1 200 OK\r\n"), head);
            assertTrue(head.contains("Content-Type: application/vnd.docker.raw-stream\r\n"), head);
            assertEquals("204", client.post("/containers/" + id + "/start", "").answer());
            assertEquals("hi\n", new String(attached.rest(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void shouldRefuseAttachAndExecAsErrors() throws IOException {
        client.request("POST", "/containers/nosuch/attach?stream=1&stdout=1", "", "Upgrade: tcp");
        assertEquals("404 {\"message\":\"No such container: nosuch\"}", client.answer());
        assertEquals(0, client.rest().length);
    }

    @Test
    void shouldExecuteAsTestcontainersAsksForIt() throws IOException {
        final String id = create("{\"Image\":\"busybox\",\"Cmd\":[\"sleep\",\"100\"]}");
        assertEquals("204", client.post("/containers/" + id + "/start", "").answer());
        final String exec = client.post(
                        "/containers/" + id + "/exec",
                        "{\"Cmd\":[\"sh\",\"-c\",\"echo out; exit 5\"],\"AttachStdout\":true,\"AttachStderr\":true}")
                .answer();
        final String execId = exec.replaceAll(".*\"Id\":\"([0-9a-f]+)\".*", "$1");
        try (HttpClient started = new HttpClient(server.socket())) {
            fake.runtime.holdExecutions();
            started.post("/exec/" + execId + "/start", "{\"Detach\":null,\"Tty\":null}");
            // docker-py loses output that comes together with the head.
            assertTrue(started.head().startsWith("HTTP/1.1 200 OK\r\n"));
            fake.runtime.proceed();
            assertEquals("1:out\n", unframed(started.rest()));
        }
        final String answer = client.get("/exec/" + execId + "/json").answer();
        assertTrue(answer.contains("\"Running\":false,\"ExitCode\":5"), answer);
    }

    @Test
    void shouldFollowLogsToTheEnd() throws IOException {
        final String id = create(
                "{\"Image\":\"busybox\",\"Cmd\":[\"sh\",\"-c\",\"for i in 1 2 3; do echo $i; sleep 0.2; done\"]}");
        assertEquals("204", client.post("/containers/" + id + "/start", "").answer());
        final String logs =
                client.get("/containers/" + id + "/logs?stdout=true&follow=1").answer();
        assertEquals("1:1\n1:2\n1:3\n", unframed(logs.substring(4).getBytes(StandardCharsets.UTF_8)));
        assertTrue(client.get("/containers/" + id + "/logs?stdout=1&timestamps=1&tail=1")
                .answer()
                .matches("(?s)200 .{8}[0-9-]{10}T[0-9:]{8}\\.[0-9]{9}Z 3\n"));
    }

    @Test
    void shouldHoldAContainerUpForAClientThatDoesNotRead() throws Exception {
        final String id = create("{\"Image\":\"busybox\",\"Cmd\":[\"sh\",\"-c\",\"head -c 30000000 /dev/zero\"]}");
        try (HttpClient attached = new HttpClient(server.socket())) {
            attached.request("POST", "/containers/" + id + "/attach?stream=1&stdout=1", "", "Upgrade: tcp");
            assertTrue(attached.head().startsWith("HTTP/1.1 101 "));
            assertEquals("204", client.post("/containers/" + id + "/start", "").answer());
            final Container container = fake.engine.container(id);
            assertThrows(TimeoutException.class, () -> container.notRunning().get(2, TimeUnit.SECONDS));
            long payload = 0;
            final ByteBuffer output = ByteBuffer.wrap(attached.rest());
            while (output.hasRemaining()) {
                final int length = output.getInt(output.position() + 4);
                payload += length;
                output.position(output.position() + Frames.HEADER_BYTES + length);
            }
            assertEquals(30_000_000, payload);
        }
    }

    @Test
    void shouldReadNoFurtherThanTheEngineTakes() throws Exception {
        final String id = create(INPUT.replace("COMMAND", "sleep 100"));
        try (HttpClient attached = new HttpClient(server.socket())) {
            attached.request("POST", "/containers/" + id + "/attach?stream=1&stdin=1&stdout=1", "", "Upgrade: tcp");
            assertTrue(attached.head().startsWith("HTTP/1.1 101 "));
            assertEquals("204", client.post("/containers/" + id + "/start", "").answer());
            final long taken = attached.fill(1_500);
            assertTrue(taken < 2_000_000, "taken: " + taken);
        }
    }

    @Test
    void shouldForgetAClientThatIsGone() throws Exception {
        final String id = create("{\"Image\":\"busybox\",\"Cmd\":[\"sleep\",\"100\"]}");
        assertEquals("204", client.post("/containers/" + id + "/start", "").answer());
        final HttpClient following = new HttpClient(server.socket());
        following.get("/containers/" + id + "/logs?stdout=1&follow=1");
        assertTrue(following.head().startsWith("HTTP/1.1 200"));
        final HttpClient waiting = new HttpClient(server.socket());
        waiting.post("/containers/" + id + "/wait", "");
        assertTrue(waiting.head().startsWith("HTTP/1.1 200"));
        assertTrue(busyWorkers() >= 2);
        following.close();
        waiting.close();
        while (busyWorkers() > 0) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    @Test
    void shouldReplaceAStaleSocketAndRefuseALiveOne() throws IOException {
        final EngineException e =
                assertThrows(EngineException.class, () -> new ApiServer(fake.engine, server.socket()).close());
        assertTrue(e.getMessage().endsWith("another daemon listens there"), e.getMessage());
        assertEquals("200 OK", client.get("/_ping").answer());
        final Path file = Files.writeString(directory.resolve("file"), "precious");
        assertThrows(EngineException.class, () -> new ApiServer(fake.engine, file).close());
        assertEquals("precious", Files.readString(file));
    }

    @Test
    void shouldTellProgressAndTheErrorsInIt() throws IOException {
        final String loaded = client.request("POST", "/images/load?quiet=1", "fake a:1\nfake b:2\n")
                .answer();
        assertEquals("200 {\"stream\":\"Loaded image: a:1\\n\"}\r\n{\"stream\":\"Loaded image: b:2\\n\"}\r\n", loaded);
        assertEquals(
                "400 {\"message\":\"unrecognized image format\"}",
                client.request("POST", "/images/load", "junk").answer());
        assertEquals("200 fake a:1\n", client.get("/images/get?names=a:1").answer());
        assertTrue(client.get("/images/get?names=nosuch").answer().startsWith("404 "));
    }

    private static final String INPUT =
            "{\"Image\":\"busybox\",\"OpenStdin\":true,\"StdinOnce\":true," + "\"Cmd\":[\"sh\",\"-c\",\"COMMAND\"]}";

    private String create(final String body) throws IOException {
        final String answer = client.post("/containers/create", body).answer();
        assertTrue(answer.startsWith("201 "), answer);
        return answer.replaceAll(".*\"Id\":\"([0-9a-f]{64})\".*", "$1");
    }

    private static String read(final HttpClient from, final int count) throws IOException {
        return new String(from.bytes(count), StandardCharsets.UTF_8);
    }

    /// `STREAM:PAYLOAD` of each frame.
    private static String unframed(final byte[] bytes) {
        final StringBuilder text = new StringBuilder();
        final ByteBuffer frames = ByteBuffer.wrap(bytes);
        while (frames.hasRemaining()) {
            final int stream = frames.getInt() >>> 24;
            final byte[] payload = new byte[frames.getInt()];
            frames.get(payload);
            text.append(stream).append(':').append(new String(payload, StandardCharsets.UTF_8));
        }
        return text.toString();
    }

    /// Workers of the API that have a request at hand: all others wait in their pool.
    private static long busyWorkers() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getName().startsWith("api-"))
                .filter(thread -> Arrays.stream(thread.getValue())
                        .anyMatch(frame -> frame.getClassName().endsWith(".Router")))
                .count();
    }
}
