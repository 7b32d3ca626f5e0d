package dev.tailrace.tapio.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tailrace.tapio.lab.Lab;
import dev.tailrace.tapio.lab.Place;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Connections over IPv6 that cannot be made: the client in the guest sees the host's error.
class ConnectErrorIpv6IT extends KernelSuite {
    private static final int CLOSED_PORT = 9;
    private static final int PORT = 7001;

    @Override
    Family family() {
        return Family.IPV6;
    }

    @ParameterizedTest
    @ValueSource(strings = {Lab.FAR_ADDRESS6, Lab.HOST_ADDRESS6, Network.GATEWAY6})
    void shouldSeeRefusals(final String address) {
        assertEquals("Connection refused", ConnectErrorIT.connectError(guest(), address, CLOSED_PORT));
    }

    @ParameterizedTest
    @CsvSource({"throw, 67, Network is unreachable", "unreachable, 66, No route to host"})
    void shouldSeeWhatTheHostsRoutesSay(final String type, final int number, final String error) {
        host().run("ip", "route", "replace", type, family().unused(number));
        assertEquals(error, connectError(guest(), family().unused(number)));
    }

    @ParameterizedTest
    @CsvSource({
        "unreachable, 76, Network is unreachable, Network is unreachable",
        "prohibit,    78, Permission denied,      Network is unreachable"
    })
    void shouldSeeWhatRoutersSay(final String type, final int number, final String toHost, final String toGuest) {
        internet().run("ip", "route", "replace", type, family().unused(number));
        assertEquals(toHost, connectError(host(), family().unused(number)));
        assertEquals(toGuest, connectError(guest(), family().unused(number)));
    }

    @Test
    void shouldTimeOut() {
        host().shell("echo 6 >/proc/sys/net/ipv4/tcp_syn_retries");
        guest().shell("echo 1 >/proc/sys/net/ipv4/tcp_syn_retries");
        internet().run("ip", "route", "replace", "blackhole", family().unused(99));
        assertEquals("Connection timed out", connectError(guest(), family().unused(99)));
    }

    @Test
    void shouldReachTheHostsLoopback() {
        final Peer host = peerIn(host());
        host.does("listen", "loopback", "::1", PORT);
        final Peer.Doing accepting = host.begins("accept", "loopback", "accepted");
        guestPeer().does("connect", "to-loopback", Network.GATEWAY6, PORT);
        assertEquals("0:0:0:0:0:0:0:1", accepting.succeeds());
        guestPeer().does("send", "to-loopback", 1, 1000);
        assertEquals("1000", host.does("receive", "accepted", 1, 1000));
    }

    @Test
    void shouldDenyTheHostsLoopback() {
        final Network network = newNetwork("-c", "-6", "--disable-host-loopback");
        network.address6();
        peerIn(host()).does("listen", "denied", "::", PORT + 1);
        assertEquals(
                "Network is unreachable", ConnectErrorIT.connectError(network.guest(), Network.GATEWAY6, PORT + 1));
        network.guest().run("ping", "-n", "-c1", "-W10", Network.GATEWAY6);
    }

    @Test
    void shouldServeNamesOnly() {
        assertEquals("Network is unreachable", connectError(guest(), Network.NAME_SERVER6));
    }

    private static String connectError(final Place place, final String address) {
        return ConnectErrorIT.connectError(place, address, CLOSED_PORT);
    }
}
