package dev.tailrace.runtime.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.runtime.engine.Container;
import dev.tailrace.runtime.engine.ContainerState;
import dev.tailrace.runtime.fake.FakeEngine;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The stock docker client against the API over fakes: what it prints and how it exits.
@Timeout(120)
final class DockerCliIT {
    private static final Path DOCKER = Path.of("/usr/local/bin/docker");

    @TempDir
    private Path directory;

    private FakeEngine fake;
    private ApiServer server;

    @BeforeEach
    void open() {
        assumeTrue(Files.isExecutable(DOCKER), "no docker client is installed as " + DOCKER);
        fake = new FakeEngine(directory);
        server = new ApiServer(fake.engine, directory.resolve("s"));
    }

    @AfterEach
    void close() {
        if (server != null) {
            fake.close();
            server.close();
        }
    }

    /// How a command ended.
    private record Result(int status, String out, String error) {}

    @Test
    void shouldShowVersionAndInfo() throws Exception {
        final String version = good("version").out();
        assertTrue(version.contains("Server: Tailrace\n Engine:\n  Version:          9.9.9\n"), version);
        assertTrue(version.contains("API version:      1.51 (minimum version 1.24)"), version);
        assertTrue(version.contains(" netstack:\n  Version:          1.2.3\n  GitCommit:        fedcba\n"), version);
        final Result info = good("info");
        assertTrue(info.out().contains("Storage Driver: fake\n"), info.out());
        assertTrue(info.out().contains("  rootless\n"), info.out());
        assertTrue(info.error().contains("this is a fake"), info.error());
    }

    @Test
    void shouldRunInTheForeground() throws Exception {
        final Result run = docker("", "run", "--rm", "busybox", "sh", "-c", "echo out; echo err >&2; exit 42");
        assertEquals(new Result(42, "out\n", "err\n"), run);
        assertEquals(new Result(0, "hello", ""), docker("hello", "run", "-i", "--rm", "busybox", "cat"));
        assertEquals(List.of(), fake.engine.containers());
    }

    @Test
    void shouldExitAsDockerDoes() throws Exception {
        final Result missing = docker("", "run", "--rm", "busybox", "nosuchprogram");
        assertEquals(127, missing.status());
        assertTrue(
                missing.error()
                        .startsWith("docker: Error response from daemon: exec: \"nosuchprogram\":"
                                + " executable file not found in $PATH\n"),
                missing.error());
        assertEquals(126, docker("", "run", "--rm", "busybox", "/etc/passwd").status());
        final Result noImage = docker("", "run", "nosuchimage");
        assertEquals(125, noImage.status());
        assertTrue(noImage.error().startsWith("Unable to find image 'nosuchimage:latest' locally\n"), noImage.error());
        final Result badBind = docker("", "run", "-v", "/tmp:relative", "busybox", "true");
        assertEquals(125, badBind.status());
        assertTrue(badBind.error().contains("mount path must be absolute"), badBind.error());
    }

    @Test
    void shouldRunInTheBackgroundListAndInspect() throws Exception {
        final String id = good("run", "-d", "--name", "web", "-p", "8080:80", "-l", "k=v", "-e", "E=1", "nginx:1.27")
                .out()
                .strip();
        assertEquals(
                "web nginx:1.27 running 0.0.0.0:8080->80/tcp, [::]:8080->80/tcp\n",
                good("ps", "--format", "{{.Names}} {{.Image}} {{.State}} {{.Ports}}")
                        .out());
        assertEquals(
                id + "\n",
                good("ps", "-q", "--no-trunc", "--filter", "label=k=v").out());
        assertEquals("", good("ps", "-q", "--filter", "label=k=w").out());
        assertEquals(
                id + "\n",
                good("ps", "-q", "--no-trunc", "--filter", "name=we", "-f", "ancestor=nginx:1.27")
                        .out());
        assertEquals("", good("ps", "-aq", "--filter", "status=exited").out());
        assertEquals(
                "172.17.0.2\n",
                good("inspect", "--format", "{{ .NetworkSettings.IPAddress }}", "web")
                        .out());
        assertEquals(
                "true [FROM_IMAGE=yes E=1] map[80/tcp:[{0.0.0.0 8080} {:: 8080}]]\n",
                good("inspect", "--format", "{{.State.Running}} {{.Config.Env}} {{.NetworkSettings.Ports}}", "web")
                        .out());
        assertEquals(
                "80/tcp -> 0.0.0.0:8080\n80/tcp -> [::]:8080\n",
                good("port", "web").out());
        assertTrue(good("top", "web").out().contains("sleep 1000"));
        final Result conflict = docker("", "run", "--name", "web", "busybox", "true");
        assertEquals(125, conflict.status());
        assertTrue(conflict.error().contains("The container name \"/web\" is already in use by container \"" + id));
        final Result taken = docker("", "run", "-d", "--rm", "-p", "8080:80", "busybox", "true");
        assertEquals(125, taken.status());
        assertTrue(taken.error().contains("port is already allocated"), taken.error());
        final Result running = docker("", "rm", "web");
        assertEquals(1, running.status());
        assertTrue(running.error().contains("container is running: stop the container before removing"));
        good("rm", "-f", "web");
        assertEquals("[]\n", docker("", "inspect", "web").out());
    }

