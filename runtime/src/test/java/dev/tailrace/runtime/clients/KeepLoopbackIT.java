package dev.tailrace.runtime.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.tapio.lab.Lab;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A daemon with `--keep-loopback`, and nginx's access log as the stock clients show it.
class KeepLoopbackIT {
    private static EngineHost host;

    @BeforeAll
    static void startEngine() {
        final String obstacle = Lab.obstacle();
        assumeTrue(obstacle == null, obstacle);
        host = new EngineHost(":", "--keep-loopback");
    }

    @AfterAll
    static void close() {
        if (host != null) {
            host.close();
        }
    }

    static List<Path> dockers() {
        return EngineHost.clients();
    }

    @ParameterizedTest
    @MethodSource("dockers")
    void shouldLogTheRealAddressOfEachClient(final Path docker) {
        final Machine machine = host.machine();
        final String id =
                host.docker(docker, "run", "-d", "-p", "8080:80", "nginx").strip();
        host.awaitServer("http://localhost:8080/awaited");
        final String path = "/?from";
        for (final String server : List.of("127.0.0.1", "[::1]", Lab.HOST_ADDRESS, "[" + Lab.HOST_ADDRESS6 + "]")) {
            machine.run("curl", "-sSg", "http://" + server + ":8080" + path);
        }
        machine.onInternet("curl", "-sS", "http://" + Lab.HOST_ADDRESS + ":8080" + path);
        machine.onInternet("curl", "-sSg", "http://[" + Lab.HOST_ADDRESS6 + "]:8080" + path);
        // By the host's loopback, too, but from a container.
        host.docker(
                docker, "run", "--rm", "busybox", "wget", "-qO/dev/null", "http://host.docker.internal:8080" + path);
        final String log = host.logs(docker, id);
        assertEquals(
                List.of(
                        "127.0.0.1",
                        "::1",
                        Lab.HOST_ADDRESS,
                        Lab.HOST_ADDRESS6,
                        Lab.NEAR_ADDRESS,
                        Lab.NEAR_ADDRESS6,
                        "172.17.0.1"),
                EngineHost.askers(log, path),
                log);
        host.docker(docker, "rm", "-f", id);
    }
}
