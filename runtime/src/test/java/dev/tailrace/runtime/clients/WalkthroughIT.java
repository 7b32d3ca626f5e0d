package dev.tailrace.runtime.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.lab.Lab;
import dev.tailrace.tapio.lab.Program;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the first rootless Docker showed in 2019, with Debian's client, with a newer one where there is one and with
/// ours, at a real terminal, as an ordinary user. The test of the end is the last.
@TestMethodOrder(OrderAnnotation.class)
final class WalkthroughIT {
    /// Ctrl-P, Ctrl-Q.
    private static final String LEAVE = "\020\021";

    private static final String CTRL_C = "\003";
    private static final String WEB_PAGE = "<h1>Welcome to nginx!</h1>";

    /// The gateway of the containers' network: the host's loopback, seen from a container.
    private static final String GATEWAY = "172.17.0.1";

    private static final String GATEWAY6 = "fd74:6169:6c72:ace::2";

    private static EngineHost host;

    @BeforeAll
    static void start() {
        final String obstacle = Lab.obstacle();
        assumeTrue(obstacle == null, obstacle);
        assumeFalse(EngineHost.clients().isEmpty(), "there is no docker client here");
        host = new EngineHost();
    }

    @AfterAll
    static void stop() {
        if (host != null) {
            host.close();
        }
    }

    @AfterEach
    void removeContainers() {
        host.machine()
                .start("sh", "-euc", "for id in $(\"$1\" ps -aq); do \"$1\" rm -f $id; done", "sh", ours())
                .awaitExit();
    }

    static List<Path> dockers() {
        return EngineHost.clients();
    }

    /// Docker's and ours.
    static List<Path> clients() {
        final List<Path> all = new ArrayList<>(EngineHost.clients());
        all.add(Path.of(EngineHost.tailrace()));
        return all;
    }

    @ParameterizedTest
    @MethodSource("dockers")
    @Order(1)
    void shouldShowPartsWithVersions(final Path docker) {
        final String text = host.docker(docker, "version");
        for (final String part : List.of("Server: Tailrace", "Engine:", "netstack:", "runtime:", "init:", "1.24")) {
            assertTrue(text.contains(part), text);
        }
        final String info = host.docker(docker, "info");
        assertTrue(info.contains("rootless") && info.contains("Storage Driver: "), info);
    }

    @ParameterizedTest
    @MethodSource("clients")
    @Order(1)
    void shouldServeWebPagesAndKnowWhoAsks(final Path docker) {
        assertEquals(0, atTerminal(docker, "docker run -d -p 8080:80 nginx").awaitExit());
        final String id = host.docker(docker, "ps", "-q").strip();
        host.awaitServer("http://localhost:8080");
        assertAsker(docker, id, GATEWAY, "http://127.0.0.1:8080");
        assertAsker(docker, id, GATEWAY6, "http://[::1]:8080");
        assertAsker(docker, id, Lab.HOST_ADDRESS, "http://" + Lab.HOST_ADDRESS + ":8080");
        assertAsker(docker, id, Lab.HOST_ADDRESS6, "http://[" + Lab.HOST_ADDRESS6 + "]:8080");
        final Machine machine = host.machine();
        final String mark = "/from-another-host";
        machine.onInternet("curl", "-sS", "-4", "http://" + Lab.HOST_ADDRESS + ":8080" + mark);
        machine.onInternet("curl", "-sS", "-6", "http://[" + Lab.HOST_ADDRESS6 + "]:8080" + mark);
        final String log = host.logs(docker, id);
        assertEquals(List.of(Lab.NEAR_ADDRESS, Lab.NEAR_ADDRESS6), EngineHost.askers(log, mark), log);
    }

    /// Asks for the page and looks who asked, as the server's log has it.
    private static void assertAsker(final Path docker, final String id, final String asker, final String url) {
        final String mark = "/?" + url.length() + asker;
        final String page = host.machine().run("curl", "-sS", "-g", url + mark);
        assertTrue(page.contains(WEB_PAGE), page);
        final String log = host.logs(docker, id);
        assertEquals(List.of(asker), EngineHost.askers(log, mark), log);
    }

