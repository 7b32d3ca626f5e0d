package dev.tailrace.netstack.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.testkit.Packet;
import dev.tailrace.netstack.testkit.RawTcp;
import dev.tailrace.netstack.testkit.Seg;
import dev.tailrace.netstack.testkit.TcpBench;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What was sent to the guest and not acknowledged is sent again: by timer, by duplicate acknowledgements, by refusal.
class TcpRetransmissionTest {
    private final TcpBench bench = TcpBench.of("retransmission");
    private final RawTcp tcp = bench.established();

    @Test
    void shouldSendAgainAfterTheTimeout() {
        tcp.host().write(1_000);
        tcp.expectData(1, 1_000);
        bench.pass(150);
        bench.expectNothing();
        bench.pass(1_000);
        tcp.expectData(1, 1_000);
    }

    // case 60: the time-out doubles, and starts anew with an acknowledgement of new data
    @Test
    void shouldBackOffExponentiallyAndRestartOnProgress() {
        tcp.host().write(1_000);
        tcp.expectData(1, 1_000);
        bench.pass(10_000);
        final int copies = bench.discard();
        assertTrue(copies >= 3 && copies <= 6, copies + " copies in 10 s");
        tcp.ack(1, 1_001);
        tcp.host().write(500);
        tcp.expectData(1_001, 500);
        bench.pass(1_100);
        assertTrue(bench.discard() >= 1, "the time-out was not taken back by progress");
    }

    @Test
    void shouldStopItsTimerWhenAllIsAcknowledged() {
        tcp.host().write(1_000);
        tcp.expectData(1, 1_000);
        tcp.ack(1, 1_001);
        bench.pass(60_000);
        bench.expectNothing();
    }

    // case 9: an acknowledgement of a part leaves the rest under the timer
    @Test
    void shouldSendTheRestAgainAfterAPartialAcknowledgement() {
        tcp.host().write(3_000);
        tcp.expectData(1, 3_000);
        tcp.ack(1, 1_461);
        bench.pass(1_100);
        final Packet again = bench.drain().getFirst();
        assertEquals(1_461, again.seq() - tcp.stackIss());
    }

    // case 9: traffic in the other direction does not put the timer off
    @Test
    void shouldSendAgainWhileTheGuestKeepsSending() {
        tcp.host().write(1_000);
        tcp.expectData(1, 1_000);
        boolean isSentAgain = false;
        for (int step = 0; step < 20 && !isSentAgain; step++) {
            bench.pass(100);
            tcp.data(1 + step * 10, 10);
            isSentAgain = bench.drain().stream().anyMatch(packet -> packet.payloadLength() > 0);
        }
        assertTrue(isSentAgain, "no retransmission in 2 s of traffic");
    }

    @Test
    void shouldSendTheFirstSegmentAgainAtTheThirdDuplicateAck() {
        tcp.host().write(20_000);
        assertTrue(bench.discard() > 0);
        duplicate();
        duplicate();
        bench.expectNothing();
        duplicate();
        final List<Packet> again = bench.drain();
        assertEquals(1, again.getFirst().seq() - tcp.stackIss());
        assertTrue(again.getFirst().payloadLength() >= 1_460);
        assertEquals(1, bench.sim().count(Counter.TCP_FAST_RETRANSMISSIONS));
    }

    @Test
    void shouldRetransmitFastOncePerWindow() {
        tcp.host().write(20_000);
        bench.discard();
        for (int copy = 0; copy < 20; copy++) {
            duplicate();
        }
        final int frames = bench.discard();
        assertTrue(frames <= 2, frames + " frames for one loss");
    }

    // case 2: what duplicate acknowledgements make it send again is still there
    @Test
    void shouldKeepTheBytesUntilTheyAreAcknowledged() {
        tcp.host().write(30_000);
        bench.discard();
        for (int copy = 0; copy < 3; copy++) {
            duplicate();
        }
        assertEquals(1, bench.drain().getFirst().seq() - tcp.stackIss());
        bench.pass(2_000);
        for (final Packet packet : bench.drain()) {
            tcp.look(packet).payload(tcp.hostKey(), packet.seq() - tcp.stackIss() - 1L);
        }
        tcp.ack(1, 30_001);
        bench.pass(10_000);
        bench.expectNothing();
    }

    // case 17: a keep-alive probe of the guest is no duplicate acknowledgement
    @Test
    void shouldNotTakeKeepAliveProbesForDuplicateAcks() {
        tcp.host().write(5_000);
        bench.discard();
        for (int probe = 0; probe < 5; probe++) {
            tcp.in(Seg.ack().seq(0).ack(1).window(512));
            final Packet answer = bench.next();
            assertEquals(0, answer.payloadLength(), "a probe made it send again");
        }
        assertEquals(0, bench.sim().count(Counter.TCP_FAST_RETRANSMISSIONS));
    }

    @Test
    void shouldNotTakeDataOrWindowUpdatesForDuplicateAcks() {
        tcp.host().write(5_000);
        bench.discard();
        for (int copy = 0; copy < 4; copy++) {
            tcp.in(Seg.ack().seq(1).ack(1).window(513 + copy));
            tcp.data(1 + copy * 10, 10);
        }
        assertEquals(0, bench.sim().count(Counter.TCP_FAST_RETRANSMISSIONS));
    }

