package dev.tailrace.tapio.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.slirp.observe.PrometheusChecker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What our program tells of itself agrees with what was carried.
class ObserveIT extends KernelSuite {
    private static final int PORT = 7040;
    private static final int UP_BYTES = 1_000_000;
    private static final int DOWN_BYTES = 300_000;

    @BeforeEach
    void needOurs() {
        assumeTrue(subject == Subject.OURS, "slirp4netns tells nothing of itself");
    }

    @Test
    void shouldTellFlowsCountersAndFramesThatWereCarried() throws IOException, JsonParserException {
        final Path file = lab().directory().resolve("carried.pcap");
        final Network network = newNetwork("-c", "--pcap=" + file, "--pcap-filter=tcp and port " + PORT);
        final Peer server = peerIn(internet());
        server.does("listen", "l", FAR, PORT);
        final Peer.Doing accepting = server.begins("accept", "l", "s");
        network.peer().does("connect", "c", FAR, PORT);
        accepting.succeeds();
        final Peer.Doing receiving = server.begins("receive", "s", 1, UP_BYTES);
        network.peer().does("send", "c", 1, UP_BYTES);
        receiving.succeeds();
        final Peer.Doing taking = network.peer().begins("receive", "c", 2, DOWN_BYTES);
        server.does("send", "s", 2, DOWN_BYTES);
        taking.succeeds();
        Await.until(() -> "the last acknowledgement", () -> flow(network).getLong("bytes_to_guest") == DOWN_BYTES);
        final JsonObject flow = flow(network);
        assertEquals("ESTABLISHED", flow.getString("state"));
        assertEquals(Network.GUEST, flow.getString("guest_addr"));
        assertEquals(FAR, flow.getString("peer_addr"));
        assertEquals("198.51.100.1", flow.getString("host_addr"));
        assertTrue(flow.getInt("host_port") > 0, flow.toString());
        assertEquals(UP_BYTES, flow.getLong("bytes_to_host"));
        assertEquals(0, flow.getLong("backlog_to_host"));
        assertTrue(flow.getLong("rtt_us") > 0, flow.toString());

        final Map<String, Double> metrics = PrometheusChecker.read(network.request("{\"execute\":\"metrics\"}"));
        assertEquals(UP_BYTES, metrics.get("tailrace_tcp_bytes_to_host_total"));
        assertEquals(DOWN_BYTES, metrics.get("tailrace_tcp_bytes_to_guest_total"));
        assertEquals(1, metrics.get("tailrace_flows{proto=\"tcp\",state=\"established\"}"));
        assertEquals(0, metrics.get("tailrace_capture_dropped_total"));
        final JsonObject stats = JsonParser.object()
                .from(network.request("{\"execute\":\"stats\"}"))
                .getObject("return");
        assertEquals(UP_BYTES, stats.getObject("counters").getLong("tcp_bytes_to_host"));

        network.program().signal("TERM");
        network.program().awaitExit();
        final PcapFile capture = new PcapFile(file);
        assertTrue(capture.records() > 5);
        // Nothing is lost here, so nothing is sent twice.
        final long[] payload = capture.tcpPayload(PORT);
        assertEquals(UP_BYTES, payload[0], "payload to port " + PORT + " in the capture");
        assertEquals(DOWN_BYTES, payload[1], "payload from port " + PORT + " in the capture");
        readWithTcpdump(file);
    }

    @Test
    void shouldCarryOnWhenTheDiskOfTheCaptureIsFull() throws IOException {
        final Path mount = Files.createDirectory(lab().directory().resolve("small"));
        host().shell("mount -t tmpfs -o size=64k none " + mount);
        final Network network = newNetwork("-c", "--pcap=" + mount.resolve("full.pcap"));
        final Peer server = peerIn(internet());
        server.does("listen", "f", FAR, PORT + 1);
        final Peer.Doing accepting = server.begins("accept", "f", "fs");
        network.peer().does("connect", "fc", FAR, PORT + 1);
        accepting.succeeds();
        final Peer.Doing receiving = server.begins("receive", "fs", 1, UP_BYTES);
        network.peer().does("send", "fc", 1, UP_BYTES);
        assertEquals(Integer.toString(UP_BYTES), receiving.succeeds());
        Await.until(
                () -> "drops of the capture",
                () -> PrometheusChecker.read(network.request("{\"execute\":\"metrics\"}"))
                                .get("tailrace_capture_dropped_total")
                        > 0);
        network.program().awaitStderr(": write: No space left on device: frames are left out until it takes more\n");
        network.program().signal("TERM");
        network.program().awaitExit();
        assertTrue(
                network.program().stderr().contains("(write: No space left on device)"),
                network.program().stderr());
        final Path copy = lab().directory().resolve("full.pcap");
        host().shell("cp " + mount.resolve("full.pcap") + " " + copy);
        new PcapFile(copy).records();
    }

    @Test
    void shouldSayAsMuchAsTheLevelAsks() {
        final Network quiet = newNetwork("-c", "--log-level=warn");
        quiet.request("{\"execute\":\"list_hostfwd\"}");
        assertEquals("", quiet.program().stderr());
        assertEquals("", quiet.program().stdout());
        final Network loud = newNetwork("-c", "--log-level=debug");
        loud.guest().run("ping", "-c", "1", Network.GATEWAY);
        Await.until(
                () -> "a summary: " + loud.program().stderr(),
                () -> loud.program().stderr().contains("ICMP_ECHO_IN +1"));
        assertFalse(loud.program().stdout().isEmpty());
    }

    private static JsonObject flow(final Network network) {
        final String request = "{\"execute\":\"flows\",\"arguments\":{\"proto\":\"tcp\",\"port\":" + PORT + "}}";
        final String reply = network.request(request);
        try {
            final JsonArray flows =
                    JsonParser.object().from(reply).getObject("return").getArray("flows");
            assertEquals(1, flows.size(), reply);
            return flows.getObject(0);
        } catch (final JsonParserException e) {
            throw new AssertionError(reply, e);
        }
    }

    private static void readWithTcpdump(final Path file) {
        final String output = host().shell("if command -v tcpdump >/dev/null; then tcpdump -nr " + file + " 'tcp port "
                + PORT + "' 2>/dev/null | head -n 3; else echo absent; fi");
        assertTrue(output.strip().equals("absent") || output.contains("Flags [S]"), output);
    }
}
