package dev.tailrace.netstack.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.status.FlowRow;
import dev.tailrace.netstack.status.FlowSource;
import dev.tailrace.netstack.testkit.HostScript;
import dev.tailrace.netstack.testkit.RawTcp;
import dev.tailrace.netstack.testkit.Sim;
import dev.tailrace.netstack.testkit.TcpBench;
import dev.tailrace.netstack.wire.IpAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the table of flows says of a connection.
class TcpFlowRowTest {
    private static final long MS = 1_000_000;

    private final TcpBench bench = TcpBench.of("flow-row");
    private final FlowRow row = new FlowRow();

    @Test
    void shouldTellBytesEachWayAndWhatWaits() {
        final RawTcp tcp = bench.established();
        bench.pass(250);
        tcp.data(1, 1_460);
        tcp.expectAck(1_461);
        tcp.host().write(1_000);
        tcp.expectData(1, 1_000);
        final FlowSource flow = only();
        assertTrue(flow.describe(row, now()));
        assertEquals(FlowRow.Kind.TCP, row.kind);
        assertEquals("ESTABLISHED", row.state);
        assertFalse(row.isInbound);
        assertEquals(IpAddress.ipv4Lo(Sim.SERVER), row.peerLo);
        assertEquals(80, row.peerPort);
        assertEquals(1_460, row.bytesToHost);
        assertEquals(0, row.bytesToGuest, "not acknowledged yet");
        assertEquals(1_000, row.backlogToGuestBytes);
        assertEquals(0, row.backlogToHostBytes);
        assertTrue(row.ageNs >= 250 * MS && row.ageNs < 300 * MS, "age " + row.ageNs);
        assertTrue(row.idleNs < 10 * MS, "idle " + row.idleNs);

        bench.pass(40);
        tcp.ack(1_461, 1_001);
        bench.pass(100);
        assertTrue(flow.describe(row, now()));
        assertEquals(1_000, row.bytesToGuest);
        assertEquals(0, row.backlogToGuestBytes);
        assertTrue(row.roundTripNs > 0, "round trip " + row.roundTripNs);
        assertTrue(row.idleNs >= 100 * MS && row.idleNs < 110 * MS, "idle " + row.idleNs);
    }

    @Test
    void shouldTellWhatTheHostDoesNotTake() {
        bench.sim().host().otherwise(HostScript.manual().buffers(1_000, 65_536));
        final RawTcp tcp = bench.established();
        tcp.host().reading(false);
        tcp.data(1, 1_460);
        tcp.expectAck(1_461);
        assertTrue(only().describe(row, now()));
        assertEquals(460, row.backlogToHostBytes);
        assertEquals(1_460, row.bytesToHost);
    }

    @Test
    void shouldTellNothingOfAFlowThatHasEnded() {
        final RawTcp tcp = bench.established();
        final FlowSource flow = only();
        bench.sim().stack().close(now());
        assertFalse(flow.describe(row, now()));
        assertEquals(List.of(), bench.sim().stack().flows());
        assertTrue(tcp.host().isGone());
    }

    private FlowSource only() {
        final List<FlowSource> flows = bench.sim().stack().flows();
        assertEquals(1, flows.size());
        return flows.getFirst();
    }

    private long now() {
        return bench.sim().world().nowNs();
    }
}
