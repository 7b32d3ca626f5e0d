package dev.tailrace.runtime.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.tapio.lab.Lab;
import dev.tailrace.tapio.lab.Program;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RootlessKit with `--net=slirp4netns`, sandbox and seccomp, and its port drivers.
final class RootlessKitIT extends ClientSuite {
    private static final int MORE_PORT = 8081;

    private Traces before;
    private @Nullable Program kit;

    @BeforeEach
    void lookAround() {
        makeMachine();
        before = Traces.of(machine());
    }

    /// What a test that failed has left is not for the next one.
    @AfterEach
    void endKit() {
        if (kit != null) {
            kit.close();
        }
    }

    @Test
    void shouldReachTheInternetButNotTheHostsLoopback() {
        final Program whole = start(List.of("--disable-host-loopback"), reachInternet() + hostLoopbackIsClosed());
        assertEquals(0, whole.awaitExit(), whole::toString);
        assertEquals(reachedInternet(MTU) + CLOSED, whole.stdout(), whole::toString);
        machine().awaitNothingBut(before);
    }

    @Test
    void shouldReachTheInternetByIpv6AndTheHostsLoopback() {
        final Program whole = start(List.of("--ipv6"), reachInternet6() + askHostLoopback());
        assertEquals(0, whole.awaitExit(), whole::toString);
        assertEquals(reachedInternet6() + HOST, whole.stdout(), whole::toString);
        machine().awaitNothingBut(before);
    }

    @ParameterizedTest
    @CsvSource({"builtin, 127.0.0.1, 127.0.0.1", "slirp4netns, 198.51.100.2, 10.0.2.2"})
    void shouldPublishPortsAndLeaveNothingWhenStopped(
            final String driver, final String internetsAddress, final String hostsAddress) {
        final Program server = start(
                List.of(
                        "--disable-host-loopback",
                        "--port-driver=" + driver,
                        "--publish=0.0.0.0:" + PUBLISHED_PORT + ":80/tcp"),
                SERVER);
        assertEquals("from " + internetsAddress + "\n", machine().answerTo(published(PUBLISHED_PORT)));
        assertEquals("from " + hostsAddress + "\n", machine().hostsAnswerTo("TCP4:127.0.0.1:" + PUBLISHED_PORT));
        assertHardened();
        assertEquals("2\n", control("add-ports", "0.0.0.0:" + MORE_PORT + ":80/tcp"));
        assertEquals("from " + internetsAddress + "\n", machine().answerTo(published(MORE_PORT)));
        assertEquals("1\n", control("remove-ports", "1"));
        assertTrue(machine().refuses(published(PUBLISHED_PORT)));
        machine().run("sh", "-euc", "kill $(cat \"$HOME/kit.pid\")");
        assertNotEquals(0, server.awaitExit());
        machine().awaitNothingBut(before);
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

    private Program start(final List<String> options, final String script) {
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
        final Program started = machine().start(command.toArray(String[]::new));
        kit = started;
        return started;
    }
}