    @Test
    void shouldStopKillRestartPauseRenameAndWait() throws Exception {
        good("run", "-d", "--name", "one", "busybox", "sleep", "100");
        good("pause", "one");
        assertTrue(good("ps", "--format", "{{.Status}}").out().endsWith(" (Paused)\n"));
        good("unpause", "one");
        good("rename", "one", "two");
        good("restart", "-t", "5", "two");
        good("stop", "-t", "5", "two");
        assertTrue(good("ps", "-a", "--format", "{{.Status}}").out().startsWith("Exited (143) "));
        assertEquals("143\n", good("wait", "two").out());
        good("start", "two");
        good("kill", "-s", "KILL", "two");
        final Result dead = docker("", "kill", "two");
        assertEquals(1, dead.status());
        assertTrue(dead.error().contains("cannot kill container: two: container "), dead.error());
        good("rm", "two");
        assertEquals(
                "Error response from daemon: No such container: two\n",
                docker("", "rm", "two").error());
    }

    @Test
    void shouldFollowLogs() throws Exception {
        good(
                "run",
                "-d",
                "--name",
                "logged",
                "busybox",
                "sh",
                "-c",
                "for i in 1 2 3; do echo $i; sleep 0.3; done; echo e >&2");
        assertEquals(new Result(0, "1\n2\n3\n", "e\n"), docker("", "logs", "-f", "logged"));
        assertEquals(new Result(0, "3\n", "e\n"), docker("", "logs", "--tail", "2", "logged"));
        assertTrue(good("logs", "-t", "--tail", "2", "logged").out().matches("[0-9T:.-]+Z 3\n"));
    }

    @Test
    void shouldExecuteAndAttach() throws Exception {
        good("run", "-d", "-i", "--name", "container", "busybox", "cat");
        assertEquals(
                new Result(7, "out\n", "err\n"),
                docker("", "exec", "container", "sh", "-c", "echo out; echo err >&2; exit 7"));
        assertEquals("piped", docker("piped", "exec", "-i", "container", "cat").out());
        assertEquals(127, docker("", "exec", "container", "nosuchprogram").status());
        good("exec", "-d", "container", "true");
        final Process attached = start("attach", "container");
        final CompletableFuture<String> out = read(attached);
        attached.getOutputStream().write("to cat\n".getBytes(StandardCharsets.UTF_8));
        attached.getOutputStream().flush();
        final Container container = fake.engine.container("container");
        awaitLog(container, "to cat");
        fake.engine.kill(container, "KILL");
        assertEquals("to cat\n", out.get(20, TimeUnit.SECONDS));
        assertTrue(attached.waitFor(20, TimeUnit.SECONDS));
        assertEquals(137, attached.exitValue());
    }

    @Test
    void shouldForwardSignals() throws Exception {
        final Process run = start(
                "run",
                "--name",
                "signalled",
                "busybox",
                "sh",
                "-c",
                "trap 'exit 9' TERM; echo ready; " + "while :; do sleep 0.05; done");
        final CompletableFuture<String> out = read(run);
        awaitContainer("signalled");
        awaitLog(fake.engine.container("signalled"), "ready");
        run.toHandle().destroy(); // Process.destroy would close its output under the reader
        assertEquals("ready\n", out.get(20, TimeUnit.SECONDS));
        assertTrue(run.waitFor(20, TimeUnit.SECONDS));
        assertEquals(9, run.exitValue());
    }

