package dev.tailrace.tapio.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Many connections at once.
class ManyConnectionsIT extends KernelSuite {
    private static final int CONNECTIONS = 200;
    private static final int FEW = 5;
    private static final long MUCH = 10_000;
    private static final int PORT = 7000;

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 10_000, 256 * 1024})
    void shouldCarryBothDirectionsOfEach(final long bytesEach) {
        final Peer server = peerIn(internet());
        final String name = "many" + bytesEach;
        server.does("listen", name, FAR, PORT);
        final int connections = bytesEach > MUCH && subject.has(Quirk.CUTS_STREAMS) ? FEW : CONNECTIONS;
        final Peer.Doing serving = server.begins("serve-many", name, connections, bytesEach);
        final String sum = Long.toString(connections * bytesEach);
        assertEquals(sum, guestPeer().does("connect-many", FAR, PORT, connections, bytesEach));
        assertEquals(sum, serving.succeeds());
        server.does("close-listener", name);
    }
}
