package dev.tailrace.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.runtime.client.ApiClient;
import dev.tailrace.runtime.client.FakeEngine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Verbs against a double of the engine: what they ask, print, and exit with.
final class EngineProgramTest {
    private static final String ID = "ab".repeat(32);

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private FakeEngine fake;

    @BeforeEach
    void start() throws IOException {
        fake = new FakeEngine(directory.resolve("api.sock"));
    }

    @AfterEach
    void stop() throws IOException {
        fake.close();
    }

    @Test
    void shouldRunInForegroundAndExitAsTheProcessDid() {
        fake.answerJson("POST /containers/create?name=web", 201, "{\"Id\":\"" + ID + "\",\"Warnings\":[\"no swap\"]}")
                .answer(
                        "POST /containers/" + ID + "/attach?stream=1&stdout=1&stderr=1",
                        "HTTP/1.1 101 UPGRADED\r\n\r\n\1\0\0\0\0\0\0\3out\2\0\0\0\0\0\0\3err")
                .answerJson("POST /containers/" + ID + "/wait?condition=removed", 200, "{\"StatusCode\":7}")
                .answer("POST /containers/" + ID + "/start", "HTTP/1.1 204 No Content\r\n\r\n");
        assertEquals(7, run("run", "--rm", "--sig-proxy=false", "--name", "web", "busybox", "sh", "-c", "exit 7"));
        assertEquals("out", out.toString(StandardCharsets.UTF_8));
        assertEquals("WARNING: no swap\nerr", err.toString(StandardCharsets.UTF_8));
        final List<String> asked = fake.requests().stream()
                .map(request -> request.substring(0, request.indexOf('\r')).replaceAll("[?].*| HTTP.*|" + ID, ""))
                .toList();
        assertEquals(
                List.of(
                        "POST /containers/create",
                        "POST /containers//attach",
                        "POST /containers//wait",
                        "POST /containers//start"),
                asked,
                "nothing of the output is lost: attached and waited for before the start");
    }

    @Test
    void shouldTellReasonsOfFailedStartApartByExitCode() {
        fake.answerJson("POST /containers/create", 201, "{\"Id\":\"" + ID + "\"}");
        assertStartFails(127, "exec: \"nope\": executable file not found in $PATH");
        assertStartFails(126, "exec: \"/etc/passwd\": permission denied");
        assertStartFails(125, "Bind for 0.0.0.0:80 failed: port is already allocated");
    }

