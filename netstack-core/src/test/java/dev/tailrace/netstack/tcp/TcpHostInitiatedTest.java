package dev.tailrace.netstack.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.stack.PortForward;
import dev.tailrace.netstack.testkit.HostScript;
import dev.tailrace.netstack.testkit.Packet;
import dev.tailrace.netstack.testkit.RawTcp;
import dev.tailrace.netstack.testkit.Seg;
import dev.tailrace.netstack.testkit.Sim;
import dev.tailrace.netstack.testkit.SimHostStream;
import dev.tailrace.netstack.testkit.TcpBench;
import dev.tailrace.netstack.wire.IpAddress;
import org.junit.jupiter.api.Test;

/// Connections that clients of the host make to a published port.
class TcpHostInitiatedTest {
    private static final int PUBLISHED = 8_080;
    private static final int GUEST_PORT = 80;
    private static final int CLIENT = 0xcb00_7109;
    private static final int CLIENT_PORT = 51_234;

    private final TcpBench bench = TcpBench.of("host-initiated");

    @Test
    void shouldAskForTheNeighbourAndThenSendSynFromTheClientsAddress() {
        publish();
        client();
        bench.pass(200);
        final Packet syn = bench.next();
        assertEquals(1, bench.arp().size());
        assertTrue(syn.isTcp() && syn.flags() == Packet.SYN, syn.toString());
        assertEquals(CLIENT, syn.source());
        assertEquals(CLIENT_PORT, syn.sourcePort());
        assertEquals(bench.sim().network().guest(), syn.destination());
        assertEquals(GUEST_PORT, syn.destinationPort());
        assertEquals(1_460, syn.mss());
        assertEquals(7, syn.windowScale());
    }

    // case 3: the handshake's ACK goes out at once, whether the host has bytes or not
    @Test
    void shouldAcknowledgeSynAckWithoutDelay() {
        final SimHostStream stream = connect();
        final RawTcp tcp = tcp();
        tcp.accept(syn());
        tcp.expectAck(1).seq(1);
        bench.expectNothing();
        assertFalse(stream.isGone());
    }

    // case 3: and it precedes the bytes
    @Test
    void shouldAcknowledgeSynAckBeforeItSendsBytes() {
        final SimHostStream stream = connect();
        stream.write(500);
        bench.settle();
        final RawTcp tcp = tcp();
        tcp.accept(syn());
        tcp.expectAck(1).seq(1);
        tcp.expectData(1, 500);
    }

    // case 3: a server in the guest that speaks first
    @Test
    void shouldTakeBytesOfAServerThatSpeaksFirst() {
        final SimHostStream stream = connect();
        final RawTcp tcp = tcp();
        tcp.accept(syn());
        tcp.expectAck(1);
        tcp.data(1, 25);
        tcp.expectAck(26);
        assertEquals(25, stream.taken());
    }

    @Test
    void shouldShowALoopbackClientAsTheGateway() {
        publish();
        bench.sim().host().client(PUBLISHED, 0x7f00_0001, CLIENT_PORT, HostScript.manual());
        bench.pass(200);
        assertEquals(bench.sim().network().gateway(), bench.next().source());
    }

    @Test
    void shouldRepeatSynUntilTheGuestAnswers() {
        connect();
        final Packet first = syn();
        bench.pass(1_100);
        assertEquals(first.seq(), bench.next().seq());
        bench.pass(2_100);
        final Packet third = bench.next();
        assertEquals(first.seq(), third.seq());
        tcp().accept(third).expectAck(1);
    }

    @Test
    void shouldResetTheClientWhenTheGuestRefuses() {
        final SimHostStream stream = connect();
        final RawTcp tcp = tcp();
        final Packet syn = syn();
        tcp.in(Seg.rst().and(Packet.ACK).seq(0).ack(syn.seq() + 1 - tcp.stackIss()));
        assertTrue(stream.isReset(), "the client must see that it was refused");
        assertEquals(0, bench.sim().stack().tcpFlowCount());
    }

    @Test
    void shouldResetTheClientWhenTheGuestNeverAnswers() {
        final SimHostStream stream = connect();
        bench.pass(400_000);
        assertTrue(stream.isReset());
        assertEquals(0, bench.sim().stack().tcpFlowCount());
    }

    @Test
    void shouldResetTheClientWhenThereIsNoGuest() {
        bench.answeringArp(false);
        publish();
        final SimHostStream stream = client();
        bench.pass(400_000);
        bench.expectNothing();
        assertTrue(stream.isReset());
        assertTrue(bench.arp().size() >= 2, bench.arp().size() + " ARP requests");
        assertEquals(0, bench.sim().stack().tcpFlowCount());
    }

    @Test
    void shouldConnectAsSoonAsTheGuestAnswersArp() {
        bench.answeringArp(false);
        publish();
        client();
        bench.pass(1_000);
        bench.expectNothing();
        bench.answeringArp(true);
        bench.pass(3_000);
        assertTrue(bench.next().has(Packet.SYN));
    }

