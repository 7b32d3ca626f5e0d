package dev.tailrace.netstack.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.testkit.HostScript;
import dev.tailrace.netstack.testkit.Packet;
import dev.tailrace.netstack.testkit.RawTcp;
import dev.tailrace.netstack.testkit.Seg;
import dev.tailrace.netstack.testkit.Sim;
import dev.tailrace.netstack.testkit.TcpBench;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Payload from guest to host: order, overlap, acknowledgement, what is not taken.
class TcpReceiveTest {
    private static final int PORT = 80;

    private final TcpBench bench = TcpBench.of("receive");

    @Test
    void shouldHandPayloadOnAndAcknowledgeItWithoutDelay() {
        final RawTcp tcp = bench.established();
        tcp.data(1, 1_460);
        tcp.expectAck(1_461);
        assertEquals(1_460, tcp.host().taken());
        bench.expectNothing();
    }

    // case 4: a super-segment of 64 KiB arrives whole
    @Test
    void shouldTakeTheLongestSuperSegmentWhole() {
        final RawTcp tcp = bench.established();
        tcp.data(1, 65_495);
        tcp.expectAck(65_496);
        assertEquals(65_495, tcp.host().taken());
    }

    // case 10, 61: an acknowledgement leaves when the link is drained, and at least once per 32 to 64 KiB before
    @Test
    void shouldAcknowledgeOnceForFramesFoundTogether() {
        final RawTcp tcp = bench.established();
        bench.sendTogether(
                tcp.frame(tcp.dataSegment(1, 1_460)),
                tcp.frame(tcp.dataSegment(1_461, 1_460)),
                tcp.frame(tcp.dataSegment(2_921, 1_460)));
        tcp.expectAck(4_381);
        bench.expectNothing();
    }

    @Test
    void shouldAcknowledgeWithinABatchOfSuperSegments() {
        final RawTcp tcp = bench.established();
        final byte[][] frames = new byte[8][];
        for (int index = 0; index < frames.length; index++) {
            frames[index] = tcp.frame(tcp.dataSegment(1 + index * 40_000, 40_000));
        }
        bench.sendTogether(frames);
        final List<Packet> acknowledgements = bench.drain();
        assertTrue(
                acknowledgements.size() >= 3 && acknowledgements.size() <= 5,
                acknowledgements.size() + " acknowledgements of 320,000 bytes");
        assertEquals(320_000, tcp.host().taken(), "the window closed within the batch");
    }

    @Test
    void shouldAnswerOutOfOrderAtOnceWithADuplicateAck() {
        final RawTcp tcp = bench.established();
        tcp.data(1_461, 1_460);
        tcp.expectAck(1);
        tcp.data(2_921, 1_460);
        tcp.expectAck(1);
        assertEquals(0, tcp.host().taken());
        assertEquals(2, bench.sim().count(Counter.TCP_DUPLICATE_ACKS_OUT));
    }

    @Test
    void shouldAcknowledgeARetransmissionAtOnceAndDropIt() {
        final RawTcp tcp = bench.established();
        tcp.data(1, 1_000);
        tcp.expectAck(1_001);
        tcp.data(1, 1_000);
        tcp.expectAck(1_001).sack(1, 1_001);
        assertEquals(1_000, tcp.host().taken());
        // Told once.
        tcp.data(1_001, 1);
        tcp.expectAck(1_002).sack();
    }

    // case 65: a super-segment that partly repeats is trimmed inside
    @Test
    void shouldTrimTheRepeatedFrontOfASuperSegment() {
        final RawTcp tcp = bench.established();
        tcp.data(1, 10_000);
        tcp.expectAck(10_001);
        tcp.data(5_001, 50_000);
        tcp.expectAck(55_001).sack(5_001, 10_001);
        assertEquals(55_000, tcp.host().taken());
    }

    @Test
    void shouldTrimByOneByteAtBothEndsOfARepetition() {
        final RawTcp tcp = bench.established();
        tcp.data(1, 100);
        tcp.expectAck(101);
        tcp.data(2, 100);
        tcp.expectAck(102);
        tcp.data(1, 102);
        tcp.expectAck(103);
        assertEquals(102, tcp.host().taken());
    }

    // case 66: FIN and PSH of a super-segment belong to its last byte
    @Test
    void shouldTakeFinBehindASuperSegment() {
        final RawTcp tcp = bench.established();
        tcp.in(tcp.dataSegment(1, 60_000).and(Packet.FIN));
        tcp.look(bench.drain().getLast()).flags(Packet.ACK).ack(60_002);
        assertEquals(60_000, tcp.host().taken());
        assertTrue(tcp.host().hasSeenEnd());
    }

    @Test
    void shouldTakeFinBehindATrimmedSuperSegment() {
        final RawTcp tcp = bench.established();
        tcp.data(1, 30_000);
        tcp.expectAck(30_001);
        tcp.in(tcp.dataSegment(1, 60_000).and(Packet.FIN));
        tcp.look(bench.drain().getLast()).flags(Packet.ACK).ack(60_002);
        assertTrue(tcp.host().hasSeenEnd());
    }

    // case 68: of a partly taken super-segment no more is acknowledged than was kept, and the window tells the rest
    @Test
    void shouldKeepWhatTheHostDoesNotTakeAndShrinkTheWindowByIt() {
        bench.sim().host().script(PORT, HostScript.manual().buffers(10_000, 10_000));
        final RawTcp tcp = bench.tcp().handshake();
        tcp.host().reading(false);
        final int before = windowOf(tcp, 1, 1);
        tcp.data(2, 60_000);
        final int after = tcp.expectAck(60_002).windowBytes();
        assertEquals(10_000, tcp.host().taken());
        assertTrue(after <= before - 50_000 + 20_000, "window " + before + " before, " + after + " after");
        tcp.host().reading(true);
        bench.settle();
        assertEquals(60_001, tcp.host().taken());
    }

