package dev.tailrace.tapio.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.tapio.lab.Lab;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Published ports.
class HostForwardIT extends KernelSuite {
    private static final String ANY = "0.0.0.0";
    private static final int HOST_PORT = 8080;
    private static final int GUEST_PORT = 80;
    private static final int CONNECTIONS = 50;
    private static final long BYTES_EACH = 100_000;

    private Network network;
    private Peer guest;

    @BeforeEach
    void makeNetwork() {
        network = newNetwork("-c");
        guest = network.peer();
    }

    @ParameterizedTest
    @CsvSource({"198.51.100.2, 198.51.100.1, 198.51.100.2", "127.0.0.1, 127.0.0.1, 10.0.2.2"})
    void shouldKeepTheClientsAddress(final String client, final String published, final String seen) {
        assertEquals("{\"return\":{\"id\":1}}", network.request(add("tcp")));
        guest.does("listen", "l", ANY, GUEST_PORT);
        final Peer.Doing accepting = guest.begins("accept", "l", "s");
        final Peer outside = peerIn(client.startsWith("127.") ? host() : internet());
        outside.does("connect", "c", published, HOST_PORT);
        assertEquals(seen, accepting.succeeds());
        assertExchange(outside);
    }

    @Test
    void shouldKeepConnectionsWhenTheForwardIsRemoved() {
        assertEquals("{\"return\":{\"id\":1}}", network.request(add("tcp")));
        guest.does("listen", "l", ANY, GUEST_PORT);
        final Peer.Doing accepting = guest.begins("accept", "l", "s");
        final Peer outside = peerIn(internet());
        outside.does("connect", "c", Lab.HOST_ADDRESS, HOST_PORT);
        accepting.succeeds();
        assertTrue(network.request("{\"execute\":\"list_hostfwd\"}").contains("\"host_port\":8080"));
        assertEquals("{\"return\":{}}", network.request("{\"execute\":\"remove_hostfwd\",\"arguments\":{\"id\":1}}"));
        assertFalse(network.request("{\"execute\":\"list_hostfwd\"}").contains("\"host_port\":8080"));
        assertExchange(outside);
        assertEquals("Connection refused", outside.failsTo("connect", "d", Lab.HOST_ADDRESS, HOST_PORT));
    }

    @Test
    void shouldCarryManyConnections() {
        final int connections = subject.has(Quirk.LOSES_BURSTS) ? 1 : CONNECTIONS;
        network.request(add("tcp"));
        guest.does("listen", "l", ANY, GUEST_PORT);
        final Peer.Doing serving = guest.begins("serve-many", "l", connections, BYTES_EACH);
        final String sum = Long.toString(connections * BYTES_EACH);
        final Peer outside = peerIn(internet());
        assertEquals(sum, outside.does("connect-many", Lab.HOST_ADDRESS, HOST_PORT, connections, BYTES_EACH));
        assertEquals(sum, serving.succeeds());
    }

    @Test
    void shouldCarryBulkData() {
        network.request(add("tcp").replace(":80}", ":5201}"));
        Iperf.serve(network.guest());
        for (final String direction : new String[] {"--get-server-output", "--reverse"}) {
            final Iperf result =
                    Iperf.run(internet(), Lab.HOST_ADDRESS, "-p", Integer.toString(HOST_PORT), "--time=1", direction);
            System.out.println(subject + " published port, " + direction + ": " + result);
            assertTrue(result.receivedBytes() > 0, result.toString());
        }
    }

    @Test
    void shouldResetClientsWhenNobodyListens() {
        network.request(add("tcp"));
        final Peer outside = peerIn(internet());
        outside.does("connect", "c", Lab.HOST_ADDRESS, HOST_PORT);
        assertEquals(
                subject.has(Quirk.RESET_BECOMES_END) ? "ok 0" : "failed Connection reset",
                outside.begins("drain", "c", 0).outcome());
    }

    @ParameterizedTest
    @CsvSource({"198.51.100.1, 198.51.100.2", "127.0.0.1, 10.0.2.2"})
    void shouldForwardDatagrams(final String published, final String seen) {
        assertEquals("{\"return\":{\"id\":1}}", network.request(add("udp")));
        guest.does("udp-bind", "s", ANY, GUEST_PORT);
        final Peer outside = peerIn(published.startsWith("127.") ? host() : internet());
        final String name = "client" + published;
        outside.does("udp-bind", name, ANY, 0);
        outside.does("udp-send", name, published, HOST_PORT, "question");
        final String[] received = guest.does("udp-receive", "s").split(" ");
        assertEquals(seen, received[0]);
        assertEquals("question", received[2]);
        guest.does("udp-send", "s", received[0], received[1], "answer");
        assertEquals(published + " " + HOST_PORT + " answer", outside.does("udp-receive", name));
        assertEquals("{\"return\":{}}", network.request("{\"execute\":\"remove_hostfwd\",\"arguments\":{\"id\":1}}"));
    }

    private void assertExchange(final Peer outside) {
        final Peer.Doing sending = outside.begins("send", "c", 1, 1_000_000);
        assertEquals("1000000", guest.does("receive", "s", 1, 1_000_000));
        sending.succeeds();
        final Peer.Doing answering = guest.begins("send", "s", 2, 1_000_000);
        assertEquals("1000000", outside.does("receive", "c", 2, 1_000_000));
        answering.succeeds();
        outside.does("finish", "c");
        assertEquals("0", guest.does("drain", "s", 0));
        guest.does("close", "s");
        assertEquals("0", outside.does("drain", "c", 0));
    }

    private static String add(final String protocol) {
        return "{\"execute\":\"add_hostfwd\",\"arguments\":{\"proto\":\"" + protocol + "\",\"host_addr\":\"0.0.0.0\","
                + "\"host_port\":" + HOST_PORT + ",\"guest_addr\":\"" + Network.GUEST + "\",\"guest_port\":"
                + GUEST_PORT + "}}";
    }
}