    /// A server need not listen in the family of who asks.
    @Test
    @Order(1)
    void shouldReachServersThatListenInOneFamilyOnly() {
        final Machine machine = host.machine();
        for (final String address : List.of("0.0.0.0", "[::]")) {
            machine.run(
                    ours(),
                    "run",
                    "-d",
                    "--name",
                    "web",
                    "-p",
                    "8080:80",
                    "busybox",
                    "httpd",
                    "-f",
                    "-p",
                    address + ":80",
                    "-h",
                    "/etc");
            for (final String url : List.of("http://127.0.0.1:8080/passwd", "http://[::1]:8080/passwd")) {
                host.awaitServer(url);
                assertTrue(machine.run("curl", "-sSg", url).startsWith("root:x:0:0:"), url);
            }
            machine.run(ours(), "rm", "-f", "web");
        }
    }

    /// The commands as they were in 2019; a transfer lasts ten seconds with the first of the clients, one with others.
    @ParameterizedTest
    @MethodSource("clients")
    @Order(1)
    void shouldMeasureFromContainerToContainerAndToHost(final Path docker) {
        final Program server =
                atTerminal(docker, "docker run -it --rm --name=iperf3-server -p 5201:5201 networkstatic/iperf3 -s");
        EngineHost.awaitShown(server, "Server listening on 5201");
        final String time = docker.equals(clients().getFirst()) ? "" : " -t 1";
        final String toContainer = """
                SERVER_IP=$(docker inspect --format "{{ .NetworkSettings.IPAddress }}" iperf3-server)
                echo server $SERVER_IP
                docker run -it --rm networkstatic/iperf3 -c $SERVER_IP""" + time;
        final String toHost = "docker run -it --rm networkstatic/iperf3 -c " + Lab.HOST_ADDRESS + time;
        for (final String line : List.of(toContainer, toHost)) {
            final Program client = atTerminal(docker, line);
            assertEquals(0, client.awaitExit(), client::toString);
            assertTrue(client.stdout().contains("iperf Done."), client::toString);
            assertTrue(
                    line.equals(toHost) || client.stdout().matches("(?s)server 172\\.17\\.0\\.[0-9]+\r?\n.*"),
                    client::toString);
        }
        EngineHost.type(server, CTRL_C);
        server.awaitExit();
        assertTrue(server.stdout().contains("Accepted connection from 172.17.0."), server::toString);
        Await.until(
                () -> "the end of the server",
                () -> host.docker(docker, "ps", "-aq").isEmpty());
    }

    private static Program atTerminal(final Path client, final String line) {
        return host.startAtTerminal(client.toString(), line);
    }

    private static String ours() {
        return EngineHost.tailrace();
    }

    @ParameterizedTest
    @MethodSource("clients")
    @Order(1)
    void shouldLeaveAndJoinAtTerminal(final Path docker) {
        final Program first =
                atTerminal(docker, "stty rows 33 cols 99; docker run -it --name shell busybox; echo left $?; stty -a");
        // The client tells the size after the start, so that the shell may be asked too early. What is typed is shown,
        // too: it must not look like the answers.
        EngineHost.type(first, "until [ \"$(stty size 2>/dev/null)\" = \"33 $((98 + 1))\" ]; do :; done\n");
        EngineHost.type(first, "stty size; tty; echo one-$((1 + 1))\n");
        EngineHost.awaitShown(first, "one-2");
        EngineHost.awaitShown(first, "/dev/pts/0");
        EngineHost.awaitShown(first, "33 99");
        EngineHost.type(first, LEAVE);
        EngineHost.awaitShown(first, "left 0");
        assertEquals(0, first.awaitExit(), first::toString);
        assertTrue(first.stdout().contains(" icanon"), () -> "the terminal is as it was: " + first);
        final Program second = atTerminal(docker, "docker attach shell");
        EngineHost.type(second, "echo two-$((1 + 1))\n");
        EngineHost.awaitShown(second, "two-2");
        EngineHost.type(second, "exit 7\n");
        assertEquals(7, second.awaitExit(), second::toString);
    }

    @ParameterizedTest
    @MethodSource("clients")
    @Order(1)
    void shouldExitAsDockerDoes(final Path docker) {
        final String client = docker.toString();
        assertExits(5, client, "run", "--rm", "busybox", "sh", "-c", "exit 5");
        assertExits(127, client, "run", "--rm", "busybox", "no-such-program");
        assertExits(126, client, "run", "--rm", "busybox", "/etc/passwd");
        assertExits(125, client, "run", "--rm", "-p", "80:80", "busybox", "true");
        assertExits(125, client, "run", "--rm", "no-such-image");
        assertExits(125, client, "run", "--rm", "-p", "8080:80", "--no-such-option", "busybox");
        assertExits(1, client, "rm", "no-such-container");
    }

