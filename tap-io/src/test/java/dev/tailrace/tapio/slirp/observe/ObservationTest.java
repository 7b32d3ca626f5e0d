package dev.tailrace.tapio.slirp.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.FlowRow.Kind;
import dev.tailrace.netstack.testkit.RawTcp;
import dev.tailrace.netstack.testkit.Sim;
import dev.tailrace.netstack.testkit.TcpBench;
import dev.tailrace.tapio.capture.Captures;
import dev.tailrace.tapio.capture.CapturingLink;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ObservationTest {
    private static final int MANY = 10_000;

    /// Far above what a piece takes, for machines that compile meanwhile.
    private static final double MAX_PIECE_MS = 20;

    private static final int MAX_PIECE_CHARS = 128 * 1024;

    /// The processor's time: the machine does other things too.
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

    private final TcpBench bench = TcpBench.of("observation");
    private final Sim sim = bench.sim();
    private final Observation observation = new Observation(
            Observed.of(sim.stack()),
            new Captures(List.of(new CapturingLink(sim.link(), System::nanoTime)), line -> {}),
            () -> sim.world().nowNs(),
            () -> "1.2\"3");

    @Test
    void shouldTellCountersAndTotalsAsJson() throws JsonParserException {
        final RawTcp tcp = bench.established();
        tcp.data(1, 1_460);
        tcp.expectAck(1_461);
        bench.pass(500);
        final JsonObject stats = JsonParser.object().from(observation.stats()).getObject("return");
        assertEquals("1.2\"3", stats.getString("version"));
        assertTrue(stats.getLong("uptime_ms") >= 500, stats.toString());
        assertEquals(Counter.values().length, stats.getObject("counters").size());
        assertEquals(1_460, stats.getObject("counters").getLong("tcp_bytes_to_host"));
        assertEquals(0, stats.getObject("counters").getLong("drop_tcp_bad", -1));
        assertEquals(1, stats.getObject("flows").getInt("tcp"));
        assertEquals(1, stats.getObject("tcp_states").getInt("established"));
        assertEquals(0, stats.getArray("captures").size());
    }

    @Test
    void shouldTellTheSameInTheFormatOfPrometheus() {
        final RawTcp tcp = bench.established();
        tcp.data(1, 1_460);
        tcp.expectAck(1_461);
        final Map<String, Double> samples = PrometheusChecker.read(observation.metrics());
        assertEquals(1, samples.get("tailrace_info{version=\"1.2\\\"3\"}"));
        assertEquals(1_460, samples.get("tailrace_tcp_bytes_to_host_total"));
        assertEquals(1, samples.get("tailrace_flows{proto=\"tcp\",state=\"established\"}"));
        assertEquals(0, samples.get("tailrace_drops_total{reason=\"tcp_checksum\"}"));
        assertTrue(samples.size() > Counter.values().length, samples.keySet().toString());
    }

    @Test
    void shouldFilterFlows() throws JsonParserException {
        bench.established();
        final RawTcp other = bench.established();
        other.in(other.dataSegment(1, 10));
        assertEquals(2, flows(FlowFilter.ALL).size());
        assertEquals(
                1, flows(filter(Set.of(), "", other.addresses().sourcePort())).size());
        assertEquals(2, flows(filter(Set.of(), "", 80)).size());
        assertEquals(0, flows(filter(Set.of(), "", 81)).size());
        assertEquals(0, flows(filter(EnumSet.of(Kind.UDP), "", 0)).size());
        assertEquals(
                2,
                flows(filter(Set.of(), FlowFilter.stateName("established"), 0)).size());
        assertEquals(
                0, flows(filter(Set.of(), FlowFilter.stateName("time-wait"), 0)).size());
    }

    @Test
    void shouldWordTenThousandFlowsInShortPieces() throws JsonParserException {
        for (int i = 0; i < MANY; i++) {
            bench.established();
        }
        // Code that has run once: a machine that compiles meanwhile says nothing about the piece.
        observation.flows(FlowFilter.ALL).appendTo(new StringBuilder());
        final ReplySource reply = observation.flows(FlowFilter.ALL);
        final StringBuilder all = new StringBuilder();
        double longestMs = 0;
        int pieces = 0;
        boolean isMore = true;
        final long startNs = threads.getCurrentThreadCpuTime();
        while (isMore) {
            final StringBuilder piece = new StringBuilder();
            final long beginNs = threads.getCurrentThreadCpuTime();
            isMore = reply.appendTo(piece);
            longestMs = Math.max(longestMs, (threads.getCurrentThreadCpuTime() - beginNs) / 1e6);
            assertTrue(piece.length() <= MAX_PIECE_CHARS, "piece of " + piece.length());
            all.append(piece);
            pieces++;
        }
        System.out.printf(
                "%d flows: %d bytes in %d pieces, %.1f ms of the processor, longest %.2f ms%n",
                MANY, all.length(), pieces, (threads.getCurrentThreadCpuTime() - startNs) / 1e6, longestMs);
        assertTrue(longestMs < MAX_PIECE_MS, longestMs + " ms");
        assertTrue(pieces >= MANY / 256, pieces + " pieces");
        final JsonObject result = JsonParser.object().from(all.toString()).getObject("return");
        assertEquals(MANY, result.getArray("flows").size());
        assertEquals(MANY, result.getInt("shown"));
        assertEquals(0, result.getInt("ended"));
    }

    @Test
    void shouldLeaveOutFlowsThatEndMeanwhile() throws JsonParserException {
        for (int i = 0; i < 300; i++) {
            bench.established();
        }
        final ReplySource reply = observation.flows(FlowFilter.ALL);
        final StringBuilder all = new StringBuilder();
        assertTrue(reply.appendTo(all));
        sim.stack().close(sim.world().nowNs());
        while (reply.appendTo(all)) {
            assertTrue(all.length() > 0);
        }
        final JsonObject result = JsonParser.object().from(all.toString()).getObject("return");
        assertEquals(300, result.getInt("shown") + result.getInt("ended"));
        assertTrue(result.getInt("ended") > 100, result.getInt("ended") + " ended");
    }

    private JsonArray flows(final FlowFilter filter) throws JsonParserException {
        final StringBuilder out = new StringBuilder();
        final ReplySource reply = observation.flows(filter);
        while (reply.appendTo(out)) {
            assertTrue(out.length() > 0);
        }
        return JsonParser.object().from(out.toString()).getObject("return").getArray("flows");
    }

    private static FlowFilter filter(final Set<Kind> kinds, final String state, final int port) {
        return new FlowFilter(kinds, state, null, port);
    }
}
