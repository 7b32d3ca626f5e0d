package dev.tailrace.netstack.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.host.HostErrno;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.testkit.HostScript;
import dev.tailrace.netstack.testkit.Packet;
import dev.tailrace.netstack.testkit.RawTcp;
import dev.tailrace.netstack.testkit.Seg;
import dev.tailrace.netstack.testkit.Sim;
import dev.tailrace.netstack.testkit.SimHostSockets;
import dev.tailrace.netstack.testkit.TcpBench;
import dev.tailrace.netstack.wire.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Connections of the guest from SYN to ESTABLISHED, and those that do not come about.
class TcpHandshakeTest {
    private static final int PORT = 80;

    private final TcpBench bench = TcpBench.of("handshake");

    @Test
    void shouldConnectTheHostBeforeItAnswersSyn() {
        bench.sim().host().script(PORT, HostScript.manual().connectsAfter(30_000_000));
        final RawTcp tcp = bench.tcp();
        tcp.in(tcp.linuxSyn());
        bench.pass(29);
        bench.expectNothing();
        bench.pass(2);
        tcp.expectSynAck().mss(1_460).windowScale(7).length(0);
    }

    @Test
    void shouldConnectToTheDestinationOfTheSyn() {
        final RawTcp tcp = bench.tcp();
        tcp.in(tcp.linuxSyn());
        assertEquals(
                new SimHostSockets.Destination(IpAddress.IPV4_HI, IpAddress.ipv4Lo(Sim.SERVER), PORT),
                bench.sim().host().destinations().getFirst());
    }

    @Test
    void shouldConnectTheGatewayToTheLoopbackOfTheHost() {
        final RawTcp tcp = bench.tcp(40_000, bench.sim().network().gateway(), PORT);
        tcp.in(tcp.linuxSyn());
        tcp.expectSynAck();
        assertEquals(
                IpAddress.ipv4Lo(0x7f00_0001),
                bench.sim().host().destinations().getFirst().lo());
    }

    @Test
    void shouldRefuseTheGatewayWhenHostLoopbackIsDisabled() {
        final TcpBench closed = new TcpBench(Sim.of("handshake-no-loopback", 1).withoutHostLoopback());
        final RawTcp tcp = closed.tcp(40_000, closed.sim().network().gateway(), PORT);
        tcp.in(tcp.linuxSyn());
        final Packet answer = closed.next();
        assertTrue(answer.isIcmp() && answer.icmpType() == 3, answer.toString());
        assertEquals(0, closed.sim().host().attempts());
    }

    @Test
    void shouldNotOfferWindowScaleToAGuestThatDoesNot() {
        final RawTcp tcp = bench.tcp();
        tcp.in(Seg.syn().mss(1_460));
        tcp.expectSynAck().windowScale(Packet.ABSENT);
    }

    @Test
    void shouldNotScaleTheWindowOfSynAck() {
        final RawTcp tcp = bench.tcp();
        tcp.in(tcp.linuxSyn());
        final int field = tcp.expectSynAck().packet().window();
        assertTrue(field > 60_000, "window field " + field);
    }

    @Test
    void shouldPermitSackAndIgnoreTimestamps() {
        final RawTcp tcp = bench.tcp();
        tcp.in(tcp.linuxSyn().timestamps());
        assertTrue(tcp.expectSynAck().packet().isSackPermitted());
        tcp.in(Seg.ack().seq(1).ack(1));
        tcp.data(1, 100);
        tcp.expectAck(101);
    }

    // case 71: a SYN again while the host's connection is pending makes no second socket
    @Test
    void shouldOpenOneSocketForASynSentAgainWhileConnecting() {
        bench.sim().host().script(PORT, HostScript.manual().connectsAfter(3_000_000_000L));
        final RawTcp tcp = bench.tcp();
        tcp.in(tcp.linuxSyn());
        bench.pass(1_000);
        tcp.in(tcp.linuxSyn());
        bench.pass(1_000);
        tcp.in(tcp.linuxSyn());
        bench.pass(1_100);
        assertEquals(1, bench.sim().host().attempts());
        tcp.expectSynAck();
        bench.expectNothing();
    }