    @Test
    void shouldNotTakeAcksForDuplicatesWhenNothingIsOutstanding() {
        for (int copy = 0; copy < 5; copy++) {
            duplicate();
        }
        bench.expectNothing();
        tcp.host().write(100);
        tcp.expectData(1, 100);
    }

    // case 5: a refused frame is not counted as sent, and nothing is skipped
    @Test
    void shouldSendAgainWhatTheDeviceRefused() {
        refuseWhileWriting(1_000);
        bench.pass(1_100);
        tcp.expectData(1, 1_000);
        bench.discard();
        tcp.ack(1, 1_001);
        tcp.host().write(10);
        tcp.expectData(1_001, 10);
    }

    // case 5: and the sequence number has not moved on
    @Test
    void shouldGoOnAtTheRefusedByte() {
        bench.sim().link().refuseNext(100);
        tcp.host().write(1_000);
        bench.expectNothing();
        bench.sim().link().refuseNext(0);
        tcp.host().write(500);
        tcp.expectData(1, 1_500);
    }

    // case 5
    @Test
    void shouldSendFinAgainWhenTheDeviceRefusedIt() {
        bench.sim().link().refuseNext(1);
        tcp.host().end();
        bench.pass(1_100);
        tcp.expect(Packet.FIN | Packet.ACK).seq(1);
        bench.discard();
        tcp.in(Seg.ack().seq(1).ack(2));
        bench.pass(10_000);
        bench.expectNothing();
    }

    // case 5, 69: refused first and lost then, it is still under a timer
    @Test
    void shouldKeepItsTimerWhenTheSecondTryIsLostToo() {
        refuseWhileWriting(1_000);
        bench.pass(1_100);
        assertTrue(bench.discard() >= 1);
        bench.pass(10_000);
        assertTrue(bench.discard() >= 1, "no third try");
    }

    // case 69: a lost pure acknowledgement is made up for by the guest's retransmission
    @Test
    void shouldAcknowledgeAgainWhenAnAckWasRefused() {
        bench.sim().link().refuseNext(1);
        tcp.data(1, 100);
        bench.expectNothing();
        tcp.data(1, 100);
        tcp.expectAck(101);
        assertEquals(100, tcp.host().taken());
    }

    // case 47: an acknowledgement after going back covers more than what was sent again
    @Test
    void shouldTakeAnAcknowledgementBeyondWhatWasSentAgain() {
        tcp.in(Seg.ack().seq(1).ack(1).window(2_000));
        tcp.host().write(200_000);
        assertTrue(bench.discard() > 2, "needs several super-segments");
        bench.pass(300);
        final Packet again = bench.drain().getFirst();
        assertEquals(1, again.seq() - tcp.stackIss());
        assertTrue(again.payloadLength() < 100_000, "all of it was sent again");
        tcp.in(Seg.ack().seq(1).ack(200_001).window(2_000));
        bench.expectNothing();
        tcp.host().write(1_000);
        tcp.expectData(200_001, 1_000);
        tcp.ack(1, 201_001);
        bench.pass(30_000);
        bench.expectNothing();
        assertEquals(0, bench.sim().stack().slabUsedBytes());
    }

    // case 67: sent again, a super-segment still respects the guest's MSS and may have other borders
    @Test
    void shouldRespectTheMssWhenItSendsAgain() {
        final RawTcp small = bench.tcp();
        small.handshake(Seg.syn().mss(900).windowScale(7));
        small.host().write(10_000);
        bench.discard();
        small.in(Seg.ack().seq(1).ack(1_234).window(512));
        bench.pass(2_000);
        for (final Packet packet : bench.drain()) {
            assertTrue(packet.payloadLength() <= 900 || packet.gsoSize() == 900, packet.toString());
        }
    }

    @Test
    void shouldGiveUpAfterAllRetries() {
        tcp.host().write(1_000);
        bench.pass(3_600_000);
        final List<Packet> all = bench.drain();
        assertTrue(all.getLast().has(Packet.RST), "no RST at the end: " + all.getLast());
        assertTrue(all.size() > 8, "gave up after " + all.size() + " frames");
        assertTrue(tcp.host().isReset());
        assertEquals(0, bench.sim().stack().tcpFlowCount());
        assertEquals(0, bench.sim().stack().slabUsedBytes());
    }

    // RFC 9293 section 3.8.3: R2 is at least 100 s
    @Test
    void shouldNotGiveUpBeforeAHundredSeconds() {
        tcp.host().write(1_000);
        bench.pass(100_000);
        assertFalse(bench.drain().getLast().has(Packet.RST));
        tcp.ack(1, 1_001);
        tcp.host().write(10);
        tcp.expectData(1_001, 10);
    }

    // Karn's algorithm: an acknowledgement of what was sent twice gives no sample
    @Test
    void shouldNotTakeSamplesFromRetransmissions() {
        tcp.host().write(100);
        bench.pass(30_000);
        bench.discard();
        tcp.ack(1, 101);
        tcp.host().write(100);
        tcp.expectData(101, 100);
        bench.pass(1_000);
        assertTrue(bench.discard() >= 1, "a sample of 30 s was taken");
    }

    /// Nothing gets out, however often it is tried now; the device takes frames again afterwards.
    private void refuseWhileWriting(final int bytes) {
        bench.sim().link().refuseNext(100);
        tcp.host().write(bytes);
        bench.expectNothing();
        bench.sim().link().refuseNext(0);
    }

    private void duplicate() {
        tcp.in(Seg.ack().seq(1).ack(1).window(512));
    }
}
