package dev.tailrace.tapio.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Published ports of and for IPv6 addresses.
class HostForwardIpv6IT extends KernelSuite {
    private static final int HOST_PORT = 8080;
    private static final int GUEST_PORT = 80;

    @Override
    Family family() {
        return Family.IPV6;
    }

    /// A client of the guest's family keeps its address; one of the other, or of the host itself, is the gateway.
    @ParameterizedTest
    @CsvSource({
        "far,      ::,        2001:db8:1::1, IPV6, 2001:db8:1::2",
        "loopback, ::1,       ::1,           IPV6, fd00::2",
        "far,      0.0.0.0,   198.51.100.1,  IPV6, fd00::2",
        "far,      ::,        2001:db8:1::1, IPV4, 10.0.2.2",
    })
    void shouldTellTheClientsAddress(
            final String from,
            final String bound,
            final String published,
            final Family guestFamily,
            final String seen) {
        final Network network = network();
        final Peer guest = network.peer();
        final Peer outside = peerIn(from.equals("far") ? internet() : host());
        final String name = bound + guestFamily;
        final int tcp = forward(network, "tcp", bound, guestFamily);
        guest.does("listen", "l" + name, guestFamily.any(), GUEST_PORT);
        final Peer.Doing accepting = guest.begins("accept", "l" + name, "s" + name);
        outside.does("connect", "c" + name, published, HOST_PORT);
        assertEquals(Family.asJavaWrites(seen), accepting.succeeds());
        final Peer.Doing sending = outside.begins("send", "c" + name, 1, 1_000_000);
        assertEquals("1000000", guest.does("receive", "s" + name, 1, 1_000_000));
        sending.succeeds();
        guest.does("close", "s" + name);
        assertEquals("0", outside.does("drain", "c" + name, 0));
        guest.does("close-listener", "l" + name);
        remove(network, tcp);

        final int udp = forward(network, "udp", bound, guestFamily);
        guest.does("udp-bind", "s" + name, guestFamily.any(), 0);
        final int port = Integer.parseInt(guest.does("udp-port", "s" + name));
        remove(network, udp);
        final int again = forward(network, "udp", bound, guestFamily, port);
        outside.does("udp-bind", "c" + name, published.contains(":") ? "::" : "0.0.0.0", 0);
        outside.does("udp-send", "c" + name, published, HOST_PORT, "question");
        final String[] received = guest.does("udp-receive", "s" + name).split(" ");
        assertEquals(Family.asJavaWrites(seen), received[0]);
        guest.does("udp-send", "s" + name, received[0], received[1], "answer");
        assertEquals(
                Family.asJavaWrites(published) + " " + HOST_PORT + " answer", outside.does("udp-receive", "c" + name));
        remove(network, again);
    }

    @Test
    void shouldServeClientsWithLinkLocalAddresses() {
        final Network network = network();
        final int id = forward(network, "tcp", "::", Family.IPV6);
        network.peer().does("listen", "ll", "::", GUEST_PORT);
        final Peer.Doing accepting = network.peer().begins("accept", "ll", "ls");
        final String scoped = host().run("ip", "-6", "-o", "address", "show", "dev", "wan0", "scope", "link")
                        .replaceFirst("(?s).* inet6 ([0-9a-f:]+)/64 .*", "$1")
                + "%eth0";
        peerIn(internet()).does("connect", "lc", scoped, HOST_PORT);
        // On the guest's link the client's address would mean a neighbour.
        assertEquals(Family.asJavaWrites(Network.GATEWAY6), accepting.succeeds());
        peerIn(internet()).does("send", "lc", 1, 1000);
        assertEquals("1000", network.peer().does("receive", "ls", 1, 1000));
        network.peer().does("close-listener", "ll");
        remove(network, id);
    }

    private static int forward(
            final Network network, final String protocol, final String bound, final Family guestFamily) {
        return forward(network, protocol, bound, guestFamily, GUEST_PORT);
    }

    private static int forward(
            final Network network,
            final String protocol,
            final String bound,
            final Family guestFamily,
            final int guestPort) {
        final String guest = guestFamily == Family.IPV6 ? network.address6() : Network.GUEST;
        final String reply = network.request("{\"execute\":\"add_hostfwd\",\"arguments\":{\"proto\":\"" + protocol
                + "\",\"host_addr\":\"" + bound + "\",\"host_port\":" + HOST_PORT + ",\"guest_addr\":\"" + guest
                + "\",\"guest_port\":" + guestPort + "}}");
        assertTrue(reply.matches("\\{\"return\":\\{\"id\":[0-9]+}}"), reply);
        return Integer.parseInt(reply.replaceAll("[^0-9]", ""));
    }

    private static void remove(final Network network, final int id) {
        assertEquals(
                "{\"return\":{}}",
                network.request("{\"execute\":\"remove_hostfwd\",\"arguments\":{\"id\":" + id + "}}"));
    }
}
