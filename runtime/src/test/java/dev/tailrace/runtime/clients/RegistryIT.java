package dev.tailrace.runtime.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.tapio.lab.Lab;
import dev.tailrace.tapio.lab.Program;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The stock client and the engine with Debian's registry: on the loopback device, and on the internet
/// with a certificate and a password.
final class RegistryIT {
    private static final String LOCAL = "127.0.0.1:5000/plain/socat:1";
    private static final String SAFE = Internet.NAME + ":5443";
    private static final String OPEN = Internet.NAME + ":5001";

    private static EngineHost host;
    private static Path docker;

    @BeforeAll
    static void start() {
        final String obstacle = Lab.obstacle();
        assumeTrue(obstacle == null, obstacle);
        assumeFalse(EngineHost.clients().isEmpty(), "there is no docker client here");
        assumeTrue(DebianRegistry.program().isPresent(), "there is no docker-registry here");
        docker = EngineHost.clients().getFirst();
        host = new EngineHost();
        final Machine machine = host.machine();
        machine.run(EngineHost.tailrace(), "image", "pack", "packed:1", "socat");
        final Path files = machine.shared();
        DebianRegistry.start(machine::start, files.resolve("local"), "127.0.0.1:5000");
        DebianRegistry.start(machine.internet().place()::start, files.resolve("open"), Internet.ADDRESS + ":5001");
        DebianRegistry.startSafe(machine.internet().place(), files.resolve("safe"), Internet.ADDRESS + ":5443");
    }

    @AfterAll
    static void stop() {
        if (host != null) {
            host.close();
        }
    }

    @Test
    void shouldPushAndRunWhatIsMissingHere() {
        host.docker(docker, "tag", "packed:1", LOCAL);
        final String pushed = host.docker(docker, "push", LOCAL);
        assertTrue(pushed.startsWith("The push refers to repository [127.0.0.1:5000/plain/socat]\n"), pushed);
        assertTrue(pushed.contains(": Pushed\n") && pushed.contains("\n1: digest: sha256:"), pushed);
        assertTrue(host.docker(docker, "push", LOCAL).contains(": Layer already exists\n"));
        final String digest = host.docker(docker, "inspect", "--format", "{{index .RepoDigests 0}}", LOCAL);
        host.docker(docker, "rmi", LOCAL, "packed:1");
        final Program run = host.start(docker.toString(), "run", "--rm", LOCAL, "socat", "-V");
        assertEquals(0, run.awaitExit(), run::toString);
        assertTrue(run.stdout().contains("socat version"), run::toString);
        assertTrue(run.stderr().contains(": Pull complete\n"), run::toString);
        assertTrue(
                run.stderr().contains("Unable to find image '" + LOCAL + "' locally\n1: Pulling from plain/socat"),
                run::toString);
        assertTrue(run.stderr().contains("Status: Downloaded newer image for " + LOCAL + "\n"), run::toString);
        assertTrue(host.docker(docker, "pull", LOCAL).contains("Status: Image is up to date for " + LOCAL + "\n"));
        host.docker(docker, "pull", digest.strip());
        assertEquals("127.0.0.1:5000/plain/socat", digest.substring(0, digest.indexOf('@')));
        assertFails(
                "Error response from daemon: manifest for 127.0.0.1:5000/plain/socat:2 not found: manifest unknown:"
                        + " manifest unknown\n",
                "pull",
                "127.0.0.1:5000/plain/socat:2");
        assertFails(
                "Error response from daemon: Get \"http://127.0.0.1:9/v2/\": dial tcp 127.0.0.1:9: connect: connection"
                        + " refused (and https://127.0.0.1:9)\n",
                "pull",
                "127.0.0.1:9/x");
    }

    @Test
    void shouldWantCertificateAndPassword() {
        final String image = SAFE + "/some/busybox:latest";
        host.docker(docker, "tag", "busybox", image);
        final Program strange = host.start(docker.toString(), "push", image);
        assertEquals(1, strange.awaitExit(), strange::toString);
        assertTrue(
                strange.stderr()
                        .endsWith("Get \"https://" + SAFE + "/v2/\": tls: failed to verify certificate: x509:"
                                + " certificate signed by unknown authority\n"),
                strange::toString);
        final Machine machine = host.machine();
        machine.run(
                "sh",
                "-euc",
                "mkdir -p \"$HOME/.config/tailrace/certs.d/$2\""
                        + " && cp \"$1\" \"$HOME/.config/tailrace/certs.d/$2\"",
                "sh",
                machine.shared().resolve("safe/ca.crt").toString(),
                SAFE);
        assertFails(
                "Error response from daemon: Get \"https://" + SAFE + "/v2/\": no basic auth credentials\n",
                "pull",
                image);
        final Program wrong = login("wrong");
        assertEquals(1, wrong.awaitExit(), wrong::toString);
        assertTrue(
                wrong.stderr().endsWith("Error response from daemon: unauthorized: authentication required\n"),
                wrong::toString);
        final Program right = login(DebianRegistry.PASSWORD);
        assertEquals(0, right.awaitExit(), right::toString);
        assertTrue(right.stdout().contains("Login Succeeded"), right::toString);
        host.docker(docker, "push", image);
        host.docker(docker, "rmi", image);
        assertTrue(host.docker(docker, "pull", image).contains("Status: Downloaded newer image for " + image));
    }

    @Test
    void shouldSpeakPlainHttpToOthersOnlyIfTheUserSaysSo() {
        final String image = OPEN + "/busybox:1";
        host.docker(docker, "tag", "busybox", image);
        final Program refused = host.start(docker.toString(), "push", image);
        assertEquals(1, refused.awaitExit(), refused::toString);
        assertTrue(
                refused.stderr()
                        .endsWith(
                                "Get \"https://" + OPEN + "/v2/\": http: server gave HTTP response to HTTPS client\n"),
                refused::toString);
        host.machine()
                .run(
                        "sh",
                        "-euc",
                        "mkdir -p \"$HOME/.config/tailrace\""
                                + " && printf '{\"insecure-registries\":[\"%s\"]}' \"$1\" >\"$HOME/.config/tailrace/registries.json\"",
                        "sh",
                        OPEN);
        assertTrue(host.docker(docker, "push", image).contains("1: digest: sha256:"));
    }

    private static Program login(final String password) {
        final Machine machine = host.machine();
        return machine.start(
                "sh",
                "-euc",
                "echo \"$1\" | \"$2\" -H \"$3\" login -u \"$4\" --password-stdin \"$5\"",
                "sh",
                password,
                docker.toString(),
                "unix://" + machine.runtime() + "/tailrace.sock",
                DebianRegistry.USER,
                SAFE);
    }

    private static void assertFails(final String error, final String... arguments) {
        final Program failed = host.start(docker.toString(), arguments);
        assertEquals(1, failed.awaitExit(), failed::toString);
        assertTrue(failed.stderr().endsWith(error), failed::toString);
    }
}