    @Test
    void shouldWriteTheBacklogInOrderAsTheHostTakesIt() {
        bench.sim().host().script(PORT, HostScript.manual().buffers(4_096, 4_096));
        final RawTcp tcp = bench.tcp().handshake();
        tcp.host().sendLimit(777);
        for (int index = 0; index < 5; index++) {
            tcp.data(1 + index * 20_000, 20_000);
        }
        bench.settle();
        assertEquals(100_000, tcp.host().taken());
        assertEquals(0, bench.sim().stack().slabUsedBytes(), "the backlog is empty, its memory must be given back");
    }

    // case 2: duplicate acknowledgements of ours say the same number again
    @Test
    void shouldNotAdvanceTheAcknowledgementByOutOfOrderData() {
        final RawTcp tcp = bench.established();
        for (int index = 0; index < 10; index++) {
            tcp.data(2_000 + index * 1_000, 1_000);
            tcp.expectAck(1);
        }
        tcp.data(1, 1_998);
        tcp.expectAck(1_999);
    }

    // case 31: odd lengths and a full checksum
    @Test
    void shouldTakeOddLengthsWithAFullChecksum() {
        final RawTcp tcp = bench.established();
        int next = 1;
        for (int length = 1; length < 40; length++) {
            tcp.in(tcp.dataSegment(next, length).fullChecksum());
            next += length;
            tcp.expectAck(next);
        }
        assertEquals(next - 1, tcp.host().taken());
    }

    // case 53: IPv4 options before the TCP header
    @Test
    void shouldTakeSegmentsBehindIpOptions() {
        final RawTcp tcp = bench.established();
        tcp.in(tcp.dataSegment(1, 333).ipOptions((byte) 1, (byte) 1, (byte) 1, (byte) 1));
        tcp.expectAck(334);
        tcp.in(tcp.dataSegment(334, 7)
                .ipOptions((byte) 1, (byte) 1, (byte) 1, (byte) 0)
                .fullChecksum());
        tcp.expectAck(341);
    }

    @Test
    void shouldDropABrokenChecksum() {
        final RawTcp tcp = bench.established();
        tcp.in(tcp.dataSegment(1, 100).brokenChecksum());
        bench.expectNothing();
        assertEquals(1, bench.sim().count(Counter.DROP_TCP_CHECKSUM));
        assertEquals(0, tcp.host().taken());
    }

    @Test
    void shouldDropASegmentWithoutAck() {
        final RawTcp tcp = bench.established();
        tcp.in(tcp.dataSegment(1, 100).flags(Packet.PSH));
        bench.expectNothing();
        assertEquals(0, tcp.host().taken());
    }

    @Test
    void shouldTakeUrgentDataInline() {
        final RawTcp tcp = bench.established();
        tcp.in(tcp.dataSegment(1, 100).urgent(50));
        tcp.expectAck(101);
        assertEquals(100, tcp.host().taken());
    }

    @Test
    void shouldChallengeAnAcknowledgementOfWhatWasNotSent() {
        final RawTcp tcp = bench.established();
        tcp.in(tcp.dataSegment(1, 100).ack(5_000));
        tcp.expectAck(1);
        assertEquals(0, tcp.host().taken());
        assertEquals(1, bench.sim().count(Counter.DROP_TCP_BAD_ACK));
    }

    // case 70: sequence numbers wrap within one transfer, in both directions
    @Test
    void shouldGoOnWhenTheSequenceNumberWraps() {
        final RawTcp tcp = bench.tcp().guestIss(0xffff_ff00).handshake();
        tcp.data(1, 200);
        tcp.expectAck(201);
        tcp.data(201, 50_000);
        tcp.expectAck(50_201);
        tcp.data(50_201, 1);
        tcp.expectAck(50_202);
        tcp.data(201, 50_000);
        tcp.expectAck(50_202);
        assertEquals(50_201, tcp.host().taken());
    }

    // case 53, 41: a segment from 0.0.0.0 or of a multicast destination opens nothing
    @Test
    void shouldConnectToUnicastOnly() {
        for (final int destination : new int[] {0xe000_0001, 0xffff_ffff, 0x0000_0001}) {
            final RawTcp tcp = bench.tcp(40_000, destination, PORT);
            tcp.in(tcp.linuxSyn());
        }
        bench.discard();
        assertEquals(0, bench.sim().host().attempts());
    }

    // case 32: a SYN to the guest's own loopback address never becomes the host's
    @Test
    void shouldNotConnectToLoopbackOrToTheGuestItself() {
        final RawTcp loopback = bench.tcp(40_000, 0x7f00_0001, PORT);
        loopback.in(loopback.linuxSyn());
        bench.discard();
        assertEquals(0, bench.sim().host().attempts());
    }

    private int windowOf(final RawTcp tcp, final int seq, final int length) {
        tcp.data(seq, length);
        return tcp.expectAck(seq + length).windowBytes();
    }

    @Test
    void shouldStartAtEachTimeOfTheClock() {
        for (final long startNs : new long[] {0, Long.MAX_VALUE - 1_000_000_000L, -5_000_000_000L}) {
            final TcpBench late = new TcpBench(Sim.of("receive-clock", 1).startNs(startNs));
            final RawTcp tcp = late.established();
            tcp.data(1, 10);
            tcp.expectAck(11);
            tcp.host().write(10);
            tcp.expectData(1, 10);
            late.pass(2_000);
            assertTrue(late.discard() > 0, "no retransmission when the clock starts at " + startNs);
            tcp.in(Seg.ack().seq(11).ack(11));
            late.pass(5_000);
            late.expectNothing();
        }
    }
}
