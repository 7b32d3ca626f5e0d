package dev.tailrace.tapio.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.lab.Lab;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Two loops at one TAP: who has a connection, and what finds its way to them.
class SeveralLoopsIT extends KernelSuite {
    private static final String ANY = "0.0.0.0";
    private static final int PORT = 7040;
    private static final int CONNECTIONS = 40;
    private static final long BYTES_EACH = 200_000;
    private static final int IDLE_CONNECTIONS = 12;

    /// The TAP forgets by which queue a connection was answered after three seconds (TUN_FLOW_EXPIRE,
    /// drivers/net/tun.c).
    private static final long FORGOTTEN_AFTER_MS = 4_500;

    private Network network;

    @BeforeEach
    void makeNetwork() {
        assumeTrue(subject == Subject.OURS, "only ours has several loops");
        // From a class path it cannot be walled in: the image can.
        network = subject.isBuilt()
                ? newNetwork("-c", "--loops=2", "--enable-sandbox", "--enable-seccomp")
                : newNetwork("-c", "--loops=2");
    }

    @Test
    void shouldShareConnectionsAndLoseNoByte() {
        final Peer internet = peerIn(internet());
        internet.does("listen", "shared", FAR, PORT);
        final Peer.Doing serving = internet.begins("serve-many", "shared", CONNECTIONS, BYTES_EACH);
        final String sum = Long.toString(CONNECTIONS * BYTES_EACH);
        assertEquals(sum, network.peer().does("connect-many", FAR, PORT, CONNECTIONS, BYTES_EACH));
        assertEquals(sum, serving.succeeds());
        final long[] opened = network.report()
                .lines()
                .filter(line -> line.startsWith("TCP_FLOWS_OPENED "))
                .mapToLong(line -> Long.parseLong(line.split(" ")[1]))
                .toArray();
        assertEquals(2, opened.length, "a loop had none");
        assertEquals(CONNECTIONS, opened[0] + opened[1]);
        assertEquals(CONNECTIONS, network.counters().get("TCP_FLOWS_OPENED"));
    }

    /// Each frame once, whichever loop reads it and whichever has its connection.
    @Test
    void shouldCaptureTheFramesOfAllLoops() throws IOException {
        final Path file = lab().directory().resolve("loops.pcap");
        final Network captured =
                newNetwork("-c", "--loops=2", "--pcap=" + file, "--pcap-filter=tcp and port " + (PORT + 3));
        final Peer internet = peerIn(internet());
        internet.does("listen", "captured", FAR, PORT + 3);
        final Peer.Doing serving = internet.begins("serve-many", "captured", CONNECTIONS, BYTES_EACH);
        captured.peer().does("connect-many", FAR, PORT + 3, CONNECTIONS, BYTES_EACH);
        serving.succeeds();
        captured.program().signal("TERM");
        captured.program().awaitExit();
        final PcapFile capture = new PcapFile(file);
        assertTrue(capture.records() > CONNECTIONS * 3);
        // What is lost on the way is sent again, but each time under a new IP identification (Linux's, that is).
        final long[] payload = capture.tcpPayload(PORT + 3);
        final long least = CONNECTIONS * BYTES_EACH;
        assertTrue(payload[0] >= least && payload[1] >= least, payload[0] + " and " + payload[1]);
        assertEquals(0, capture.repeatedFrom(Network.GUEST));
    }

    @Test
    void shouldShowTheFlowsOfAllLoops() {
        final Peer internet = peerIn(internet());
        internet.does("listen", "shown", FAR, PORT + 1);
        final List<Peer.Doing> accepting = new ArrayList<>();
        for (int k = 0; k < IDLE_CONNECTIONS; k++) {
            accepting.add(internet.begins("accept", "shown", "shown" + k));
            network.peer().does("connect", "shown" + k, FAR, PORT + 1);
        }
        accepting.forEach(Peer.Doing::succeeds);
        final String flows = network.request("{\"execute\":\"flows\"}");
        assertEquals(IDLE_CONNECTIONS, flows.split("\"ESTABLISHED\"", -1).length - 1, flows);
        final String stats = network.request("{\"execute\":\"stats\"}");
        assertTrue(stats.contains("\"established\":" + IDLE_CONNECTIONS), stats);
    }

    /// The port's connections are the first loop's; the kernel brings about half of what the guest says after a while
    /// to the other.
    @Test
    void shouldFindTheLoopOfAConnectionThatWasIdle() {
        network.request("{\"execute\":\"add_hostfwd\",\"arguments\":{\"proto\":\"tcp\",\"host_port\":" + (PORT + 2)
                + ",\"guest_port\":" + (PORT + 2) + "}}");
        final Peer guest = network.peer();
        final Peer outside = peerIn(internet());
        guest.does("listen", "idle", ANY, PORT + 2);
        for (int k = 0; k < IDLE_CONNECTIONS; k++) {
            final Peer.Doing accepting = guest.begins("accept", "idle", "in" + k);
            outside.does("connect", "out" + k, Lab.HOST_ADDRESS, PORT + 2);
            accepting.succeeds();
        }
        final long before = passedOn();
        final long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(FORGOTTEN_AFTER_MS);
        Await.until(() -> "the kernel forgets", () -> System.nanoTime() - untilNs > 0);
        for (int k = 0; k < IDLE_CONNECTIONS; k++) {
            final Peer.Doing sending = guest.begins("send", "in" + k, k, BYTES_EACH);
            assertEquals(Long.toString(BYTES_EACH), outside.does("receive", "out" + k, k, BYTES_EACH));
            sending.succeeds();
        }
        assertTrue(passedOn() > before, "nothing went astray: shows nothing");
    }

    @Test
    void shouldKeepOneMappingForAllDestinations() {
        final Peer internet = peerIn(internet());
        final Peer guest = network.peer();
        guest.does("udp-bind", "mapped", ANY, 0);
        String seen = "";
        for (int k = 0; k < IDLE_CONNECTIONS; k++) {
            internet.does("udp-bind", "mapped" + k, FAR, PORT + 10 + k);
            guest.does("udp-send", "mapped", FAR, PORT + 10 + k, "datagram");
            final String port = internet.does("udp-receive", "mapped" + k).split(" ")[1];
            assertEquals(k == 0 ? port : seen, port, "the mapping depends on the destination");
            seen = port;
        }
    }

    @Test
    void shouldAnswerPings() {
        network.guest().run("ping", "-n", "-c3", "-i0.2", "-W10", FAR);
    }

    private long passedOn() {
        return network.counters().getOrDefault("FRAMES_PASSED_ON", 0L);
    }
}
