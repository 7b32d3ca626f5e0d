package dev.tailrace.netstack.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.testkit.NearWrap;
import dev.tailrace.netstack.testkit.Packet;
import dev.tailrace.netstack.testkit.RawTcp;
import dev.tailrace.netstack.testkit.Seg;
import dev.tailrace.netstack.testkit.Sim;
import dev.tailrace.netstack.testkit.TcpBench;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Sequence numbers that pass 2^32 within a connection, those of the guest and our own. Case 70.
class TcpWrapTest {
    private static final int BEFORE_WRAP = -5_000;

    // the first byte that repeats lies before the wrap, RCV.NXT behind it
    @Test
    void shouldTrimAcrossTheWrapOfTheGuestsNumbers() {
        final TcpBench bench = TcpBench.of("wrap-trim");
        final RawTcp tcp = bench.tcp().guestIss(BEFORE_WRAP).handshake();
        tcp.data(1, 10_000);
        tcp.expectAck(10_001);
        tcp.data(101, 20_000);
        tcp.expectAck(20_101);
        assertEquals(20_100, tcp.host().taken());
    }

    @Test
    void shouldTellAGapAcrossTheWrapOfTheGuestsNumbers() {
        final TcpBench bench = TcpBench.of("wrap-gap");
        final RawTcp tcp = bench.tcp().guestIss(BEFORE_WRAP).handshake();
        tcp.data(7_001, 1_000);
        tcp.expectAck(1).sack(7_001, 8_001);
        tcp.data(3_001, 3_000);
        tcp.expectAck(1).sack(3_001, 6_001, 7_001, 8_001);
        tcp.data(1, 3_000);
        tcp.expectAck(6_001).sack(7_001, 8_001);
        tcp.data(6_001, 1_000);
        tcp.expectAck(8_001).sack();
        assertEquals(8_000, tcp.host().taken());
    }

    @Test
    void shouldSendAcrossTheWrapOfItsOwnNumbers() {
        final TcpBench bench = nearWrap("wrap-send", BEFORE_WRAP);
        final RawTcp tcp = bench.established();
        assertEquals(BEFORE_WRAP, tcp.stackIss());
        tcp.host().write(20_000);
        assertEquals(20_001, end(tcp, bench.drain()));
        tcp.ack(1, 3_001);
        bench.expectNothing();
        tcp.ack(1, 10_001);
        bench.expectNothing();
        bench.pass(1_100);
        assertEquals(10_001, bench.drain().getFirst().seq() - tcp.stackIss());
        tcp.ack(1, 20_001);
        bench.pass(10_000);
        bench.expectNothing();
        assertEquals(0, bench.sim().stack().slabUsedBytes());
    }

    // sent again from before the wrap, acknowledged behind it
    @Test
    void shouldGoBackAcrossTheWrapOfItsOwnNumbers() {
        final TcpBench bench = nearWrap("wrap-back", 20 * BEFORE_WRAP);
        final RawTcp tcp = bench.established();
        tcp.in(Seg.ack().seq(1).ack(1).window(2_000));
        tcp.host().write(200_000);
        assertTrue(bench.discard() > 2, "needs several super-segments");
        bench.pass(300);
        assertEquals(1, bench.drain().getFirst().seq() - tcp.stackIss());
        tcp.in(Seg.ack().seq(1).ack(200_001).window(2_000));
        bench.expectNothing();
        tcp.host().write(500);
        tcp.expectData(200_001, 500);
    }

    @Test
    void shouldEndWithFinOnTheWrap() {
        final TcpBench bench = nearWrap("wrap-fin", BEFORE_WRAP);
        final RawTcp tcp = bench.established();
        tcp.host().write(4_999);
        tcp.host().end();
        final List<Packet> all = bench.drain();
        assertTrue(all.getLast().has(Packet.FIN));
        assertEquals(5_000, end(tcp, all));
        tcp.in(tcp.dataSegment(1, 1).and(Packet.FIN).ack(5_001));
        tcp.look(bench.drain().getLast()).ack(3);
        bench.pass(2_100);
        assertEquals(0, bench.sim().stack().tcpFlowCount());
    }

    private static int end(final RawTcp tcp, final List<Packet> packets) {
        int end = 0;
        for (final Packet packet : packets) {
            end = Math.max(end, packet.seq() - tcp.stackIss() + packet.payloadLength());
        }
        return end;
    }

    private static TcpBench nearWrap(final String name, final int initialSequence) {
        final long startNs = NearWrap.startNs(
                initialSequence, trialNs -> started(name, trialNs).established().stackIss());
        return started(name, startNs);
    }

    private static TcpBench started(final String name, final long startNs) {
        return new TcpBench(Sim.of(name, 1).startNs(startNs));
    }
}
