package dev.tailrace.netstack.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.testkit.Packet;
import dev.tailrace.netstack.testkit.RawTcp;
import dev.tailrace.netstack.testkit.Seg;
import dev.tailrace.netstack.testkit.SimHostStream;
import dev.tailrace.netstack.testkit.TcpBench;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A link whose other side is behind: payload waits instead of being lost.
class TcpBusyLinkTest {
    private static final int PAYLOAD = 5_000;

    private final TcpBench bench = TcpBench.of("busy-link");

    @Test
    void shouldHoldPayloadUntilTheLinkHasRoom() {
        final RawTcp first = bench.established();
        final SimHostStream host = first.host();
        final RawTcp second = bench.established();
        bench.sim().link().busy(true);
        host.write(PAYLOAD);
        second.host().write(PAYLOAD);
        bench.expectNothing();
        bench.sim().link().busy(false);
        final List<Packet> packets = bench.drain();
        assertEquals(
                2 * PAYLOAD, packets.stream().mapToInt(Packet::payloadLength).sum());
        first.ack(1, 1 + PAYLOAD);
        second.ack(1, 1 + PAYLOAD);
        bench.pass(10_000);
        assertEquals(0, bench.sim().count(Counter.TCP_RETRANSMISSIONS));
    }

    @Test
    void shouldAcknowledgeOverABusyLink() {
        final RawTcp tcp = bench.established();
        tcp.host().reading(true);
        bench.sim().link().busy(true);
        tcp.data(1, PAYLOAD / 5);
        bench.pass(1_000);
        tcp.expectAck(1 + PAYLOAD / 5);
    }

    @Test
    void shouldHoldTheEndUntilTheLinkHasRoom() {
        final RawTcp tcp = bench.established();
        bench.sim().link().busy(true);
        tcp.host().end();
        bench.expectNothing();
        bench.sim().link().busy(false);
        tcp.expect(Packet.FIN | Packet.ACK).length(0);
    }

    @Test
    void shouldForgetAHeldFlowThatEnds() {
        final RawTcp tcp = bench.established();
        bench.sim().link().busy(true);
        tcp.host().write(PAYLOAD);
        bench.settle();
        tcp.in(Seg.rst().seq(1));
        bench.discard();
        assertEquals(0, bench.sim().stack().tcpFlowCount());
        bench.sim().link().busy(false);
        bench.expectNothing();
        bench.sim().finish(1_000_000_000L);
    }
}
