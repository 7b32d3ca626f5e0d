package dev.tailrace.tapio.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.lab.Place;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The end of the program while connections are in use.
class ShutdownIT extends KernelSuite {
    private static final int PORT = 7020;
    private static final long MEGABYTE = 1_000_000;

    /// More than would be sent before the signal.
    private static final long ENDLESS = 1_000_000 * MEGABYTE;

    @ParameterizedTest
    @CsvSource({"TERM, 143, true", "TERM, 143, false", "INT, 130, true"})
    void shouldTellBothEnds(final String signal, final int code, final boolean up) {
        final Network network = newNetwork("-c");
        final Peer guest = network.peer();
        final Peer server = peerIn(internet());
        final String name = signal + up;
        server.does("listen", name, FAR, PORT);
        final Peer.Doing accepting = server.begins("accept", name, name);
        guest.does("connect", name, FAR, PORT);
        accepting.succeeds();
        server.does("close-listener", name);

        final Peer from = up ? guest : server;
        final Peer to = up ? server : guest;
        final Peer.Doing sending = from.begins("send", name, 1, ENDLESS);
        to.does("receive", name, 1, MEGABYTE);
        final Peer.Doing receiving = to.begins("skip", name);
        final List<ProcessHandle> children = ProcessHandle.of(network.program().pid())
                .orElseThrow()
                .descendants()
                .toList();
        network.program().signal(signal);
        assertEquals(code, network.program().awaitExit());

        assertEnded(up ? receiving : sending);
        if (subject.has(Quirk.FORGETS_GUEST_AT_EXIT)) {
            assertFalse((up ? sending : receiving).isDone());
        } else {
            assertEnded(up ? sending : receiving);
        }
        assertEquals("lo", network.guest().shell("ip -br link | cut -d' ' -f1").strip());
        Await.until(() -> "the end of " + children, () -> children.stream().noneMatch(ProcessHandle::isAlive));
        server.does("close", name);
        Await.until(() -> "no socket but " + sockets(), () -> sockets().isEmpty());
    }

    @Test
    void shouldLeaveADeviceThatOthersCanUse() {
        final Place guest = lab().newGuest();
        guest.shell("ip link set lo up; ip tuntap add name tap0 mode tap; ip link set tap0 up;" + " ip address add "
                + Network.GUEST + "/24 dev tap0; ip route add default via " + Network.GATEWAY);
        final Peer peer = Peer.in(guest);
        final Peer server = peerIn(internet());
        int number = 0;
        for (final Subject program : List.of(subject, Subject.REFERENCE, subject)) {
            if (!program.isThere()) {
                continue;
            }
            final Network network = remember(Network.start(lab(), program, guest));
            final String name = "device" + ++number;
            server.does("listen", name, FAR, PORT + number);
            final Peer.Doing serving = server.begins("serve-many", name, 1, MEGABYTE);
            peer.does("connect-many", FAR, PORT + number, 1, MEGABYTE);
            serving.succeeds();
            network.program().signal("TERM");
            network.program().awaitExit();
        }
    }

    /// What the host's kernel keeps of connections, but for those that have ended on both sides.
    private static List<String> sockets() {
        return host().run("ss", "-Htuna")
                .lines()
                .filter(line -> !line.contains("TIME-WAIT"))
                .toList();
    }

    /// Ends by a reset or, where the other side had nothing more to say, by the end of the stream.
    private static void assertEnded(final Peer.Doing doing) {
        final String outcome = doing.outcome();
        assertTrue(outcome.matches("ok .*|failed Connection reset.*|failed Broken pipe"), outcome);
    }
}
