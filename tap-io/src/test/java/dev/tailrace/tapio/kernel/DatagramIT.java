package dev.tailrace.tapio.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.lab.Program;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// UDP.
class DatagramIT extends KernelSuite {
    private static final int ECHO_PORT = 10_000;
    private static final int PRIME = 997;
    private static final int PORT = 7011;
    private static final int CLOSED_PORT = 9;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1472, 1473, 9000, 65_507})
    void shouldCarryDatagramsOfSize(final int length) {
        final Peer internet = peerIn(internet());
        final String name = "echo" + length;
        final int port = ECHO_PORT + length % PRIME;
        internet.does("udp-bind", name, family().far(), port);
        internet.does("udp-echo", name);
        guestPeer().does("udp-bind", name, family().any(), 0);
        guestPeer().does("udp-exchange", name, family().far(), port, length);
    }

    @Test
    void shouldCarryLargeDatagramsOfSocat() {
        internet().start("socat", socat("RECVFROM:") + PORT + ",bind=" + bracketed() + ",fork", "EXEC:cat");
        if (family() == Family.IPV6) {
            Ports.awaitUdp6(internet(), PORT);
        } else {
            Ports.awaitUdp(internet(), PORT);
        }
        final String send = "head -c 5000 /dev/zero";
        assertEquals(
                bash(guest(), send + " | sha256sum"),
                bash(
                        guest(),
                        send + " | socat -b 65507 -t 10 STDIO " + socat(":") + bracketed() + ":" + PORT
                                + " | head -c 5000 | sha256sum"));
    }

    @Test
    void shouldKeepOneMappingForAllDestinations() {
        final Peer internet = peerIn(internet());
        internet.does("udp-bind", "first", family().far(), PORT + 1);
        internet.does("udp-bind", "second", family().near(), PORT + 2);
        final Peer guest = guestPeer();
        guest.does("udp-bind", "mapped", family().any(), 0);
        guest.does("udp-send", "mapped", family().far(), PORT + 1, "one");
        guest.does("udp-send", "mapped", family().near(), PORT + 2, "two");
        final String[] one = internet.does("udp-receive", "first").split(" ");
        final String[] two = internet.does("udp-receive", "second").split(" ");
        assertEquals(full(family().host()), one[0]);
        assertEquals(one[1], two[1], "the mapping depends on the destination");
        internet.does("udp-bind", "stranger", family().near(), PORT + 3);
        internet.does("udp-send", "stranger", family().host(), one[1], "three");
        assertEquals(full(family().near()) + " " + (PORT + 3) + " three", guest.does("udp-receive", "mapped"));
    }

    @Test
    void shouldSeeThatNobodyReceives() {
        assertEquals(
                "PortUnreachableException", guestPeer().failsTo("udp-connected-exchange", family().far(), CLOSED_PORT));
    }

    @Test
    void shouldBeToldThatThereIsNoRoute() {
        host().run("ip", "route", "replace", "unreachable", family().unused(96));
        assertTellsUnreachable(family().unused(96));
    }

    @Test
    void shouldPassWhatRoutersSay() {
        internet().run("ip", "route", "replace", "unreachable", family().unused(97));
        assertTellsUnreachable(family().unused(97));
    }

    /// The guest's kernel counts the errors, which it does not pass on to an ordinary socket.
    private void assertTellsUnreachable(final String address) {
        final Peer guest = guestPeer();
        guest.does("udp-bind", "to" + address, family().any(), 0);
        final long before = unreachables();
        guest.does("udp-send", "to" + address, address, PORT, "lost");
        Await.until(() -> "ICMP unreachable error for " + address, () -> unreachables() > before);
    }

    private long unreachables() {
        return Long.parseLong(
                guest().run("nstat", "-asz", family() == Family.IPV6 ? "Icmp6InDestUnreachs" : "IcmpInDestUnreachs")
                        .strip()
                        .split("\\s+")[2]);
    }

    @Test
    void shouldReachTheHostsLoopback() {
        final Peer host = peerIn(host());
        host.does("udp-bind", "loopback", family().loopback(), PORT + 4);
        host.does("udp-echo", "loopback");
        guestPeer().does("udp-bind", "to-loopback", family().any(), 0);
        guestPeer().does("udp-exchange", "to-loopback", family().gateway(), PORT + 4, 100);
    }

    @Test
    void shouldCarryManyDatagramsOfIperf() {
        final Program server = Iperf.serve(host());
        final Program client = guest().start("iperf3", "-u", "-b", "20M", "-t", "1", "--json", "-c", family().host());
        assertEquals(0, client.awaitExit(), client.toString());
        server.close();
    }

    private String socat(final String rest) {
        return (family() == Family.IPV6 ? "UDP6" : "UDP4") + (rest.equals(":") ? ":" : "-" + rest);
    }

    private String bracketed() {
        return family() == Family.IPV6 ? "[" + family().far() + "]" : family().far();
    }

    /// As Java writes addresses.
    private static String full(final String address) {
        return Family.asJavaWrites(address);
    }
}
