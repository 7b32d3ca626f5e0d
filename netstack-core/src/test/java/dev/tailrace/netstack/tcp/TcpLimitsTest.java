package dev.tailrace.netstack.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.host.HostErrno;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.testkit.HostScript;
import dev.tailrace.netstack.testkit.IcmpFrames;
import dev.tailrace.netstack.testkit.Packet;
import dev.tailrace.netstack.testkit.RawTcp;
import dev.tailrace.netstack.testkit.Seg;
import dev.tailrace.netstack.testkit.Sim;
import dev.tailrace.netstack.testkit.TcpBench;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What runs out: descriptors, ports, memory, flows; and that a failure leaves nothing behind.
class TcpLimitsTest {
    private static final int PORT = 80;

    private final TcpBench bench = TcpBench.of("limits");

    // case 73, 74: no descriptors or ports: new connections are refused, those there go on
    @ParameterizedTest
    @ValueSource(
            ints = {
                HostErrno.EMFILE,
                HostErrno.ENFILE,
                HostErrno.ENOBUFS,
                HostErrno.ENOMEM,
                HostErrno.EADDRNOTAVAIL,
                HostErrno.ECONNREFUSED
            })
    void shouldResetANewConnectionWhenNoSocketCanBeMade(final int errno) {
        final RawTcp old = bench.established();
        bench.sim().host().failNext(1, errno);
        final RawTcp refused = bench.tcp(41_000, Sim.SERVER, 81);
        refused.in(refused.linuxSyn());
        refused.expect(Packet.RST | Packet.ACK).rawSeq(0).ack(1);
        old.data(1, 10);
        old.expectAck(11);
        final RawTcp next = bench.tcp(41_001, Sim.SERVER, 81);
        next.handshake();
        assertEquals(2, bench.sim().stack().tcpFlowCount());
    }

    // case 28: no failed attempt leaves a flow, a socket or memory behind
    @ParameterizedTest
    @ValueSource(
            ints = {
                HostErrno.ECONNREFUSED,
                HostErrno.ENETUNREACH,
                HostErrno.EHOSTUNREACH,
                HostErrno.ETIMEDOUT,
                HostErrno.EACCES,
                HostErrno.EPERM,
                HostErrno.EMFILE,
                HostErrno.EADDRNOTAVAIL
            })
    void shouldLeaveNothingBehindOfAFailedConnection(final int errno) {
        bench.sim().host().script(PORT, HostScript.refuses(errno));
        for (int attempt = 0; attempt < 50; attempt++) {
            final RawTcp tcp = bench.tcp();
            tcp.in(tcp.linuxSyn());
            bench.pass(1);
        }
        assertEquals(0, bench.sim().stack().tcpFlowCount(), "at once, and not when its timer ends");
        bench.sim().host().script(PORT, HostScript.refusesAtOnce(errno));
        for (int attempt = 0; attempt < 50; attempt++) {
            final RawTcp tcp = bench.tcp();
            tcp.in(tcp.linuxSyn());
        }
        bench.pass(10_000);
        assertEquals(0, bench.sim().stack().tcpFlowCount());
        assertEquals(0, bench.sim().host().openStreams());
        assertEquals(0, bench.sim().stack().slabUsedBytes());
        assertEquals(Long.MAX_VALUE, bench.sim().stack().nextDeadlineNs());
    }

    // case 14, 28: neither does a reset
    @Test
    void shouldLeaveNoDeadlineBehindOfAResetConnection() {
        final RawTcp tcp = bench.established();
        tcp.host().write(1_000);
        tcp.expectData(1, 1_000);
        tcp.in(Seg.rst().seq(1));
        bench.pass(10_000);
        bench.expectNothing();
        assertEquals(Long.MAX_VALUE, bench.sim().stack().nextDeadlineNs());
    }

    // case 48: a full table refuses, and takes the next one as soon as there is room
    @Test
    void shouldTakeConnectionsAgainAsSoonAsThereIsRoom() {
        final TcpBench small = new TcpBench(
                Sim.of("limits-table", 1).tcp(new TcpConfig(2, 2, 1 << 20, 7_200_000_000_000L, 300_000_000_000L)));
        final RawTcp first = small.established();
        final RawTcp second = small.tcp(41_000, Sim.SERVER, 81).handshake();
        final RawTcp third = small.tcp(41_001, Sim.SERVER, 82);
        third.in(third.linuxSyn());
        third.expect(Packet.RST | Packet.ACK).ack(1);
        first.in(Seg.rst().seq(1));
        third.handshake();
        second.data(1, 10);
        second.expectAck(11);
    }

