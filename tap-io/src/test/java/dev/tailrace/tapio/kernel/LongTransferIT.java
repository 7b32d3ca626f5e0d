package dev.tailrace.tapio.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.tapio.lab.Await;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// More than 8 GiB over one connection, each byte checked: sequence numbers wrap twice, windows are
/// scaled. Takes minutes, so it is run by hand, with `-Dlong`; the wrap itself is in every run of the
/// simulations (case 70).
@EnabledIfSystemProperty(named = "long", matches = ".*", disabledReason = "takes minutes: give -Dlong")
class LongTransferIT extends KernelSuite {
    private static final int PORT = 7060;
    private static final long BYTES = (8L << 30) + (64 << 20) + 1;
    private static final Duration PATIENCE = Duration.ofMinutes(30);

    private Peer guest;
    private Peer server;

    @BeforeEach
    void connect() {
        assumeTrue(subject == Subject.OURS, "the reference takes too long");
        guest = guestPeer();
        server = peerIn(internet());
        server.does("listen", "long", FAR, PORT);
        final Peer.Doing accepting = server.begins("accept", "long", "s");
        guest.does("connect", "c", FAR, PORT);
        accepting.succeeds();
        server.does("close-listener", "long");
    }

    @Test
    void shouldUploadMoreThanEightGibibytes() {
        carry("up", guest, "c", server, "s");
    }

    @Test
    void shouldDownloadMoreThanEightGibibytes() {
        carry("down", server, "s", guest, "c");
    }

    private void carry(
            final String direction, final Peer from, final String source, final Peer to, final String destination) {
        final long beginNs = System.nanoTime();
        final Peer.Doing receiving = to.begins("drain", destination, 8);
        final Peer.Doing sending = from.begins("send", source, 8, BYTES);
        Await.until(() -> "end of the transfer " + direction, PATIENCE, sending::isDone);
        assertEquals("" + BYTES, sending.succeeds());
        from.does("finish", source);
        Await.until(() -> "end of the receipt " + direction, PATIENCE, receiving::isDone);
        assertEquals("" + BYTES, receiving.succeeds());
        final double seconds = (System.nanoTime() - beginNs) / 1e9;
        System.out.printf("%d bytes %s in %.1f s: %.2f Gbit/s%n", BYTES, direction, seconds, BYTES * 8e-9 / seconds);
        to.does("close", destination);
        from.does("close", source);
    }
}