    @Test
    void shouldRepeatSynAckUntilAcknowledged() {
        final RawTcp tcp = bench.tcp();
        tcp.in(tcp.linuxSyn());
        tcp.expectSynAck();
        bench.pass(1_100);
        tcp.expectSynAck().seq(0);
        bench.pass(2_100);
        tcp.expectSynAck().seq(0);
        tcp.in(Seg.ack().seq(1).ack(1));
        bench.pass(10_000);
        bench.expectNothing();
    }

    @Test
    void shouldAnswerASynSentAgainWithTheSameSynAck() {
        final RawTcp tcp = bench.tcp();
        tcp.in(tcp.linuxSyn());
        tcp.expectSynAck();
        tcp.in(tcp.linuxSyn());
        tcp.expect(Packet.SYN | Packet.ACK).seq(0).ack(1);
        assertEquals(1, bench.sim().host().attempts());
    }

    // case 5: a SYN|ACK that the device refused is the same when the guest asks again
    @Test
    void shouldConnectWhenTheFirstSynAckWasRefused() {
        final RawTcp tcp = bench.tcp();
        bench.sim().link().refuseNext(1);
        tcp.in(tcp.linuxSyn());
        bench.expectNothing();
        tcp.in(tcp.linuxSyn());
        tcp.expectSynAck();
        tcp.in(Seg.ack().seq(1).ack(1));
        tcp.data(1, 10);
        tcp.expectAck(11);
    }

    @Test
    void shouldGiveUpOnAGuestThatNeverAcknowledgesSynAck() {
        final RawTcp tcp = bench.tcp();
        tcp.in(tcp.linuxSyn());
        bench.pass(300_000);
        final int copies = bench.discard();
        assertTrue(copies >= 3 && copies <= 12, copies + " SYN|ACKs and RSTs");
        assertTrue(tcp.host().isReset(), "the host's peer must see RST");
        assertEquals(0, bench.sim().stack().tcpFlowCount());
    }

    @Test
    void shouldResetWhenTheHostRefuses() {
        bench.sim().host().script(PORT, HostScript.refuses(HostErrno.ECONNREFUSED));
        final RawTcp tcp = bench.tcp();
        tcp.in(tcp.linuxSyn());
        bench.pass(1);
        tcp.expect(Packet.RST | Packet.ACK).rawSeq(0).ack(1).length(0);
        assertEquals(0, bench.sim().stack().tcpFlowCount());
        assertEquals(0, bench.sim().host().openStreams());
    }

    // case 43: EHOSTUNREACH reaches the guest as ICMP host unreachable
    @ParameterizedTest
    @ValueSource(ints = {HostErrno.EHOSTUNREACH, HostErrno.EHOSTDOWN})
    void shouldTellHostUnreachableByIcmp(final int errno) {
        bench.sim().host().script(PORT, HostScript.refuses(errno));
        expectUnreachable(1);
    }

    @Test
    void shouldTellNetworkUnreachableByIcmp() {
        bench.sim().host().script(PORT, HostScript.refuses(HostErrno.ENETUNREACH));
        expectUnreachable(0);
    }

    @Test
    void shouldTellNetworkUnreachableByIcmpWhenTheSocketCannotEvenTry() {
        bench.sim().host().script(PORT, HostScript.refusesAtOnce(HostErrno.ENETUNREACH));
        expectUnreachable(0);
    }

    @Test
    void shouldStaySilentWhenTheHostTimesOut() {
        bench.sim().host().script(PORT, HostScript.refuses(HostErrno.ETIMEDOUT).connectsAfter(127_000_000_000L));
        final RawTcp tcp = bench.tcp();
        tcp.in(tcp.linuxSyn());
        bench.pass(130_000);
        bench.expectNothing();
        assertEquals(0, bench.sim().stack().tcpFlowCount());
    }

