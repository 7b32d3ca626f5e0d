package dev.tailrace.netstack.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.testkit.HostScript;
import dev.tailrace.netstack.testkit.Packet;
import dev.tailrace.netstack.testkit.PacketAssert;
import dev.tailrace.netstack.testkit.RawTcp;
import dev.tailrace.netstack.testkit.Seg;
import dev.tailrace.netstack.testkit.Sim;
import dev.tailrace.netstack.testkit.TcpBench;
import org.junit.jupiter.api.Test;

/// Case 75: what the guest sends behind a gap is kept, told by SACK, and handed on when the gap is filled.
class TcpOutOfOrderTest {
    private static final int PORT = 80;

    private final TcpBench bench = TcpBench.of("out-of-order");

    @Test
    void shouldHandOnWhatItKeptWhenTheGapIsFilled() {
        final RawTcp tcp = bench.established();
        tcp.data(2_921, 1_460);
        tcp.expectAck(1).sack(2_921, 4_381);
        tcp.data(1_461, 1_460);
        tcp.expectAck(1).sack(1_461, 4_381);
        tcp.data(1, 1_460);
        tcp.expectAck(4_381).sack();
        assertEquals(4_380, tcp.host().taken());
        assertEquals(0, bench.sim().stack().slabUsedBytes());
        assertEquals(0, bench.sim().count(Counter.DROP_TCP_OUT_OF_ORDER));
        bench.expectNothing();
    }

    @Test
    void shouldTellTheLatestBlockFirstAndFourAtMost() {
        final RawTcp tcp = bench.established();
        for (int index = 5; index >= 1; index--) {
            tcp.data(1 + 1_000 * index, 100);
        }
        bench.discard();
        tcp.data(3_101, 100);
        tcp.expectAck(1).sack(3_001, 3_201, 1_001, 1_101, 2_001, 2_101, 4_001, 4_101);
        tcp.data(6_001, 100);
        tcp.expectAck(1).sack(6_001, 6_101, 3_001, 3_201, 1_001, 1_101, 2_001, 2_101);
    }

    // RFC 2883 section 4: what has come twice is the first block, whether it is acknowledged or held
    @Test
    void shouldTellWhatCameTwice() {
        final RawTcp tcp = bench.established();
        for (int index = 1; index <= 5; index++) {
            tcp.data(1 + 1_000 * index, 100);
        }
        bench.discard();
        tcp.data(3_001, 100);
        tcp.expectAck(1).sack(3_001, 3_101, 3_001, 3_101, 5_001, 5_101, 4_001, 4_101);
        tcp.data(3_051, 100);
        tcp.expectAck(1).sack(3_051, 3_101, 3_001, 3_151, 5_001, 5_101, 4_001, 4_101);
        tcp.data(1, 100);
        tcp.expectAck(101).sack(3_001, 3_151, 5_001, 5_101, 4_001, 4_101, 1_001, 1_101);
        tcp.data(1, 100);
        tcp.expectAck(101).sack(1, 101, 3_001, 3_151, 5_001, 5_101, 4_001, 4_101);
        // Told once: the acknowledgement that a SYN in the window is challenged with has nothing of it.
        tcp.in(Seg.syn().seq(101));
        tcp.expectAck(101).sack(3_001, 3_151, 5_001, 5_101, 4_001, 4_101, 1_001, 1_101);
        tcp.data(6_001, 100);
        tcp.expectAck(101).sack(6_001, 6_101, 3_001, 3_151, 5_001, 5_101, 1_001, 1_101);
    }

    /// A guest knows it for a repetition by the block behind it, which holds it (RFC 2883 section 4).
    @Test
    void shouldNotTellWhatCameTwiceWithALaterSegment() {
        final RawTcp tcp = bench.established();
        tcp.data(1_001, 300);
        bench.discard();
        bench.sim().link().refuseNext(1);
        tcp.data(1_101, 100);
        bench.expectNothing();
        tcp.data(3_001, 100);
        tcp.expectAck(1).sack(3_001, 3_101, 1_001, 1_301);
    }

