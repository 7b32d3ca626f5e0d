package dev.tailrace.netstack.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.testkit.HostScript;
import dev.tailrace.netstack.testkit.Packet;
import dev.tailrace.netstack.testkit.RawTcp;
import dev.tailrace.netstack.testkit.Seg;
import dev.tailrace.netstack.testkit.SimHostStream;
import dev.tailrace.netstack.testkit.TcpBench;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Orderly ends in each order, half-closed connections, TIME-WAIT.
class TcpCloseTest {
    private static final int PORT = 80;

    private final TcpBench bench = TcpBench.of("close");

    // relays' bug: the guest's FIN must reach the host
    @Test
    void shouldShutTheHostsOutputAtTheGuestsFin() {
        final RawTcp tcp = bench.established();
        tcp.in(Seg.fin().seq(1).ack(1));
        tcp.expectAck(2);
        assertTrue(tcp.host().isOutputShut());
        assertFalse(tcp.host().isGone());
    }

    @Test
    void shouldEndInOrderWhenTheGuestEndsFirst() {
        final RawTcp tcp = bench.established();
        tcp.in(Seg.fin().seq(1).ack(1));
        tcp.expectAck(2);
        tcp.host().end();
        tcp.expect(Packet.FIN | Packet.ACK).seq(1).ack(2);
        tcp.in(Seg.ack().seq(2).ack(2));
        bench.expectNothing();
        expectGone(tcp);
    }

    // case 34, and relays' bug: after the guest's FIN the host's answer still arrives, and ends with FIN, not RST
    @Test
    void shouldDeliverTheAnswerAfterTheGuestsFin() {
        final RawTcp tcp = bench.established();
        tcp.in(tcp.dataSegment(1, 100).and(Packet.FIN));
        tcp.expectAck(102);
        bench.pass(30_000);
        bench.expectNothing();
        tcp.host().write(5_000);
        tcp.expectData(1, 5_000);
        tcp.in(Seg.ack().seq(102).ack(5_001).window(512));
        tcp.host().end();
        tcp.expect(Packet.FIN | Packet.ACK).seq(5_001).ack(102);
        tcp.in(Seg.ack().seq(102).ack(5_002));
        expectGone(tcp);
    }

    // relays' bug: the host's end is not the end of the connection
    @Test
    void shouldTakeDataOfTheGuestAfterTheHostsEnd() {
        final RawTcp tcp = bench.established();
        tcp.host().end();
        tcp.expect(Packet.FIN | Packet.ACK).seq(1);
        tcp.in(Seg.ack().seq(1).ack(2));
        bench.pass(60_000);
        tcp.in(tcp.dataSegment(1, 2_000).ack(2));
        tcp.expectAck(2_001);
        assertEquals(2_000, tcp.host().taken());
        tcp.in(Seg.fin().seq(2_001).ack(2));
        tcp.expectAck(2_002);
        assertTrue(tcp.host().isClosed(), "the stream is closed in TIME-WAIT already");
        bench.pass(2_100);
        expectGone(tcp);
    }

    @Test
    void shouldSendFinBehindAllOfTheHostsBytes() {
        final RawTcp tcp = bench.established();
        tcp.host().write(100_000);
        tcp.host().end();
        int end = 1;
        boolean isFinished = false;
        int acknowledged = 0;
        while (!isFinished) {
            for (final Packet packet : bench.drain()) {
                assertFalse(isFinished, "a frame behind FIN");
                end = packet.seq() - tcp.stackIss() + packet.payloadLength();
                isFinished = packet.has(Packet.FIN);
            }
            assertTrue(end > acknowledged, "no progress");
            acknowledged = end;
            tcp.ack(1, end);
        }
        assertEquals(100_001, end);
    }

    // mapping: shutdown only after all of the guest's bytes have been written
    @Test
    void shouldShutTheHostsOutputOnlyBehindTheBacklog() {
        bench.sim().host().script(PORT, HostScript.manual().buffers(10_000, 10_000));
        final RawTcp tcp = bench.tcp().handshake();
        tcp.host().reading(false);
        tcp.in(tcp.dataSegment(1, 60_000).and(Packet.FIN));
        bench.discard();
        assertFalse(tcp.host().isOutputShut());
        tcp.host().reading(true);
        bench.settle();
        assertEquals(60_000, tcp.host().taken());
        assertTrue(tcp.host().hasSeenEnd());
    }

    // the guest is long gone, and the rest of what it wrote still reaches the host
    @Test
    void shouldWriteTheBacklogAfterBothEndsHaveClosed() {
        bench.sim().host().script(PORT, HostScript.manual().buffers(10_000, 10_000));
        final RawTcp tcp = bench.tcp().handshake();
        tcp.host().reading(false);
        tcp.in(tcp.dataSegment(1, 60_000).and(Packet.FIN));
        bench.discard();
        tcp.host().end();
        tcp.expect(Packet.FIN | Packet.ACK);
        tcp.in(Seg.ack().seq(60_002).ack(2));
        bench.pass(20_000);
        assertFalse(tcp.host().isReset());
        tcp.host().reading(true);
        bench.settle();
        assertEquals(60_000, tcp.host().taken());
        assertTrue(tcp.host().isClosed());
        bench.pass(5_000);
        expectGone(tcp);
    }

