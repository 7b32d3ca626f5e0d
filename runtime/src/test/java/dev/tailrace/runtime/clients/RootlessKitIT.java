package dev.tailrace.runtime.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.tapio.lab.Lab;
import dev.tailrace.tapio.lab.Program;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RootlessKit with `--net=slirp4netns`, sandbox and seccomp, and its port drivers.
final class RootlessKitIT extends ClientSuite {
    private static final int MORE_PORT = 8081;

    private Traces before;

    @BeforeEach
    void lookAround() {
        makeMachine();
        before = Traces.of(machine());
    }

    @Test
    void shouldReachTheInternetButNotTheHostsLoopback() {
        final String output = machine()
                .run(rootlessKit(
                                List.of("--disable-host-loopback"),
                                "cd $(mktemp -d)\n" + reachInternet() + hostLoopbackIsClosed())
                        .toArray(String[]::new));
        assertEquals(reachedInternet(MTU) + CLOSED, output);
        machine().awaitReturnTo(before);
    }

    @Test
    void shouldReachTheInternetByIpv6AndTheHostsLoopback() {
        final String output = machine()
                .run(rootlessKit(List.of("--ipv6"), reachInternet6() + askHostLoopback())
                        .toArray(String[]::new));
        assertEquals(reachedInternet6() + HOST, output);
    }

    @ParameterizedTest
    @CsvSource({"builtin, 127.0.0.1, 127.0.0.1", "slirp4netns, 198.51.100.2, 10.0.2.2"})
    void shouldPublishPortsAndLeaveNothingWhenStopped(
            final String driver, final String internetsAddress, final String hostsAddress) {
        final Program kit = machine()
                .start(rootlessKit(
                                List.of("--port-driver=" + driver, "--publish=0.0.0.0:" + PUBLISHED_PORT + ":80/tcp"),
                                SERVER)
                        .toArray(String[]::new));
        assertEquals("from " + internetsAddress + "\n", machine().answerTo(published(PUBLISHED_PORT)));
        assertEquals("from " + hostsAddress + "\n", machine().hostsAnswerTo("TCP4:127.0.0.1:" + PUBLISHED_PORT));
        assertHardened();
        assertEquals("2\n", control("add-ports", "0.0.0.0:" + MORE_PORT + ":80/tcp"));
        assertEquals("from " + internetsAddress + "\n", machine().answerTo(published(MORE_PORT)));
        assertEquals("1\n", control("remove-ports", "1"));
        assertTrue(machine().refuses(published(PUBLISHED_PORT)));
        machine().run("sh", "-euc", "kill $(cat \"$HOME/kit.pid\")");
        assertNotEquals(0, kit.awaitExit());
        machine().awaitReturnTo(before);
        assertTrue(machine().refuses(published(MORE_PORT)));
    }

    private static String published(final int port) {
        return "TCP4:" + Lab.HOST_ADDRESS + ":" + port;
    }

    private static String control(final String verb, final String argument) {
        return machine().run("rootlessctl", "--socket=" + state() + "/api.sock", verb, argument);
    }

    private static String state() {
        return machine().runtime() + "/kit";
    }

    private List<String> rootlessKit(final List<String> options, final String script) {
        final List<String> command = new ArrayList<>(List.of(
                "sh",
                "-euc",
                "echo $$ >\"$HOME/kit.pid\"; exec rootlesskit \"$@\"",
                "sh",
                "--state-dir=" + state(),
                "--net=slirp4netns",
                "--slirp4netns-binary=" + subject.program(),
                "--slirp4netns-sandbox=true",
                "--slirp4netns-seccomp=true",
                "--mtu=" + MTU,
                "--copy-up=/etc",
                "--copy-up=/run"));
        command.addAll(options);
        command.addAll(List.of("sh", "-euc", script));
        return command;
    }
}