    @Test
    void shouldNotTellWhatCameTwiceToAGuestThatDoesNotPermitSack() {
        final RawTcp tcp = bench.tcp();
        tcp.handshake(Seg.syn().mss(1_460).windowScale(7));
        tcp.data(1, 100);
        tcp.expectAck(101);
        tcp.data(1, 100);
        tcp.expectAck(101).sack();
    }

    // RFC 5681 section 4.2: also when the rest of the frames is still to be looked at
    @Test
    void shouldAcknowledgeAtOnceWhatFillsAGap() {
        final RawTcp tcp = bench.established();
        tcp.data(2_001, 1_000);
        tcp.expectAck(1);
        bench.sendTogether(
                tcp.frame(tcp.dataSegment(1, 1_000)),
                tcp.frame(tcp.dataSegment(1_001, 1_000)),
                tcp.frame(tcp.dataSegment(3_001, 1_000)));
        tcp.expectAck(1_001).sack(2_001, 3_001);
        tcp.expectAck(3_001).sack();
        tcp.expectAck(4_001);
    }

    @Test
    void shouldKeepWithoutTellingAGuestThatDoesNotPermitSack() {
        final RawTcp tcp = bench.tcp();
        tcp.handshake(Seg.syn().mss(1_460).windowScale(7));
        tcp.data(1_461, 1_460);
        tcp.expectAck(1).sack();
        tcp.data(1, 1_460);
        tcp.expectAck(2_921);
        assertEquals(2_920, tcp.host().taken());
    }

    @Test
    void shouldTrustTheFirstOfTwoCopies() {
        final RawTcp tcp = bench.established();
        tcp.data(101, 100);
        tcp.data(301, 100);
        bench.discard();
        // Wrong bytes where bytes are held already, right ones elsewhere; the host looks at each.
        final Seg later = tcp.dataSegment(51, 400);
        later.overwrite(50, 100);
        later.overwrite(250, 100);
        tcp.in(later);
        tcp.expectAck(1).sack(101, 201, 51, 451);
        final Seg first = tcp.dataSegment(1, 500);
        first.overwrite(50, 400);
        tcp.in(first);
        tcp.expectAck(501);
        assertEquals(500, tcp.host().taken());
    }

    @Test
    void shouldKeepNothingBeyondTheWindow() {
        final RawTcp tcp = bench.established();
        tcp.data(1, 1);
        final int window = tcp.expectAck(2).windowBytes();
        tcp.data(2 + window - 100, 1_000);
        tcp.expectAck(2).sack(2 + window - 100, 2 + window);
        tcp.data(2 + window, 1_000);
        tcp.expectAck(2);
        assertEquals(1, bench.sim().count(Counter.DROP_TCP_OUT_OF_WINDOW));
    }

    @Test
    void shouldTakeAFinThatCameBehindAGap() {
        final RawTcp tcp = bench.established();
        tcp.in(tcp.dataSegment(101, 100).and(Packet.FIN));
        tcp.expectAck(1).sack(101, 202);
        assertFalse(tcp.host().hasSeenEnd());
        tcp.data(1, 100);
        expectLast(tcp).ack(202);
        assertEquals(200, tcp.host().taken());
        assertTrue(tcp.host().hasSeenEnd());
    }

    @Test
    void shouldTakeAFinWithoutPayloadThatCameBehindAGap() {
        final RawTcp tcp = bench.established();
        tcp.in(Seg.fin().seq(101).ack(1).window(512));
        tcp.expectAck(1).sack(101, 102);
        tcp.data(1, 100);
        expectLast(tcp).ack(102);
        assertTrue(tcp.host().hasSeenEnd());
    }

    @Test
    void shouldTakeNothingBehindAFinThatCameBehindAGap() {
        final RawTcp tcp = bench.established();
        tcp.in(tcp.dataSegment(101, 100).and(Packet.FIN));
        tcp.data(201, 500);
        tcp.in(tcp.dataSegment(301, 100).and(Packet.FIN));
        bench.discard();
        tcp.data(1, 1_000);
        expectLast(tcp).ack(202);
        assertEquals(200, tcp.host().taken());
        assertTrue(tcp.host().hasSeenEnd());
    }

