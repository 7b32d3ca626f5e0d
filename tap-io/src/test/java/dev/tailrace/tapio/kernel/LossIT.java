package dev.tailrace.tapio.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.lab.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Frames lost on the way from the guest, whose queue is short here and runs over.
class LossIT extends KernelSuite {
    private static final int PORT = 7050;
    private static final int PAUSES = 5;
    private static final long BYTES = 20_000_000;
    private static final int TX_DROPPED = 12;

    private Network network;
    private Peer guest;
    private Peer server;

    @BeforeEach
    void connect() {
        network = newNetwork("-c");
        guest = network.peer();
        server = peerIn(internet());
        server.does("listen", "loss", FAR, PORT);
        final Peer.Doing accepting = server.begins("accept", "loss", "s");
        guest.does("connect", "c", FAR, PORT);
        accepting.succeeds();
        server.does("close-listener", "loss");
    }

    @Test
    void shouldRecoverFromLostSegments() {
        network.guest().run("ip", "link", "set", "tap0", "txqueuelen", "100");
        for (int pause = 0; pause < PAUSES; pause++) {
            network.program().signal("STOP");
            guest.does("udp-flood", FAR, PORT, 200);
            final long before = dropped(network.guest());
            // The queue is full of datagrams that nobody waits for, so all that is sent now is lost.
            final Peer.Doing sending = guest.begins("send", "c", pause, BYTES);
            Await.until(() -> "lost segment of the guest", () -> dropped(network.guest()) > before);
            network.program().signal("CONT");
            assertEquals("" + BYTES, server.does("receive", "s", pause, BYTES));
            sending.succeeds();
        }
    }

    @Test
    void shouldRecoverFromLostAcknowledgements() {
        network.guest().run("ip", "link", "set", "tap0", "txqueuelen", "8");
        final long before = dropped(network.guest());
        final Peer.Doing flooding = guest.begins("udp-flood", FAR, PORT, 200_000);
        final Peer.Doing sending = server.begins("send", "s", 1, PAUSES * BYTES);
        assertEquals("" + PAUSES * BYTES, guest.does("receive", "c", 1, PAUSES * BYTES));
        sending.succeeds();
        flooding.succeeds();
        assertTrue(dropped(network.guest()) > before, "nothing was lost");
    }

    /// Frames that the guest's kernel could not put into the queue of the TAP.
    private static long dropped(final Place guest) {
        try {
            return Files.readAllLines(Path.of("/proc/" + guest.pid() + "/net/dev")).stream()
                    .map(String::strip)
                    .filter(line -> line.startsWith("tap0:"))
                    .mapToLong(line -> Long.parseLong(line.split("[: ]+")[TX_DROPPED]))
                    .findFirst()
                    .orElseThrow();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
