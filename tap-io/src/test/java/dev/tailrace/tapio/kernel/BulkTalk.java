package dev.tailrace.tapio.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tailrace.tapio.lab.Await;
import java.time.Duration;

/// Much data over one connection after another, from a guest to a server of the internet and back, each byte compared.
///
/// @param patience how long one transfer may take
record BulkTalk(Peer guest, Peer server, String address, int port, long bytes, Duration patience) {
    private static final long SEED = 6;

    /// Carries it both ways and prints how long each took.
    ///
    /// @param conditions for what is printed
    void carryBothWays(final String conditions) {
        carry("up", conditions, guest, server);
        carry("down", conditions, server, guest);
    }

    private void carry(final String direction, final String conditions, final Peer from, final Peer to) {
        final String name = "bulk-" + direction;
        server.does("listen", name, address, port);
        final Peer.Doing accepting = server.begins("accept", name, name);
        guest.does("connect", name, address, port);
        accepting.succeeds();
        server.does("close-listener", name);
        final long beginNs = System.nanoTime();
        final Peer.Doing receiving = to.begins("drain", name, SEED);
        final Peer.Doing sending = from.begins("send", name, SEED, bytes);
        final String what = "end of " + bytes + " bytes " + direction + " with " + conditions;
        Await.until(() -> what, patience, sending::isDone);
        assertEquals("" + bytes, sending.succeeds());
        from.does("finish", name);
        Await.until(() -> what, patience, receiving::isDone);
        assertEquals("" + bytes, receiving.succeeds());
        System.out.printf(
                "%d bytes %s with %s in %.2f s%n", bytes, direction, conditions, (System.nanoTime() - beginNs) / 1e9);
        to.does("close", name);
        from.does("close", name);
    }
}