    private void assertStartFails(final int status, final String message) {
        out.reset();
        err.reset();
        fake.answerJson(
                "POST /containers/" + ID + "/start", 400, "{\"message\":\"" + message.replace("\"", "\\\"") + "\"}");
        assertEquals(status, run("run", "-d", "busybox", "nope"));
        assertEquals(ID + "\n", out.toString(StandardCharsets.UTF_8), "docker prints it before, too");
        assertEquals("tailrace: Error response from daemon: " + message + "\n", err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void shouldSayWhereImagesComeFrom() throws IOException {
        fake.answerJson("POST /containers/create", 404, "{\"message\":\"No such image: nginx:latest\"}");
        fake.answerJson(
                "POST /images/create?fromImage=nginx&tag=latest",
                404,
                "{\"message\":\"manifest for nginx:latest not found\"}");
        final Path idFile = directory.resolve("id");
        assertEquals(125, run("run", "--cidfile", idFile.toString(), "nginx"));
        assertTrue(err.toString(StandardCharsets.UTF_8)
                .startsWith("Unable to find image 'nginx' locally\n"
                        + "tailrace: manifest for nginx:latest not found: tailrace load "));
        assertTrue(Files.notExists(idFile), "the file of the id is left");
    }

    @Test
    void shouldRefuseWrongUse() {
        assertEquals(125, run("run", "--no-such", "busybox"));
        assertEquals(
                "tailrace: run: Unknown option: '--no-such' (see tailrace run --help)\n",
                err.toString(StandardCharsets.UTF_8));
        err.reset();
        assertEquals(1, run("rm"));
        assertEquals(1, err.toString(StandardCharsets.UTF_8).lines().count());
        assertEquals(List.of(), fake.requests(), "it was asked all the same");
    }

    @Test
    void shouldListContainers() {
        fake.answerJson(
                "GET /containers/json?all=1&filters=%7B%22status%22%3A%5B%22exited%22%5D%7D", 200, """
                [{"Id":"%s","Image":"nginx","Command":"nginx -g 'daemon off;'","Created":0,"State":"exited",
                  "Status":"Exited (0) 1 minute ago","Names":["/web"],"Ports":null}]
                """.formatted(ID));
        assertEquals(0, run("ps", "-a", "-f", "status=exited"));
        final String[] lines = out.toString(StandardCharsets.UTF_8).split("\n");
        assertTrue(lines[0].matches("CONTAINER ID +IMAGE +COMMAND +CREATED +STATUS +PORTS +NAMES"), lines[0]);
        assertTrue(
                lines[1].matches("abababababab   nginx   \"nginx -g 'daemon of…\"   [0-9]+ years ago   "
                        + "Exited \\(0\\) 1 minute ago +web"),
                lines[1]);
        out.reset();
        assertEquals(0, run("ps", "-aq", "-f", "status=exited"));
        assertEquals("abababababab\n", out.toString(StandardCharsets.UTF_8));
        out.reset();
        assertEquals(0, run("ps", "-a", "-f", "status=exited", "--format", "{{.Names}}: {{.State}}"));
        assertEquals("web: exited\n", out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void shouldGoOnAfterOneOfSeveralFails() {
        fake.answer("DELETE /containers/b?force=1", "HTTP/1.1 204 No Content\r\n\r\n")
                .answerJson("DELETE /containers/a?force=1", 404, "{\"message\":\"No such container: a\"}");
        assertEquals(1, run("rm", "-f", "a", "b"));
        assertEquals("b\n", out.toString(StandardCharsets.UTF_8));
        assertEquals("Error response from daemon: No such container: a\n", err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void shouldInspectWhateverHasTheName() {
        fake.answerJson("GET /containers/web/json", 200, "{\"NetworkSettings\":{\"IPAddress\":\"172.17.0.2\"}}")
                .answerJson("GET /images/nginx/json", 200, "{\"Id\":\"sha256:1\",\"Empty\":{},\"Layers\":[\"a\",1]}");
        assertEquals(0, run("inspect", "--format", "{{ .NetworkSettings.IPAddress }}", "web"));
        assertEquals("172.17.0.2\n", out.toString(StandardCharsets.UTF_8));
        out.reset();
        assertEquals(1, run("inspect", "nginx", "none"));
        assertEquals("""
                [
                    {
                        "Id": "sha256:1",
                        "Empty": {},
                        "Layers": [
                            "a",
                            1
                        ]
                    }
                ]
                """, out.toString(StandardCharsets.UTF_8));
        assertEquals("Error: No such object: none\n", err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void shouldTellErrorInTheMiddleOfAnAnswer() {
        fake.answerJson(
                "POST /images/load?quiet=1",
                200,
                "{\"stream\":\"Loaded image: a:1\\n\"}\r\n{\"errorDetail\":{\"message\":\"cut\"},\"error\":\"cut\"}\r\n");
        assertEquals(1, run("load"));
        assertEquals("Loaded image: a:1\n", out.toString(StandardCharsets.UTF_8));
        assertEquals("tailrace: Error response from daemon: cut\n", err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void shouldLeaveNoPartOfAnArchive() throws IOException {
        fake.answer("GET /images/get?names=a&names=b", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut");
        final Path file = Files.writeString(directory.resolve("images.tar"), "before");
        assertEquals(1, run("save", "-o", file.toString(), "a", "b"));
        assertEquals("before", Files.readString(file));
        fake.answer("GET /images/get?names=a", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nall");
        assertEquals(0, run("save", "-o", file.toString(), "a"));
        assertEquals("all", Files.readString(file));
    }

    @Test
    void shouldPassInputOnAndExitAsTheExecutedDid() {
        fake.answerJson("POST /containers/web/exec", 201, "{\"Id\":\"e1\"}")
                .answer("POST /exec/e1/start", "HTTP/1.1 101 UPGRADED\r\n\r\n\1\0\0\0\0\0\0\1x")
                .answerJson("GET /exec/e1/json", 200, "{\"Running\":false,\"ExitCode\":3}");
        assertEquals(3, run("exec", "-i", "-w", "/tmp", "web", "cat", "-n"));
        assertEquals("x", out.toString(StandardCharsets.UTF_8));
        final String body = fake.bodyOf("POST /containers/web/exec");
        assertTrue(body.contains("\"Cmd\":[\"cat\",\"-n\"]") && body.contains("\"WorkingDir\":\"/tmp\""), body);
    }

    @Test
    void shouldHaveHelpForEachVerb() {
        for (final String line : EngineProgram.list().lines().toList()) {
            out.reset();
            final String verb = line.strip().split(" ", 2)[0];
            assertEquals(0, run(verb, "--help"), verb);
            assertTrue(out.toString(StandardCharsets.UTF_8).startsWith("Usage: tailrace "), verb);
        }
    }

    private int run(final String verb, final String... args) {
        final Console console = new Console(
                new ByteArrayInputStream("typed".getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Map.of());
        return new EngineProgram(console, () -> new ApiClient(directory.resolve("api.sock"))).run(verb, List.of(args));
    }
}
