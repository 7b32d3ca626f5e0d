package dev.tailrace.tapio.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.lab.Lab;
import dev.tailrace.tapio.lab.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Traffic of all kinds through our program while the sandbox and the filter are on: nothing that a session does, and
/// nothing that a JVM does late, is blocked.
class SandboxIT extends KernelSuite {
    private static final int PORT = 7040;
    private static final int HOST_PORT = 8040;
    private static final int NAME_PORT = 53;
    private static final int CONNECTIONS = 60;
    private static final long BYTES_EACH = 20_000;
    private static final int LOAD_SECONDS = 8;
    private static final int ROUNDS = 2;

    private Network network;

    @BeforeEach
    void makeNetwork() throws IOException {
        assumeTrue(subject == Subject.OURS && subject.isBuilt(), "what our image must survive");
        final Path resolvers = lab().directory().resolve("resolv.conf");
        Files.writeString(resolvers, "nameserver " + FAR + "\n");
        host().run("mount", "--bind", resolvers.toString(), "/etc/resolv.conf");
        network = newNetwork("-c", "--enable-sandbox", "--enable-seccomp");
    }

    @AfterEach
    void shouldHaveBlockedNothing() {
        if (network == null) {
            return;
        }
        final Program program = network.program();
        assertTrue(program.isAlive(), program.toString());
        assertFalse(program.stderr().contains("seccomp"), program.toString());
        program.signal("TERM");
        assertEquals(143, program.awaitExit());
        host().run("umount", "/etc/resolv.conf");
    }

    @Test
    void shouldCarryEchoDatagramsNamesAndPublishedPorts() throws IOException {
        network.guest().run("ping", "-c2", "-i0.2", "-W10", FAR);
        serveNames(FAR, "192.0.2.7");
        assertEquals("192.0.2.7\n", dig());
        // Read again, from behind the walls.
        serveNames(NEAR, "192.0.2.8");
        Files.writeString(lab().directory().resolve("resolv.conf"), "nameserver " + NEAR + "\n");
        Await.until(() -> "an answer of the other resolver", () -> dig().equals("192.0.2.8\n"));
        final Peer guest = network.peer();
        final Peer server = peerIn(internet());
        server.does("udp-bind", "u", FAR, PORT);
        guest.does("udp-bind", "g", "0.0.0.0", 0);
        guest.does("udp-send", "g", FAR, PORT, "question");
        assertTrue(server.does("udp-receive", "u").endsWith(" question"));
        assertEquals("{\"return\":{\"id\":1}}", network.request(add("tcp")));
        guest.does("listen", "l", "0.0.0.0", PORT);
        final Peer.Doing accepting = guest.begins("accept", "l", "s");
        server.does("connect", "c", Lab.HOST_ADDRESS, HOST_PORT);
        assertEquals(NEAR, accepting.succeeds());
        server.does("close", "c");
    }

    @Test
    void shouldCarryLoadWhileTheJvmCompilesAndCollects() {
        final List<Program> servers = new ArrayList<>();
        servers.add(Iperf.serve(host()));
        final Peer guest = network.peer();
        final Peer server = peerIn(internet());
        final Program bulk = network.guest()
                .start("iperf3", "-c", Lab.HOST_ADDRESS, "--bidir", "--parallel=2", "--time=" + LOAD_SECONDS);
        final String sum = Long.toString(CONNECTIONS * BYTES_EACH);
        for (int round = 0; round < ROUNDS; round++) {
            final String name = "load" + round;
            server.does("listen", name, FAR, PORT + 1 + round);
            final Peer.Doing serving = server.begins("serve-many", name, CONNECTIONS, BYTES_EACH);
            assertEquals(sum, guest.does("connect-many", FAR, PORT + 1 + round, CONNECTIONS, BYTES_EACH));
            serving.succeeds();
        }
        assertEquals(0, bulk.awaitExit(), bulk.toString());
        assertTrue(network.counters().get("FRAMES_IN") > 0);
        servers.forEach(Program::close);
    }

    private void serveNames(final String address, final String answer) {
        final Program names = internet()
                .start(
                        "dnsmasq",
                        "--no-daemon",
                        "--no-resolv",
                        "--no-hosts",
                        "--conf-file=/dev/null",
                        "--bind-interfaces",
                        "--listen-address=" + address,
                        "--address=/small.test/" + answer,
                        "--pid-file=" + lab().directory().resolve("names-" + address));
        names.awaitStderr("started");
        Ports.awaitTcp(internet(), NAME_PORT);
    }

    private String dig() {
        return network.guest().run("dig", "@" + Network.NAME_SERVER, "+short", "+time=10", "A", "small.test");
    }

    private static String add(final String protocol) {
        return "{\"execute\":\"add_hostfwd\",\"arguments\":{\"proto\":\"" + protocol + "\",\"host_addr\":\"0.0.0.0\","
                + "\"host_port\":" + HOST_PORT + ",\"guest_addr\":\"" + Network.GUEST + "\",\"guest_port\":" + PORT
                + "}}";
    }
}