    // case 62: both ends send SYN at once
    @Test
    void shouldPassThroughSimultaneousOpen() {
        final SimHostStream stream = connect();
        final RawTcp tcp = tcp();
        final Packet ours = syn();
        tcp.in(tcp.linuxSyn());
        tcp.expectSynAck().rawSeq(ours.seq());
        tcp.in(Seg.synAck().ack(1).mss(1_460).windowScale(7));
        bench.discard();
        tcp.data(1, 10);
        tcp.look(bench.drain().getLast()).ack(11);
        assertEquals(10, stream.taken());
        assertEquals(0, bench.sim().host().attempts(), "a SYN of known addresses opens no second connection");
    }

    @Test
    void shouldIgnoreASynAckThatAcknowledgesSomethingElse() {
        connect();
        final RawTcp tcp = tcp();
        final Packet syn = syn();
        tcp.in(Seg.synAck().ack(syn.seq() + 99 - tcp.stackIss()));
        tcp.expect(Packet.RST).rawSeq(syn.seq() + 99);
        tcp.accept(syn).expectAck(1);
    }

    @Test
    void shouldEndInOrderWhenTheClientEndsFirst() {
        final SimHostStream stream = connect();
        final RawTcp tcp = tcp();
        tcp.accept(syn());
        tcp.expectAck(1);
        stream.write(10);
        stream.end();
        bench.settle();
        final Packet last = bench.drain().getLast();
        assertTrue(last.has(Packet.FIN), last.toString());
        tcp.in(tcp.dataSegment(1, 2_000).ack(12));
        tcp.in(Seg.fin().seq(2_001).ack(12));
        bench.discard();
        assertEquals(2_000, stream.taken());
        assertTrue(stream.isClosed());
        bench.pass(3_000);
        assertEquals(0, bench.sim().stack().tcpFlowCount());
    }

    @Test
    void shouldResetTheGuestWhenTheClientResetsDuringTheHandshake() {
        final SimHostStream stream = connect();
        final Packet syn = syn();
        stream.fail(dev.tailrace.netstack.host.HostErrno.ECONNRESET);
        bench.settle();
        tcp().accept(syn);
        bench.settle();
        final Packet last = bench.drain().getLast();
        assertTrue(last.has(Packet.RST), last.toString());
        assertEquals(0, bench.sim().stack().tcpFlowCount());
        assertTrue(stream.isGone());
    }

    @Test
    void shouldRefuseAClientWhoseAddressesAreInUse() {
        connect();
        bench.discard();
        bench.sim().host().client(PUBLISHED, CLIENT, CLIENT_PORT, HostScript.manual());
        bench.settle();
        assertEquals(1, bench.sim().host().refused());
        assertEquals(1, bench.sim().stack().tcpFlowCount());
    }

    // case 73: a table that is full refuses clients and keeps the port open
    @Test
    void shouldRefuseClientsBeyondTheLimitAndGoOnListening() {
        final TcpConfig config = new TcpConfig(2, 2, 1 << 20, 7_200_000_000_000L, 300_000_000_000L);
        final TcpBench small = new TcpBench(Sim.of("host-initiated-limit", 1).tcp(config));
        publish(small);
        for (int index = 0; index < 5; index++) {
            small.sim().host().client(PUBLISHED, CLIENT, CLIENT_PORT + index, HostScript.manual());
        }
        small.pass(100);
        assertEquals(3, small.sim().host().refused());
        assertTrue(small.sim().host().isListening(PUBLISHED));
        assertEquals(2, small.sim().stack().tcpFlowCount());
    }

    @Test
    void shouldStopListeningWhenTheForwardIsRemovedAndKeepConnections() {
        final int id = publish();
        final SimHostStream stream = client();
        bench.pass(200);
        final RawTcp tcp = tcp();
        tcp.accept(bench.next());
        tcp.expectAck(1);
        assertTrue(bench.sim().stack().forwards().remove(id));
        assertFalse(bench.sim().host().isListening(PUBLISHED));
        tcp.data(1, 10);
        tcp.expectAck(11);
        assertEquals(10, stream.taken());
    }

    private int publish() {
        return publish(bench);
    }

    private static int publish(final TcpBench of) {
        final VirtualNetwork network = of.sim().network();
        return of.sim()
                .stack()
                .forwards()
                .add(
                        PortForward.Protocol.TCP,
                        IpAddress.IPV4_HI,
                        IpAddress.ipv4Lo(0),
                        PUBLISHED,
                        IpAddress.IPV4_HI,
                        IpAddress.ipv4Lo(network.guest()),
                        GUEST_PORT);
    }

    private SimHostStream client() {
        return bench.sim().host().client(PUBLISHED, CLIENT, CLIENT_PORT, HostScript.manual());
    }

    private SimHostStream connect() {
        publish();
        final SimHostStream stream = client();
        bench.pass(200);
        return stream;
    }

    private Packet syn() {
        final Packet syn = bench.next();
        assertTrue(syn.flags() == Packet.SYN, syn.toString());
        return syn;
    }

    private RawTcp tcp() {
        return bench.tcp(GUEST_PORT, CLIENT, CLIENT_PORT);
    }
}