    @Test
    void shouldDropTheHostConnectionWhenTheGuestResetsWhileConnecting() {
        bench.sim().host().script(PORT, HostScript.neverAnswers());
        final RawTcp tcp = bench.tcp();
        tcp.in(tcp.linuxSyn());
        tcp.in(Seg.rst().seq(1));
        bench.expectNothing();
        assertEquals(0, bench.sim().stack().tcpFlowCount());
        assertEquals(0, bench.sim().host().openStreams());
    }

    @Test
    void shouldResetAnAcknowledgementOfWhatWasNotSentInSynReceived() {
        final RawTcp tcp = bench.tcp();
        tcp.in(tcp.linuxSyn());
        tcp.expectSynAck();
        tcp.in(Seg.ack().seq(1).ack(99));
        tcp.expect(Packet.RST).seq(99);
        tcp.in(Seg.ack().seq(1).ack(1));
        tcp.data(1, 10);
        tcp.expectAck(11);
    }

    @Test
    void shouldTakeDataThatComesWithTheLastAckOfTheHandshake() {
        final RawTcp tcp = bench.tcp();
        tcp.in(tcp.linuxSyn());
        tcp.expectSynAck();
        tcp.data(1, 1_000);
        tcp.expectAck(1_001);
        assertEquals(1_000, tcp.host().taken());
    }

    @Test
    void shouldTakeDataWhenTheAckOfTheHandshakeWasLost() {
        final RawTcp tcp = bench.tcp();
        tcp.in(tcp.linuxSyn());
        tcp.expectSynAck();
        tcp.in(tcp.dataSegment(1, 500).and(Packet.FIN));
        tcp.expectAck(502);
        assertTrue(tcp.host().hasSeenEnd());
    }

    @Test
    void shouldNotAcknowledgeDataOnSyn() {
        final RawTcp tcp = bench.tcp();
        final Seg syn =
                Seg.data(tcp.guestKey(), 0, 64).flags(Packet.SYN).mss(1_460).windowScale(7);
        tcp.in(syn);
        tcp.expectSynAck().ack(1);
        tcp.in(Seg.ack().seq(1).ack(1));
        tcp.data(1, 64);
        tcp.expectAck(65);
        assertEquals(64, tcp.host().taken());
    }

    // case 58: RST to nobody is not answered
    @Test
    void shouldIgnoreResetOfAnUnknownConnection() {
        bench.tcp().in(Seg.rst().seq(7));
        bench.expectNothing();
        assertEquals(0, bench.sim().host().attempts());
    }

    // RFC 9293 section 3.5.2, group 1
    @Test
    void shouldResetAnAckOfAnUnknownConnectionWithItsNumber() {
        final RawTcp tcp = bench.tcp();
        tcp.in(Seg.ack().seq(55).ack(1_234));
        tcp.expect(Packet.RST).rawSeq(1_234).length(0);
    }

    @Test
    void shouldResetASegmentWithoutAckOfAnUnknownConnection() {
        final RawTcp tcp = bench.tcp();
        tcp.in(Seg.data(tcp.guestKey(), 0, 10).flags(Packet.FIN).seq(5));
        tcp.expect(Packet.RST | Packet.ACK).rawSeq(0).ack(16);
    }

    // case 15: port 0 is dropped and counted
    @Test
    void shouldDropPortZero() {
        final RawTcp from = bench.tcp(0, Sim.SERVER, PORT);
        from.in(from.linuxSyn());
        final RawTcp to = bench.tcp(40_001, Sim.SERVER, 0);
        to.in(to.linuxSyn());
        bench.expectNothing();
        assertEquals(2, bench.sim().count(Counter.DROP_TCP_PORT_ZERO));
        assertEquals(0, bench.sim().host().attempts());
    }

    private void expectUnreachable(final int code) {
        final RawTcp tcp = bench.tcp();
        tcp.in(tcp.linuxSyn());
        bench.pass(1);
        final Packet answer = bench.next();
        assertTrue(answer.isIcmp(), answer.toString());
        assertEquals(3, answer.icmpType());
        assertEquals(code, answer.icmpCode());
        bench.expectNothing();
        assertEquals(0, bench.sim().stack().tcpFlowCount());
        assertEquals(0, bench.sim().host().openStreams());
    }
}