    // and a host that takes it slowly is given the time, as long as it takes something
    @Test
    void shouldWriteTheBacklogToASlowHostLongAfterBothEndsHaveClosed() {
        bench.sim().host().script(PORT, HostScript.manual().buffers(10_000, 10_000));
        final RawTcp tcp = bench.tcp().handshake();
        tcp.host().reading(false);
        tcp.in(tcp.dataSegment(1, 60_000).and(Packet.FIN));
        bench.discard();
        tcp.host().end();
        tcp.expect(Packet.FIN | Packet.ACK);
        tcp.in(Seg.ack().seq(60_002).ack(2));
        for (int minute = 0; minute < 20 && !tcp.host().isGone(); minute++) {
            bench.pass(60_000);
            tcp.host().readOnce(8_000);
        }
        assertEquals(60_000, tcp.host().taken());
        expectGone(tcp);
    }

    // but not for ever
    @Test
    void shouldGiveUpOnAHostThatTakesNothingMore() {
        bench.sim().host().script(PORT, HostScript.manual().buffers(10_000, 10_000));
        final RawTcp tcp = bench.tcp().handshake();
        tcp.host().reading(false);
        tcp.in(tcp.dataSegment(1, 60_000).and(Packet.FIN));
        bench.discard();
        tcp.host().end();
        tcp.in(Seg.ack().seq(60_002).ack(2));
        bench.pass(3_600_000);
        assertTrue(tcp.host().isReset());
        assertEquals(0, bench.sim().stack().slabUsedBytes());
    }

    @Test
    void shouldPassThroughSimultaneousClose() {
        final RawTcp tcp = bench.established();
        tcp.host().end();
        tcp.expect(Packet.FIN | Packet.ACK).seq(1).ack(1);
        tcp.in(Seg.fin().seq(1).ack(1));
        tcp.expectAck(2);
        tcp.in(Seg.ack().seq(2).ack(2));
        bench.pass(2_100);
        expectGone(tcp);
        bench.expectNothing();
    }

    // case 60: in CLOSING our FIN is sent again until it is acknowledged
    @Test
    void shouldSendFinAgainInClosing() {
        final RawTcp tcp = bench.established();
        tcp.host().end();
        tcp.expect(Packet.FIN | Packet.ACK).seq(1).ack(1);
        tcp.in(Seg.fin().seq(1).ack(1));
        tcp.expectAck(2);
        bench.pass(1_100);
        tcp.expect(Packet.FIN | Packet.ACK).seq(1).ack(2);
        bench.discard();
        tcp.in(Seg.ack().seq(2).ack(2));
        bench.pass(2_100);
        expectGone(tcp);
    }

    @Test
    void shouldSendFinAgainInLastAck() {
        final RawTcp tcp = bench.established();
        tcp.in(Seg.fin().seq(1).ack(1));
        tcp.expectAck(2);
        tcp.host().end();
        tcp.expect(Packet.FIN | Packet.ACK).seq(1);
        bench.pass(1_100);
        tcp.expect(Packet.FIN | Packet.ACK).seq(1).ack(2);
    }

    // case 59: a repeated FIN of the guest in LAST-ACK is acknowledged, and nothing else happens
    @Test
    void shouldAnswerARepeatedFinInLastAck() {
        final RawTcp tcp = bench.established();
        tcp.in(Seg.fin().seq(1).ack(1));
        tcp.expectAck(2);
        tcp.host().end();
        tcp.expect(Packet.FIN | Packet.ACK);
        tcp.in(Seg.fin().seq(1).ack(1));
        tcp.expectAck(2);
        tcp.in(Seg.ack().seq(2).ack(1));
        bench.expectNothing();
        tcp.in(Seg.ack().seq(2).ack(2));
        expectGone(tcp);
    }

    // case 45: FIN is queued behind bytes that do not fit the window: the state changes when it leaves, not before
    @Test
    void shouldStayEstablishedWhileFinIsQueued() {
        final RawTcp tcp = bench.established();
        tcp.in(Seg.ack().seq(1).ack(1).window(0));
        tcp.host().write(1_000);
        tcp.host().end();
        bench.expectNothing();
        tcp.in(tcp.dataSegment(1, 10).window(0));
        tcp.expectAck(11);
        tcp.in(Seg.fin().seq(11).ack(1).window(0));
        tcp.expectAck(12);
        tcp.in(Seg.ack().seq(12).ack(1).window(512));
        tcp.expect(Packet.FIN | Packet.ACK).seq(1).length(1_000);
        tcp.in(Seg.ack().seq(12).ack(1_002).window(512));
        expectGone(tcp);
    }

