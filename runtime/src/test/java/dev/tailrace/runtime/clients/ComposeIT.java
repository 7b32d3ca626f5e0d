package dev.tailrace.runtime.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.lab.Program;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Clients that are no docker: docker-compose 1.29 and docker-py 5, as Debian has them.
final class ComposeIT {
    private static final String COMPOSE = "/usr/bin/docker-compose";

    private static KilledDaemon host;
    private static EngineUser user;
    private static Path directory;

    @BeforeAll
    static void start() throws IOException {
        assumeTrue(Files.isExecutable(Path.of(COMPOSE)), "there is no docker-compose here");
        host = KilledDaemon.forClient();
        host.start();
        host.machine().run(EngineHost.tailrace(), "image", "pack", "busybox", "busybox", "sh");
        user = host.user();
        directory = host.machine().home();
        for (final String name : List.of("compose.yml", "docker_py.py")) {
            try (InputStream file = Objects.requireNonNull(ComposeIT.class.getResourceAsStream(name))) {
                Files.copy(file, host.machine().seen(directory + "/" + name));
            }
        }
    }

    @AfterAll
    static void stop() {
        if (host != null) {
            host.close();
        }
    }

    @AfterEach
    void removeAll() {
        user.removeAll();
    }

    @Test
    void shouldBringUpServicesThatReachEachOtherByName() {
        compose("up", "-d");
        compose("exec", "-T", "web", "sh", "-c", "echo hello >/www/hello");
        Await.until(
                () -> compose("logs", "client"),
                () -> compose("logs", "--no-color", "client").contains("| hello"));
        compose("restart", "--timeout", "0", "web");
        compose("up", "-d", "--scale", "web=2");
        assertEquals(
                "hello",
                compose("run", "--rm", "-T", "client", "busybox", "wget", "-q", "-O", "-", "http://web/hello"));
        assertEquals(3, compose("ps", "-q").lines().count());
        compose("down", "--volumes", "--timeout", "0");
        assertEquals("", user.docker("ps -aq"));
        assertEquals(List.of(), user.volumes());
        assertEquals(3, user.docker("network ls -q").lines().count(), "those that are always there");
    }

    @Test
    void shouldAnswerTheCallsOfDockerPy() {
        final Program program = start("/usr/bin/python3", directory + "/docker_py.py");
        assertEquals(0, program.awaitExit(), program::toString);
        assertEquals("all answered", program.stdout().strip());
    }

    /// Runs docker-compose to its end, which must be a success.
    private static String compose(final String... words) {
        final List<String> command =
                new ArrayList<>(List.of(COMPOSE, "-p", "project", "-f", directory + "/compose.yml"));
        command.addAll(List.of(words));
        final Program program = start(command.toArray(String[]::new));
        assertEquals(0, program.awaitExit(), program::toString);
        return program.stdout().strip();
    }

    private static Program start(final String... command) {
        // docker-compose has docker's client do what it does at a terminal.
        final Path client = EngineHost.clients().getLast();
        final List<String> whole = new ArrayList<>(List.of(
                "env",
                "DOCKER_HOST=unix://" + host.machine().runtime() + "/tailrace.sock",
                "PATH=" + client.getParent() + ":/usr/bin:/bin"));
        whole.addAll(List.of(command));
        return host.machine().start(whole.toArray(String[]::new));
    }
}