    // case 27: the table is as full as it gets, and every third flow goes
    @Test
    void shouldFindTheFlowsThatStayWhenOthersGo() {
        final RawTcp[] flows = new RawTcp[127];
        for (int index = 0; index < flows.length; index++) {
            flows[index] = bench.tcp(41_000 + index, Sim.SERVER, 1_000 + index).handshake();
        }
        for (int index = 0; index < flows.length; index += 3) {
            flows[index].in(Seg.rst().seq(1));
        }
        assertEquals(flows.length - 43, bench.sim().stack().tcpFlowCount());
        for (int index = 0; index < flows.length; index++) {
            if (index % 3 != 0) {
                flows[index].data(1, 10);
                flows[index].expectAck(11);
            }
        }
    }

    // memory is exhausted by other flows: bytes wait where they are, nothing is lost, nothing is reset
    @Test
    void shouldWaitForMemory() {
        final TcpBench small = new TcpBench(Sim.of("limits-memory", 1).memory(2 << 20));
        final RawTcp[] flows = new RawTcp[140];
        for (int index = 0; index < flows.length; index++) {
            flows[index] = small.tcp(41_000 + index, Sim.SERVER, 1_000 + index).handshake();
        }
        for (final RawTcp flow : flows) {
            flow.host().write(200_000);
        }
        small.discard();
        assertTrue(small.sim().stack().slabUsedBytes() > 1 << 20);
        assertEquals(flows.length, small.sim().stack().tcpFlowCount());
        for (final RawTcp flow : flows) {
            flow.in(Seg.rst().seq(1));
        }
        small.pass(100);
        assertEquals(0, small.sim().stack().slabUsedBytes());
        assertEquals(0, small.sim().stack().tcpFlowCount());
    }

    // what neither the host nor the backlog could take is not acknowledged, and taken when it comes again
    @Test
    void shouldNotAcknowledgeWhatCouldNotBeKept() {
        final TcpBench small = new TcpBench(Sim.of("limits-backlog", 1).memory(2 << 20));
        small.sim().host().script(PORT, HostScript.manual().buffers(10_000, 10_000));
        final RawTcp tcp = small.tcp().handshake();
        final RawTcp[] others = new RawTcp[128];
        for (int index = 0; index < others.length; index++) {
            others[index] = small.tcp(41_000 + index, Sim.SERVER, 1_000 + index).handshake();
        }
        for (final RawTcp other : others) {
            other.host().write(200_000);
        }
        small.discard();
        assertEquals(2 << 20, small.sim().stack().slabUsedBytes());
        tcp.host().reading(false);
        tcp.data(1, 16_000);
        tcp.expectAck(10_001);
        assertEquals(1, small.sim().count(Counter.DROP_TCP_NO_MEMORY));
        for (final RawTcp other : others) {
            other.in(Seg.rst().seq(1));
        }
        tcp.data(10_001, 6_000);
        tcp.expectAck(16_001);
        tcp.host().reading(true);
        small.settle();
        assertEquals(16_000, tcp.host().taken());
    }

    // a ring whose bytes are all acknowledged gives its memory back
    @Test
    void shouldGiveMemoryBackWhenAllIsAcknowledged() {
        final RawTcp tcp = bench.established();
        tcp.host().write(50_000);
        bench.discard();
        assertTrue(bench.sim().stack().slabUsedBytes() > 0);
        tcp.ack(1, 50_001);
        assertEquals(0, bench.sim().stack().slabUsedBytes());
        assertFalse(tcp.host().isGone());
    }

    @Test
    void shouldNotEndAConnectionForASpuriousEvent() {
        final RawTcp tcp = bench.established();
        for (int event = 0; event < 20; event++) {
            tcp.host().spurious();
            bench.settle();
        }
        bench.expectNothing();
        tcp.data(1, 10);
        tcp.expectAck(11);
    }

    // case 52, RFC 5927: an ICMP error about an unknown connection changes nothing; neither does one about a known one
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 13})
    void shouldNotEndAConnectionForAnIcmpError(final int code) {
        final RawTcp tcp = bench.established();
        tcp.host().write(100);
        tcp.expectData(1, 100);
        bench.send(IcmpFrames.unreachable(tcp.addresses(), code, tcp.stackIss() + 1));
        bench.send(IcmpFrames.unreachable(bench.tcp().addresses(), code, 7));
        bench.expectNothing();
        assertFalse(tcp.host().isGone());
        tcp.ack(1, 101);
        tcp.data(1, 10);
        tcp.expectAck(11);
    }
}