    // case 19: with our FIN, or right behind it, goes the newest acknowledgement
    @Test
    void shouldTellTheNewestAcknowledgementWithFin() {
        final RawTcp tcp = bench.established();
        bench.sim().link().send(tcp.frame(tcp.dataSegment(1, 500)));
        tcp.host().end();
        bench.settle();
        final List<Packet> all = bench.drain();
        assertTrue(all.stream().anyMatch(packet -> packet.has(Packet.FIN)), "no FIN");
        tcp.look(all.getLast()).ack(501);
    }

    // case 19: FIN leaves while an acknowledgement is due
    @Test
    void shouldTellADueAcknowledgementWithFin() {
        final RawTcp tcp = bench.established();
        tcp.host().write(100);
        tcp.expectData(1, 100);
        tcp.ack(1, 101);
        bench.sim().link().send(tcp.frame(tcp.dataSegment(1, 500).ack(1)));
        tcp.host().end();
        bench.settle();
        tcp.expect(Packet.FIN | Packet.ACK).seq(101).ack(501);
        bench.expectNothing();
    }

    // case 7: FIN|ACK that ends the old connection and the SYN of the next one in one batch
    @Test
    void shouldTakeFinAndSynOfTheSameAddressesInOneBatch() {
        final RawTcp tcp = bench.established();
        tcp.host().end();
        tcp.expect(Packet.FIN | Packet.ACK).seq(1);
        final SimHostStream old = tcp.host();
        final byte[] fin = tcp.frame(Seg.fin().seq(1).ack(2));
        tcp.guestIss(tcp.guestIss() + 100_000);
        bench.sendTogether(fin, tcp.frame(tcp.linuxSyn()));
        assertTrue(old.isClosed());
        Packet answer = bench.next();
        if (!answer.has(Packet.SYN)) {
            answer = bench.next();
        }
        assertTrue(answer.has(Packet.SYN | Packet.ACK), answer.toString());
        assertEquals(tcp.guestIss() + 1, answer.ack());
    }

    // case 72: a SYN beyond the old numbers reopens addresses in TIME-WAIT
    @Test
    void shouldReuseAddressesInTimeWait() {
        final RawTcp tcp = timeWait();
        tcp.guestIss(tcp.guestIss() + 50_000);
        tcp.handshake();
        tcp.data(1, 10);
        tcp.expectAck(11);
        assertEquals(2, bench.sim().host().attempts());
        assertEquals(10, tcp.host().taken());
    }

    // case 72: one that is behind them does not
    @Test
    void shouldNotReuseAddressesInTimeWaitForAnOldSyn() {
        final RawTcp tcp = timeWait();
        tcp.in(tcp.linuxSyn().seq(-1_000));
        final Packet answer = bench.next();
        assertFalse(answer.has(Packet.SYN), answer.toString());
        assertEquals(1, bench.sim().host().attempts());
    }

    @Test
    void shouldAnswerARepeatedFinInTimeWait() {
        final RawTcp tcp = timeWait();
        bench.pass(1_500);
        tcp.in(Seg.fin().seq(1).ack(2));
        tcp.expectAck(2);
        bench.pass(1_500);
        assertEquals(1, bench.sim().stack().tcpFlowCount(), "a repeated FIN starts TIME-WAIT again");
        bench.pass(1_500);
        expectGone(tcp);
    }

    // case 14: an ended connection leaves no timer behind
    @Test
    void shouldLeaveNoDeadlineBehind() {
        final RawTcp tcp = timeWait();
        bench.pass(10_000);
        expectGone(tcp);
        bench.pass(10_000);
        assertEquals(Long.MAX_VALUE, bench.sim().stack().nextDeadlineNs());
    }

    @Test
    void shouldCountEachFlowOnce() {
        timeWait();
        bench.pass(5_000);
        assertEquals(1, bench.sim().count(Counter.TCP_FLOWS_OPENED));
        assertEquals(1, bench.sim().count(Counter.TCP_FLOWS_CLOSED));
    }

    @Test
    void shouldAcknowledgeDataOfAGuestThatKeepsSendingAfterItsFinWithoutTakingIt() {
        final RawTcp tcp = bench.established();
        tcp.in(Seg.fin().seq(1).ack(1));
        tcp.expectAck(2);
        tcp.data(2, 100);
        tcp.expectAck(2);
        assertEquals(0, tcp.host().taken());
    }

    private RawTcp timeWait() {
        final RawTcp tcp = bench.established();
        tcp.host().end();
        tcp.expect(Packet.FIN | Packet.ACK).seq(1);
        tcp.in(Seg.fin().seq(1).ack(2));
        tcp.expectAck(2);
        return tcp;
    }

    private void expectGone(final RawTcp tcp) {
        bench.settle();
        assertEquals(0, bench.sim().stack().tcpFlowCount());
        assertEquals(0, bench.sim().stack().slabUsedBytes());
        assertTrue(tcp.host().isClosed(), "the stream was not closed in order");
    }
}
