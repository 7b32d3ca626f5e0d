package dev.tailrace.runtime.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.tapio.lab.Program;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Testcontainers, as an ordinary user, without its reaper and with a stand-in for it.
final class TestcontainersIT {
    /// Speaks as Testcontainers' own does: a line that it serves, and an answer to each filter.
    private static final String REAPER = "CMD [\"sh\", \"-c\", \"echo Started; exec busybox nc -ll -p 8080 -e sh -c"
            + " 'while read -r line; do echo ACK; done'\"]";

    private static KilledDaemon host;
    private static EngineUser user;

    @BeforeAll
    static void start() {
        host = KilledDaemon.forClient();
        host.start();
        host.machine().run(EngineHost.tailrace(), "image", "pack", "busybox", "busybox", "sh");
        user = host.user();
        user.docker("create --name reaper busybox");
        user.docker("commit -c", REAPER, "-c", "EXPOSE 8080", "reaper", "reaper:1");
        user.removeAll();
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
    void shouldRunASuiteWithoutReaper() {
        assertEquals(
                "all answered", run("TESTCONTAINERS_RYUK_DISABLED=true", "").strip());
        assertEquals("", user.docker("ps -aq"));
        assertEquals(3, user.docker("network ls -q").lines().count(), "those that are always there");
    }

    @Test
    void shouldRunASuiteWithAReaper() {
        assertTrue(run("TESTCONTAINERS_RYUK_CONTAINER_IMAGE=reaper:1", "reaper").contains("all answered"));
    }

    /// @return its standard output
    private static String run(final String setting, final String argument) {
        final String socket = "unix://" + host.machine().runtime() + "/tailrace.sock";
        final List<String> command = new ArrayList<>(List.of(
                "env",
                "DOCKER_HOST=" + socket,
                "TESTCONTAINERS_CHECKS_DISABLE=true",
                // The machine of the test may be a container itself, which Testcontainers would look for ports outside
                // of.
                "TESTCONTAINERS_HOST_OVERRIDE=localhost",
                setting,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Duser.home=" + host.machine().home(),
                TestcontainersSuite.class.getName()));
        if (!argument.isEmpty()) {
            command.add(argument);
        }
        final Program program = host.machine().start(command.toArray(String[]::new));
        assertEquals(0, program.awaitExit(), program::toString);
        return program.stdout();
    }
}
