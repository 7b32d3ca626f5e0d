package dev.tailrace.netstack.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.testkit.Packet;
import dev.tailrace.netstack.testkit.RawTcp;
import dev.tailrace.netstack.testkit.Seg;
import dev.tailrace.netstack.testkit.Sim;
import dev.tailrace.netstack.testkit.TcpBench;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Case 76: what the guest's SACK blocks show to be lost is sent again at once, and nothing else.
class TcpSackTest {
    private static final int BYTES = 50_000;

    private final TcpBench bench = TcpBench.of("sack");
    private final RawTcp tcp = bench.established();
    private int window = 513;

    @BeforeEach
    void write() {
        tcp.host().write(BYTES);
        assertEquals(
                BYTES, bench.drain().stream().mapToInt(Packet::payloadLength).sum());
    }

    @Test
    void shouldSendTheGapAgainAtTheFirstSignOfItsLoss() {
        acknowledge(1, 2_921, 10_221);
        tcp.expectData(1, 2_920);
        bench.expectNothing();
        assertEquals(1, bench.sim().count(Counter.TCP_FAST_RETRANSMISSIONS));
        assertEquals(0, bench.sim().count(Counter.TCP_TIMEOUTS));
    }

    @Test
    void shouldSendAllGapsAgainInOneRoundTrip() {
        acknowledge(1, 30_661, 43_801, 14_601, 29_201, 2_921, 10_221);
        tcp.expectData(1, 2_920);
        tcp.expectData(10_221, 4_380);
        tcp.expectData(29_201, 1_460);
        bench.expectNothing();
        acknowledge(BYTES + 1);
        bench.expectNothing();
    }

    @Test
    void shouldSendAGapAgainOnceInARoundTrip() {
        acknowledge(1, 2_921, 10_221);
        tcp.expectData(1, 2_920);
        for (int end = 11_681; end < 30_000; end += 1_460) {
            acknowledge(1, 2_921, end);
        }
        bench.expectNothing();
    }

    // The rest of what was lost comes to light as the guest tells more.
    @Test
    void shouldSendALaterGapAgainWithoutRepeatingTheFirst() {
        acknowledge(1, 2_921, 10_221);
        tcp.expectData(1, 2_920);
        acknowledge(1, 11_681, 20_441, 2_921, 10_221);
        tcp.expectData(10_221, 1_460);
        bench.expectNothing();
        acknowledge(10_221, 11_681, 20_441);
        bench.expectNothing();
    }

    // The end of what was sent before the loss was seen has nothing behind it that could be told.
    @Test
    void shouldSendTheEndAgainWhenAllGapsBeforeItAreFilled() {
        acknowledge(1, 2_921, 10_221);
        tcp.expectData(1, 2_920);
        acknowledge(10_221);
        tcp.expectData(10_221, BYTES - 10_220);
        acknowledge(BYTES + 1);
        bench.pass(10_000);
        bench.expectNothing();
    }

    @Test
    void shouldNotWaitForTheTimeoutWhenAGapIsLostAgain() {
        acknowledge(1, 2_921, 10_221);
        tcp.expectData(1, 2_920);
        bench.pass(50);
        tcp.expectData(1, 2_920);
        assertEquals(0, bench.sim().count(Counter.TCP_TIMEOUTS));
    }

    @Test
    void shouldEndShortPassesWhenTheGuestIsSilent() {
        acknowledge(1, 2_921, 10_221);
        bench.pass(150);
        final int copies = bench.discard();
        assertTrue(copies >= 3 && copies <= 5, copies + " copies in 150 ms");
        bench.pass(2_000);
        assertTrue(bench.sim().count(Counter.TCP_TIMEOUTS) > 0);
        assertTrue(bench.discard() <= 5);
    }

    @Test
    void shouldNotTakeASegmentThatIsOvertakenForLost() {
        acknowledge(1, 1_461, 2_921);
        bench.expectNothing();
        acknowledge(4_381);
        bench.pass(100);
        bench.expectNothing();
        assertEquals(0, bench.sim().count(Counter.TCP_RETRANSMISSIONS));
    }

    @Test
    void shouldSendAShortGapAgainWhenItStays() {
        acknowledge(1, 1_461, 2_921);
        bench.expectNothing();
        bench.pass(50);
        tcp.look(bench.drain().getFirst()).seq(1).length(1_460);
        assertEquals(0, bench.sim().count(Counter.TCP_TIMEOUTS));
    }

    // case 63
    @Test
    void shouldPassOverBlocksThatMakeNoSense() {
        final int far = 0x7000_0000;
        acknowledge(1, 10_221, 2_921);
        acknowledge(1, 2_921, BYTES + 2);
        acknowledge(1, 2_921, far);
        acknowledge(1, far, -far);
        acknowledge(1, -5_000, 10_000);
        acknowledge(1, 2_921, 2_921);
        // A repetition, told by RFC 2883.
        acknowledge(2_921, 1, 1_461);
        bench.pass(100);
        for (final Packet packet : bench.drain()) {
            throw new AssertionError("sent again for a block that makes no sense: " + packet);
        }
    }

    // RFC 2018 section 8: a guest may throw away what it has told
    @Test
    void shouldSendAgainWhatTheGuestHasThrownAway() {
        acknowledge(1, 2_921, BYTES + 1);
        tcp.expectData(1, 2_920);
        acknowledge(2_921);
        bench.pass(2_000);
        int end = 2_921;
        for (final Packet packet : bench.drain()) {
            final int start = packet.seq() - tcp.stackIss();
            end = start <= end ? Math.max(end, start + packet.payloadLength()) : end;
        }
        assertEquals(BYTES + 1, end);
    }

    @Test
    void shouldForgetWhatWasToldAfterATimeout() {
        acknowledge(1, 2_921, BYTES + 1);
        bench.pass(3_000);
        assertTrue(bench.sim().count(Counter.TCP_TIMEOUTS) > 0);
        tcp.look(bench.drain().getLast()).seq(1).length(BYTES);
    }

    @Test
    void shouldHeedNoSackThatWasNotPermitted() {
        final RawTcp other = bench.tcp(41_000, Sim.SERVER, 81);
        other.handshake(Seg.syn().mss(1_460).windowScale(7));
        other.host().write(20_000);
        bench.discard();
        other.in(Seg.ack().seq(1).ack(1).window(512).sack(2_921, 10_221));
        bench.expectNothing();
    }

    /// With another window each time, so that it never counts as a duplicate in the sense of RFC 5681.
    private void acknowledge(final int relativeAck, final int... relativeEdges) {
        tcp.in(Seg.ack().seq(1).ack(relativeAck).window(window++).sack(relativeEdges));
    }
}
