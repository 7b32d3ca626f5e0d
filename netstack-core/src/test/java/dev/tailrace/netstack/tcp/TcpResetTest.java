package dev.tailrace.netstack.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.host.HostErrno;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.testkit.Packet;
import dev.tailrace.netstack.testkit.RawTcp;
import dev.tailrace.netstack.testkit.Seg;
import dev.tailrace.netstack.testkit.SimHostStream;
import dev.tailrace.netstack.testkit.TcpBench;
import org.junit.jupiter.api.Test;

/// RST in both directions and the blind attacks of RFC 5961.
class TcpResetTest {
    private final TcpBench bench = TcpBench.of("reset");

    @Test
    void shouldResetTheHostWhenTheGuestResets() {
        final RawTcp tcp = bench.established();
        tcp.in(Seg.rst().seq(1));
        assertTrue(tcp.host().isReset());
        assertFalse(tcp.host().isClosed());
        assertEquals(0, bench.sim().stack().tcpFlowCount());
    }

    // case 12: RST is never answered by ACK when it is in order
    @Test
    void shouldNotAnswerAnAcceptedReset() {
        final RawTcp tcp = bench.established();
        tcp.in(Seg.rst().and(Packet.ACK).seq(1).ack(1));
        bench.expectNothing();
    }

    // case 44: RST in the window but not at RCV.NXT is challenged, not obeyed (RFC 5961 section 3.2)
    @Test
    void shouldChallengeAResetInsideTheWindow() {
        final RawTcp tcp = bench.established();
        tcp.in(Seg.rst().seq(2));
        tcp.expectAck(1).seq(1);
        assertFalse(tcp.host().isGone());
        tcp.in(Seg.rst().seq(1));
        assertTrue(tcp.host().isReset());
    }

    // case 44
    @Test
    void shouldDropAResetOutsideTheWindow() {
        final RawTcp tcp = bench.established();
        tcp.in(Seg.rst().seq(0));
        tcp.in(Seg.rst().seq(-5_000));
        tcp.in(Seg.rst().seq(0x4000_0000));
        bench.expectNothing();
        assertFalse(tcp.host().isGone());
    }

    @Test
    void shouldObeyAResetBehindData() {
        final RawTcp tcp = bench.established();
        bench.sendTogether(
                tcp.frame(tcp.dataSegment(1, 1_000)), tcp.frame(Seg.rst().seq(1_001)));
        assertTrue(tcp.host().isReset());
        assertEquals(1_000, tcp.host().taken());
    }

    // RFC 5961 section 4: SYN in a connection is challenged
    @Test
    void shouldChallengeASynInsideTheConnection() {
        final RawTcp tcp = bench.established();
        tcp.in(Seg.syn().seq(1));
        tcp.expectAck(1).seq(1);
        tcp.in(Seg.syn().seq(5_000_000));
        tcp.expectAck(1).seq(1);
        assertFalse(tcp.host().isGone());
        assertEquals(2, bench.sim().count(Counter.TCP_CHALLENGE_ACKS));
    }

    // case 49: after a challenge the guest's RST and its next SYN open a new connection
    @Test
    void shouldOpenAnewAfterAChallengedSynWasFollowedByReset() {
        final RawTcp tcp = bench.established();
        final SimHostStream old = tcp.host();
        tcp.in(tcp.linuxSyn().seq(700_000));
        tcp.expectAck(1);
        tcp.in(Seg.rst().seq(1));
        assertTrue(old.isReset());
        tcp.guestIss(tcp.guestIss() + 700_000);
        tcp.handshake();
        tcp.data(1, 10);
        tcp.expectAck(11);
    }

    @Test
    void shouldLimitTheRateOfChallenges() {
        final RawTcp tcp = bench.established();
        for (int copy = 0; copy < 1_000; copy++) {
            tcp.in(Seg.rst().seq(3));
        }
        final int challenges = bench.discard();
        assertTrue(challenges > 0 && challenges <= 200, challenges + " challenges at one instant");
        bench.pass(1_500);
        tcp.in(Seg.rst().seq(3));
        tcp.expectAck(1);
    }

    // case 36: the host's RST reaches the guest
    @Test
    void shouldResetTheGuestWhenTheHostResets() {
        final RawTcp tcp = bench.established();
        tcp.host().fail(HostErrno.ECONNRESET);
        tcp.expect(Packet.RST | Packet.ACK).seq(1).ack(1).length(0);
        bench.expectNothing();
        assertEquals(0, bench.sim().stack().tcpFlowCount());
    }