    private static void assertExits(final int status, final String client, final String... arguments) {
        final Program program = host.start(client, arguments);
        assertEquals(status, program.awaitExit(), program::toString);
    }

    @Test
    @Order(1)
    void shouldRunContainersWithOurClient() {
        final String ours = ours();
        final Machine machine = host.machine();
        machine.run(
                ours, "run", "-d", "--name", "web", "-p", "8080:80", "-e", "GREETING=hello", "busybox", "httpd", "-f");
        host.awaitServer("http://localhost:8080");
        final String list = machine.run(ours, "ps");
        assertTrue(list.contains("web") && list.contains("0.0.0.0:8080->80/tcp"), list);
        assertEquals("hello\n", machine.run(ours, "exec", "web", "sh", "-c", "echo $GREETING"));
        assertEquals("typed", machine.run("sh", "-c", "printf typed | " + ours + " exec -i web cat"));
        assertTrue(machine.run(ours, "logs", "web").isEmpty(), "the log is on the standard error");
        assertEquals("web\n", machine.run(ours, "stop", "-t", "1", "web"));
        assertTrue(machine.run(ours, "ps", "-a").contains("Exited (137)"));
        machine.run(ours, "commit", "web", "copy:1");
        assertTrue(machine.run(ours, "images").contains("copy "));
        machine.run(
                "sh",
                "-euc",
                "cd; " + ours + " save copy:1 >copy.tar; " + ours + " rmi copy:1; " + ours + " load -i copy.tar");
        assertTrue(machine.run(ours, "history", "copy:1").contains("SIZE"));
    }

    @Test
    @Order(1)
    void shouldRunPackedPrograms() {
        host.machine().run(ours(), "image", "pack", "packed:1", "socat");
        final String said = host.machine().run(ours(), "run", "--rm", "packed:1", "socat", "-V");
        assertTrue(said.startsWith("socat by "), said);
    }

    @Test
    @Order(1)
    void shouldPassSignalsOn() {
        final Program client = host.start(
                ours(),
                "run",
                "--rm",
                "busybox",
                "sh",
                "-c",
                "trap 'echo got it; exit 9' TERM; echo waiting; while :; do sleep 0.1; done");
        Await.until(() -> "the shell: " + client, () -> client.stdout().contains("waiting"));
        // What we started is nsenter: the client is its child.
        host.machine().run("sh", "-c", "kill -TERM $(pgrep -f '[c]li.Tailrace run --rm busybox')");
        assertEquals(9, client.awaitExit(), client::toString);
        assertTrue(client.stdout().contains("got it"), client::toString);
    }

    @Test
    @Order(2)
    void shouldRefuseSecondDaemon() {
        final Program second = host.start(ours(), "daemon");
        assertEquals(3, second.awaitExit(), second::toString);
        assertEquals(1, second.stderr().lines().count(), second::toString);
    }

    @Test
    @Order(3)
    void shouldLeaveNothing() {
        final Machine machine = host.machine();
        final String ours = ours();
        machine.run(
                ours,
                "run",
                "-d",
                "--name",
                "last",
                "-p",
                "8080:80",
                "busybox",
                "sh",
                "-c",
                "trap 'exit 0' TERM; while :; do sleep 0.1; done");
        machine.endDaemon();
        assertEquals(0, host.daemon().awaitExit(), host.daemon()::toString);
        machine.awaitNothingBut(host.before());
        // Whoever asks next starts another, which is told in one line.
        final Program next = host.start(ours, "ps", "-a");
        assertEquals(0, next.awaitExit(), next::toString);
        assertTrue(next.stderr().startsWith("tailrace: no engine was there: started tailrace daemon"), next::toString);
        assertTrue(next.stdout().matches("(?s).* Exited \\(0\\) .* last\\n.*"), next::toString);
        assertTrue(machine.run(ours, "logs", "--daemon").contains("storage driver"));
        machine.endDaemon();
        machine.awaitNothingBut(host.before());
    }
}