    @Test
    void shouldRunOnATerminal() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "script(1) is not installed");
        final Process run = start(List.of(
                "script", "-qec", DOCKER + " run -it --rm busybox sh -c 'echo on a terminal; exit 3'", "/dev/null"));
        final CompletableFuture<String> out = read(run);
        assertTrue(run.waitFor(30, TimeUnit.SECONDS));
        assertEquals(3, run.exitValue());
        assertTrue(out.get(5, TimeUnit.SECONDS).contains("on a terminal"));
        assertTrue(fake.runtime.started().getFirst().process().hasTerminal());
        assertTrue(fake.runtime.started().getFirst().process().environment().contains("TERM=xterm"));
    }

    @Test
    void shouldHandleImages() throws Exception {
        assertEquals(
                "busybox:latest\n",
                good("images", "--format", "{{.Repository}}:{{.Tag}}", "busybox")
                        .out());
        final Path archive = directory.resolve("a.tar");
        good("save", "-o", archive.toString(), "busybox");
        assertEquals(
                "Loaded image: busybox:latest\n",
                good("load", "-i", archive.toString()).out());
        good("tag", "busybox", "other:1");
        assertEquals("Untagged: other:1\n", good("rmi", "other:1").out());
        assertTrue(good("history", "busybox").out().contains("/bin/fake"));
        final Result junk = docker("junk", "load");
        assertEquals(new Result(1, "", "Error response from daemon: unrecognized image format\n"), junk);
        assertTrue(docker("tar", "import", "-c", "CMD [\"a\", \"b\"]", "-c", "ENV X=\"y z\"", "-", "imp:1")
                .out()
                .startsWith("sha256:"));
        assertEquals(
                "[a b] [X=y z]\n",
                good("inspect", "--format", "{{.Config.Cmd}} {{.Config.Env}}", "imp:1")
                        .out());
        good("run", "--name", "container", "busybox", "true");
        assertTrue(good("commit", "-m", "why", "container", "com:1").out().startsWith("sha256:"));
        assertEquals(
                "[true]\n",
                good("inspect", "--format", "{{.Config.Cmd}}", "com:1").out());
        assertTrue(docker("", "rmi", "busybox").error().contains("must force"));
        assertEquals("A /new\n", good("diff", "container").out());
    }

    @Test
    void shouldListNetworksAndTellEvents() throws Exception {
        assertEquals(
                "bridge\nhost\nnone\n",
                good("network", "ls", "--format", "{{.Name}}").out());
        good("run", "--rm", "--name", "eventful", "busybox", "true");
        final String events = good(
                        "events",
                        "--since",
                        "10m",
                        "--until",
                        "-2s",
                        "--format",
                        "{{.Action}}",
                        "--filter",
                        "container=eventful")
                .out();
        assertEquals("create\nstart\ndie\ndestroy\n", events);
    }

    @Test
    void shouldSayWhatItDoesNotHave() throws Exception {
        for (final String[] command : List.of(
                new String[] {"login", "-u", "a", "-p", "b", "localhost:1"},
                new String[] {"run", "--pid", "host", "busybox", "true"})) {
            final Result result = docker("", command);
            assertTrue(result.status() != 0, String.join(" ", command));
            assertTrue(result.error().contains("not supported by this engine yet"), result.error());
        }
    }

    private Result good(final String... arguments) throws Exception {
        final Result result = docker("", arguments);
        assertEquals(0, result.status(), String.join(" ", arguments) + ": " + result.error());
        return result;
    }

    private Result docker(final String input, final String... arguments) throws Exception {
        final Process process = start(arguments);
        final CompletableFuture<String> out = read(process);
        final CompletableFuture<String> error = read(process.getErrorStream());
        try (OutputStream to = process.getOutputStream()) {
            to.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (final IOException e) {
            // It had no use for its input.
            assertTrue(process.waitFor(20, TimeUnit.SECONDS));
        }
        assertTrue(process.waitFor(40, TimeUnit.SECONDS), "still running: docker " + String.join(" ", arguments));
        return new Result(process.exitValue(), out.get(5, TimeUnit.SECONDS), error.get(5, TimeUnit.SECONDS));
    }

    private Process start(final String... arguments) throws IOException {
        final List<String> command = new ArrayList<>(List.of(DOCKER.toString()));
        command.addAll(List.of(arguments));
        return start(command);
    }

    private Process start(final List<String> command) throws IOException {
        final ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("DOCKER_HOST", "unix://" + server.socket());
        builder.environment().put("DOCKER_CONFIG", directory.resolve("config").toString());
        return builder.start();
    }

    private static CompletableFuture<String> read(final Process process) {
        return read(process.getInputStream());
    }

    /// On a thread of its own: the common pool has one on a machine with two processors.
    private static CompletableFuture<String> read(final InputStream stream) {
        final CompletableFuture<String> text = new CompletableFuture<>();
        new Thread(() -> {
                    try {
                        text.complete(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
                    } catch (final IOException e) {
                        text.completeExceptionally(e);
                    }
                })
                .start();
        return text;
    }

    private void awaitContainer(final String name) throws InterruptedException {
        while (fake.engine.containers().stream()
                .noneMatch(container ->
                        container.name().equals(name) && container.status().state() == ContainerState.RUNNING)) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static void awaitLog(final Container container, final String text) throws Exception {
        while (!Files.readString(container.log().file()).contains(text)) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