    @Test
    void shouldNotTakeAFinBeforeBytesThatAreHeld() {
        final RawTcp tcp = bench.established();
        tcp.data(201, 100);
        tcp.in(tcp.dataSegment(101, 50).and(Packet.FIN));
        tcp.expectAck(1).sack(201, 301);
        tcp.expectAck(1).sack(101, 151, 201, 301);
        tcp.data(1, 200);
        tcp.expectAck(301);
        assertFalse(tcp.host().hasSeenEnd());
        assertEquals(300, tcp.host().taken());
    }

    @Test
    void shouldKeepBehindAGapBehindABacklog() {
        bench.sim().host().script(PORT, HostScript.manual().buffers(1_000, 1_000));
        final RawTcp tcp = bench.tcp().handshake();
        tcp.host().reading(false);
        tcp.data(1, 20_000);
        tcp.data(40_001, 10_000);
        tcp.data(20_001, 15_000);
        tcp.data(35_001, 5_000);
        expectLast(tcp).ack(50_001).sack();
        tcp.host().reading(true);
        bench.settle();
        assertEquals(50_000, tcp.host().taken());
        assertEquals(0, bench.sim().stack().slabUsedBytes());
    }

    @Test
    void shouldBoundTheNumberOfGaps() {
        final RawTcp tcp = bench.established();
        for (int index = 1; index <= 100; index++) {
            tcp.data(1 + 10 * index, 5);
        }
        bench.discard();
        assertEquals(SequenceRanges.MAX_RANGES, bench.sim().count(Counter.TCP_OUT_OF_ORDER));
        assertEquals(100 - SequenceRanges.MAX_RANGES, bench.sim().count(Counter.DROP_TCP_OUT_OF_ORDER));
        tcp.data(1, 1_010);
        expectLast(tcp).ack(1_011);
        assertEquals(1_010, tcp.host().taken());
    }

    @Test
    void shouldGiveMemoryBackWhenTheGuestResetsWithinAGap() {
        final RawTcp tcp = bench.established();
        tcp.data(1, 1);
        tcp.data(100_001, 1_000);
        expectLast(tcp).ack(2).sack(100_001, 101_001);
        assertTrue(bench.sim().stack().slabUsedBytes() > 100_000);
        tcp.in(Seg.rst().seq(2));
        assertEquals(0, bench.sim().stack().slabUsedBytes());
    }

    @Test
    void shouldForgetTheGapWhenAddressesAreUsedAgain() {
        final RawTcp tcp = bench.established();
        tcp.data(1_001, 1_000);
        tcp.expectAck(1).sack(1_001, 2_001);
        tcp.in(Seg.rst().seq(1));
        final RawTcp again = bench.established();
        again.data(1, 10);
        again.expectAck(11).sack();
    }

    @Test
    void shouldLeaveAQuarterOfTheMemoryToWhatIsInOrder() {
        final TcpBench small = new TcpBench(Sim.of("out-of-order-memory", 1).memory(2 << 20));
        final RawTcp[] flows = new RawTcp[4];
        for (int index = 0; index < flows.length; index++) {
            flows[index] = small.tcp(40_000, Sim.SERVER, PORT + index).handshake();
        }
        for (final RawTcp tcp : flows) {
            tcp.data(1, 1_460);
            tcp.data(400_001, 1_000);
        }
        small.discard();
        assertEquals(3 << 19, small.sim().stack().slabUsedBytes());
        assertEquals(1, small.sim().count(Counter.DROP_TCP_NO_MEMORY));
        for (final RawTcp tcp : flows) {
            for (int from = 1_461; from < 401_001; from += 40_000) {
                tcp.data(from, Math.min(40_000, 401_001 - from));
            }
            assertEquals(401_000, tcp.host().taken());
        }
    }

    private PacketAssert expectLast(final RawTcp tcp) {
        return tcp.look(bench.drain().getLast()).flags(Packet.ACK);
    }
}
