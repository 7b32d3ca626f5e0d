package dev.tailrace.netstack.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.testkit.RawTcp;
import dev.tailrace.netstack.testkit.Sim;
import dev.tailrace.netstack.testkit.TcpBench;
import org.junit.jupiter.api.Test;

/// The right edge of our window, whatever becomes of the memory behind it. Case 1.
class TcpWindowEdgeTest {
    private static final int FLOWS = 60;

    @Test
    void shouldKeepTheRightEdgeWhenItsShareOfMemoryShrinks() {
        final TcpBench bench = new TcpBench(Sim.of("window-share", 1).memory(4 << 20));
        final RawTcp tcp = bench.established();
        final int before = window(tcp, 1);
        final RawTcp[] others = new RawTcp[FLOWS];
        for (int index = 0; index < FLOWS; index++) {
            others[index] = bench.tcp(41_000 + index, Sim.SERVER, 1_000 + index).handshake();
        }
        assertTrue(window(others[FLOWS - 1], 1) < before / 4, "the share of memory did not shrink: shows nothing");
        final int after = window(tcp, 1_001);
        assertTrue(1_000 + after >= before, "edge " + (1_000 + after) + " after " + before);
        tcp.data(2_001, 60_000);
        tcp.expectAck(62_001);
        assertEquals(62_000, tcp.host().taken());
    }

    private static int window(final RawTcp tcp, final int sequence) {
        tcp.data(sequence, 1_000);
        return tcp.expectAck(sequence + 1_000).windowBytes();
    }
}
