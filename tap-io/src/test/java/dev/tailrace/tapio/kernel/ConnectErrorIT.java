package dev.tailrace.tapio.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.tapio.lab.Place;
import dev.tailrace.tapio.lab.Program;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Connections that cannot be made: the client in the guest sees the host's error.
class ConnectErrorIT extends KernelSuite {
    private static final int CLOSED_PORT = 9;
    private static final int PORT = 7001;
    private static final String SILENT = "203.0.113.99";

    @ParameterizedTest
    @CsvSource({"203.0.113.10", "198.51.100.1", "10.0.2.2"})
    void shouldSeeRefusals(final String address) {
        assertEquals("Connection refused", connectError(guest(), address));
    }

    @ParameterizedTest
    @CsvSource({
        "unreachable, 203.0.113.66, No route to host",
        "throw,       203.0.113.67, Network is unreachable",
        "prohibit,    203.0.113.68, Network is unreachable",
        "blackhole,   203.0.113.69, Network is unreachable",
    })
    void shouldSeeWhatTheHostsRoutesSay(final String type, final String address, final String error) {
        host().run("ip", "route", "replace", type, address);
        assertEquals(error, connectError(guest(), address));
    }

    @ParameterizedTest
    @CsvSource({
        "unreachable, 203.0.113.76, No route to host",
        "prohibit,    203.0.113.78, No route to host",
    })
    void shouldSeeWhatRoutersSay(final String type, final String address, final String error) {
        internet().run("ip", "route", "replace", type, address);
        assertEquals(error, connectError(host(), address), "in the host");
        guest().shell("echo 1 >/proc/sys/net/ipv4/tcp_syn_retries");
        assertEquals(
                subject.has(Quirk.DEAF_TO_ROUTERS) ? "Connection timed out" : error, connectError(guest(), address));
    }

    @Test
    void shouldTimeOut() {
        host().shell("echo 6 >/proc/sys/net/ipv4/tcp_syn_retries");
        guest().shell("echo 1 >/proc/sys/net/ipv4/tcp_syn_retries");
        internet().run("ip", "route", "replace", "blackhole", SILENT);
        assertEquals("Connection timed out", connectError(guest(), SILENT));
    }

    @Test
    void shouldTimeOutWhenTheHostGivesUpFirst() {
        host().shell("echo 1 >/proc/sys/net/ipv4/tcp_syn_retries");
        guest().shell("echo 2 >/proc/sys/net/ipv4/tcp_syn_retries");
        internet().run("ip", "route", "replace", "blackhole", SILENT);
        assertEquals("Connection timed out", connectError(guest(), SILENT));
    }

    @Test
    void shouldReachTheHostsLoopback() {
        final Peer host = peerIn(host());
        host.does("listen", "loopback", "127.0.0.1", PORT);
        final Peer.Doing accepting = host.begins("accept", "loopback", "accepted");
        guestPeer().does("connect", "to-loopback", Network.GATEWAY, PORT);
        assertEquals("127.0.0.1", accepting.succeeds());
        guestPeer().does("send", "to-loopback", 1, 1000);
        assertEquals("1000", host.does("receive", "accepted", 1, 1000));
    }

    @Test
    void shouldDenyTheHostsLoopback() {
        final Place guest = newNetwork("-c", "--disable-host-loopback").guest();
        peerIn(host()).does("listen", "denied", "0.0.0.0", PORT + 1);
        assertEquals("Network is unreachable", connectError(guest, Network.GATEWAY, PORT + 1));
        final Program client = guest.start("ncat", "-v", Network.GATEWAY, Integer.toString(PORT + 1));
        assertNotEquals(0, client.awaitExit());
        assertTrue(client.stderr().contains("Network is unreachable"), client.stderr());
        guest.run("ping", "-c1", "-W10", Network.GATEWAY);
    }

    @Test
    void shouldServeNamesOnly() {
        assertEquals("Network is unreachable", connectError(guest(), Network.NAME_SERVER));
    }

    private static String connectError(final Place place, final String address) {
        return connectError(place, address, CLOSED_PORT);
    }

    /// What a program is told by `connect`.
    static String connectError(final Place place, final String address, final int port) {
        final Program client = place.start("bash", "-c", "exec 3<>/dev/tcp/" + address + "/" + port);
        assertNotEquals(0, client.awaitExit(), client.toString());
        final String first = client.stderr().lines().findFirst().orElse("");
        return first.substring(first.lastIndexOf(": ") + 2);
    }
}