    @Test
    void shouldResetTheGuestWhenTheHostTimesOutLater() {
        final RawTcp tcp = bench.established();
        tcp.host().fail(HostErrno.ETIMEDOUT);
        tcp.expect(Packet.RST | Packet.ACK).seq(1);
    }

    @Test
    void shouldResetWithTheNumberBehindAllThatWasSent() {
        final RawTcp tcp = bench.established();
        tcp.host().write(3_000);
        tcp.expectData(1, 3_000);
        tcp.host().fail(HostErrno.ECONNRESET);
        tcp.expect(Packet.RST | Packet.ACK).seq(3_001);
    }

    @Test
    void shouldResetTheGuestWhenItsDataMeetsABrokenStream() {
        final RawTcp tcp = bench.established();
        bench.sim().link().send(tcp.frame(tcp.dataSegment(1, 100)));
        tcp.host().fail(HostErrno.EPIPE);
        bench.settle();
        assertTrue(bench.drain().getLast().has(Packet.RST));
        assertEquals(0, bench.sim().stack().tcpFlowCount());
    }

    // case 51: a connection that is over answers nothing but RST
    @Test
    void shouldAnswerSegmentsOfAnEndedConnectionWithReset() {
        final RawTcp tcp = bench.established();
        tcp.host().fail(HostErrno.ECONNRESET);
        tcp.expect(Packet.RST | Packet.ACK);
        tcp.data(1, 100);
        tcp.expect(Packet.RST).seq(1);
        tcp.in(Seg.ack().seq(101).ack(1));
        tcp.expect(Packet.RST).seq(1);
    }

    // case 8: RST and the next SYN of the same addresses in one batch
    @Test
    void shouldTakeResetAndSynOfTheSameAddressesInOneBatch() {
        final RawTcp tcp = bench.established();
        final SimHostStream old = tcp.host();
        final byte[] reset = tcp.frame(Seg.rst().seq(1));
        tcp.guestIss(tcp.guestIss() + 100_000);
        bench.sendTogether(reset, tcp.frame(tcp.linuxSyn()));
        assertTrue(old.isReset());
        tcp.expectSynAck();
        tcp.in(Seg.ack().seq(1).ack(1).window(512));
        tcp.data(1, 10);
        tcp.expectAck(11);
        assertEquals(10, tcp.host().taken());
    }

    @Test
    void shouldResetTheHostWhenTheGuestResetsWithBacklog() {
        final RawTcp tcp = bench.established();
        tcp.host().reading(false);
        for (int index = 0; index < 8; index++) {
            tcp.data(1 + index * 60_000, 60_000);
        }
        bench.discard();
        assertTrue(bench.sim().stack().slabUsedBytes() > 0);
        tcp.in(Seg.rst().seq(480_001));
        assertTrue(tcp.host().isReset());
        assertEquals(0, bench.sim().stack().slabUsedBytes());
    }

    // case 12: RST carries data sometimes; it is still only a RST
    @Test
    void shouldIgnoreThePayloadOfAReset() {
        final RawTcp tcp = bench.established();
        tcp.in(tcp.dataSegment(1, 20).flags(Packet.RST | Packet.ACK));
        bench.expectNothing();
        assertEquals(0, tcp.host().taken());
        assertTrue(tcp.host().isReset());
    }

    @Test
    void shouldDropAnAckFarBehindByChallenge() {
        final RawTcp tcp = bench.established();
        tcp.in(tcp.dataSegment(1, 50).ack(-0x3000_0000));
        tcp.expectAck(1);
        assertEquals(0, tcp.host().taken());
    }

    @Test
    void shouldResetAllFlowsWhenTheStackCloses() {
        final RawTcp first = bench.established();
        final RawTcp second = bench.tcp(40_500, 0xc633_6408, 81).handshake();
        bench.sim().stack().close(bench.sim().world().nowNs());
        assertEquals(
                2,
                bench.drain().stream().filter(packet -> packet.has(Packet.RST)).count());
        assertTrue(first.host().isGone() && second.host().isGone());
        assertEquals(0, bench.sim().stack().slabUsedBytes());
    }
}
