package dev.tailrace.tapio.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.lab.Lab;
import dev.tailrace.tapio.lab.Program;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// UDP.
class DatagramIT extends KernelSuite {
    private static final String ANY = "0.0.0.0";
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
        internet.does("udp-bind", name, FAR, port);
        internet.does("udp-echo", name);
        guestPeer().does("udp-bind", name, ANY, 0);
        guestPeer().does("udp-exchange", name, FAR, port, length);
    }

    @Test
    void shouldCarryLargeDatagramsOfSocat() {
        internet().start("socat", "UDP-RECVFROM:" + PORT + ",bind=" + FAR + ",fork", "EXEC:cat");
        Ports.awaitUdp(internet(), PORT);
        final String send = "head -c 5000 /dev/zero";
        assertEquals(
                bash(guest(), send + " | sha256sum"),
                bash(
                        guest(),
                        send + " | socat -b 65507 -t 10 STDIO UDP:" + FAR + ":" + PORT
                                + " | head -c 5000 | sha256sum"));
    }

    @Test
    void shouldKeepOneMappingForAllDestinations() {
        final Peer internet = peerIn(internet());
        internet.does("udp-bind", "first", FAR, PORT + 1);
        internet.does("udp-bind", "second", NEAR, PORT + 2);
        final Peer guest = guestPeer();
        guest.does("udp-bind", "mapped", ANY, 0);
        guest.does("udp-send", "mapped", FAR, PORT + 1, "one");
        guest.does("udp-send", "mapped", NEAR, PORT + 2, "two");
        final String[] one = internet.does("udp-receive", "first").split(" ");
        final String[] two = internet.does("udp-receive", "second").split(" ");
        assertEquals(Lab.HOST_ADDRESS, one[0]);
        assertEquals(one[1], two[1], "the mapping depends on the destination");
        internet.does("udp-bind", "stranger", NEAR, PORT + 3);
        internet.does("udp-send", "stranger", Lab.HOST_ADDRESS, one[1], "three");
        assertEquals(NEAR + " " + (PORT + 3) + " three", guest.does("udp-receive", "mapped"));
    }

    @Test
    void shouldSeeThatNobodyReceives() {
        assertEquals("PortUnreachableException", guestPeer().failsTo("udp-connected-exchange", FAR, CLOSED_PORT));
    }

    @Test
    void shouldBeToldThatThereIsNoRoute() {
        host().run("ip", "route", "replace", "unreachable", "203.0.113.96");
        assertTellsUnreachable("203.0.113.96");
    }

    @Test
    void shouldPassWhatRoutersSay() {
        internet().run("ip", "route", "replace", "unreachable", "203.0.113.97");
        assertTellsUnreachable("203.0.113.97");
    }

    /// The guest's kernel counts the errors, which it does not pass on to an ordinary socket.
    private void assertTellsUnreachable(final String address) {
        final Peer guest = guestPeer();
        guest.does("udp-bind", "to" + address, ANY, 0);
        final long before = unreachables();
        guest.does("udp-send", "to" + address, address, PORT, "lost");
        Await.until(() -> "ICMP unreachable error for " + address, () -> unreachables() > before);
    }

    private long unreachables() {
        return Long.parseLong(
                guest().run("nstat", "-asz", "IcmpInDestUnreachs").strip().split("\\s+")[2]);
    }

    @Test
    void shouldReachTheHostsLoopback() {
        final Peer host = peerIn(host());
        host.does("udp-bind", "loopback", "127.0.0.1", PORT + 4);
        host.does("udp-echo", "loopback");
        guestPeer().does("udp-bind", "to-loopback", ANY, 0);
        guestPeer().does("udp-exchange", "to-loopback", Network.GATEWAY, PORT + 4, 100);
    }

    @Test
    void shouldCarryManyDatagramsOfIperf() {
        final Program server = Iperf.serve(host());
        final Program client = guest().start("iperf3", "-u", "-b", "20M", "-t", "1", "--json", "-c", Lab.HOST_ADDRESS);
        assertEquals(0, client.awaitExit(), client.toString());
        server.close();
    }
}
