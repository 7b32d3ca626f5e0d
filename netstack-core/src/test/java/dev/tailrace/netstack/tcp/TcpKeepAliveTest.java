package dev.tailrace.netstack.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.testkit.Packet;
import dev.tailrace.netstack.testkit.RawTcp;
import dev.tailrace.netstack.testkit.Seg;
import dev.tailrace.netstack.testkit.TcpBench;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Silence: the guest's probes, ours, and guests that are gone.
class TcpKeepAliveTest {
    private static final long HOUR_MS = 3_600_000;

    private final TcpBench bench = TcpBench.of("keep-alive");

    // RFC 9293 section 3.8.4: a probe has an old number and no or one byte; it is answered
    @Test
    void shouldAnswerTheGuestsProbes() {
        final RawTcp tcp = bench.established();
        tcp.data(1, 10);
        tcp.expectAck(11);
        tcp.in(Seg.ack().seq(10).ack(1).window(512));
        tcp.expectAck(11).seq(1);
        tcp.in(tcp.dataSegment(10, 1));
        tcp.expectAck(11).seq(1);
        assertEquals(10, tcp.host().taken());
    }

    // RFC 5382 section 5: an established connection lives at least 2 h 4 min in silence
    @Test
    void shouldKeepASilentConnectionWhoseGuestAnswers() {
        final RawTcp tcp = bench.established();
        for (int hour = 0; hour < 8; hour++) {
            bench.pass(HOUR_MS);
            for (final Packet probe : bench.drain()) {
                assertFalse(probe.has(Packet.RST), "a connection in good health was reset");
                tcp.look(probe).flags(Packet.ACK).seq(0).length(0);
                tcp.in(Seg.ack().seq(1).ack(1).window(512));
            }
        }
        tcp.data(1, 10);
        tcp.look(bench.drain().getLast()).ack(11);
    }

    @Test
    void shouldNotProbeBeforeTwoHours() {
        bench.established();
        bench.pass(2 * HOUR_MS - 60_000);
        bench.expectNothing();
    }

    // case 18: a guest that has gone without a word does not keep its flow for ever
    @Test
    void shouldEndAFlowWhoseGuestIsGone() {
        final RawTcp tcp = bench.established();
        bench.pass(4 * HOUR_MS);
        final List<Packet> probes = bench.drain();
        assertTrue(probes.size() >= 5, probes.size() + " probes");
        assertTrue(tcp.host().isGone(), "the host's socket is still open");
        assertEquals(0, bench.sim().stack().tcpFlowCount());
    }

    // case 18, 35: FIN-WAIT-2 with a guest that is gone ends, and much earlier
    @Test
    void shouldEndAHalfClosedFlowWhoseGuestIsGone() {
        final RawTcp tcp = bench.established();
        tcp.host().end();
        tcp.expect(Packet.FIN | Packet.ACK);
        tcp.in(Seg.ack().seq(1).ack(2));
        bench.pass(HOUR_MS / 2);
        assertEquals(0, bench.sim().stack().tcpFlowCount());
        assertTrue(tcp.host().isGone());
    }

    // case 35: but one whose guest answers stays half-closed for as long as it likes
    @Test
    void shouldKeepAHalfClosedFlowWhoseGuestAnswers() {
        final RawTcp tcp = bench.established();
        tcp.host().end();
        tcp.expect(Packet.FIN | Packet.ACK);
        tcp.in(Seg.ack().seq(1).ack(2));
        for (int minute = 0; minute < 60; minute++) {
            bench.pass(60_000);
            if (bench.discard() > 0) {
                tcp.in(Seg.ack().seq(1).ack(2).window(512));
            }
        }
        tcp.in(tcp.dataSegment(1, 10).ack(2));
        assertEquals(10, tcp.host().taken());
    }

    // case 35: in CLOSE-WAIT too
    @Test
    void shouldEndACloseWaitFlowWhoseGuestIsGone() {
        final RawTcp tcp = bench.established();
        tcp.in(Seg.fin().seq(1).ack(1));
        tcp.expectAck(2);
        bench.pass(4 * HOUR_MS);
        assertEquals(0, bench.sim().stack().tcpFlowCount());
        assertTrue(tcp.host().isGone());
    }

    @Test
    void shouldEndAFlowWhoseGuestAnswersAProbeWithReset() {
        final RawTcp tcp = bench.established();
        bench.pass(2 * HOUR_MS + 60_000);
        assertTrue(bench.discard() > 0);
        tcp.in(Seg.rst().seq(1));
        assertTrue(tcp.host().isReset());
    }

    // case 14: a flow in silence wakes nobody up but for its probes
    @Test
    void shouldNotWakeUpForAFlowInSilence() {
        final RawTcp tcp = bench.established();
        tcp.data(1, 100);
        tcp.expectAck(101);
        tcp.host().write(100);
        tcp.expectData(1, 100);
        tcp.ack(101, 101);
        bench.pass(HOUR_MS);
        tcp.data(101, 100);
        tcp.expectAck(201);
        final long before = bench.sim().world().steps();
        bench.pass(HOUR_MS + HOUR_MS / 2);
        final long steps = bench.sim().world().steps() - before;
        assertTrue(steps < 12, steps + " wake-ups in silence");
        bench.expectNothing();
    }
}
