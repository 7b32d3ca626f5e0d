package dev.tailrace.tapio.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Many connections at once.
class ManyConnectionsIT extends KernelSuite {
    private static final int CONNECTIONS = 200;
    private static final int PORT = 7000;

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 10_000, 256 * 1024})
    void shouldCarryBothDirectionsOfEach(final long bytesEach) {
        final Peer server = peerIn(internet());
        final String name = "many" + bytesEach;
        server.does("listen", name, FAR, PORT);
        final Peer.Doing serving = server.begins("serve-many", name, CONNECTIONS, bytesEach);
        final String sum = Long.toString(CONNECTIONS * bytesEach);
        assertEquals(sum, guestPeer().does("connect-many", FAR, PORT, CONNECTIONS, bytesEach));
        assertEquals(sum, serving.succeeds());
        server.does("close-listener", name);
    }
}
