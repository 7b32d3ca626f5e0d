package dev.tailrace.netstack.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.hostile.Frames;
import dev.tailrace.netstack.hostile.Raw;
import dev.tailrace.netstack.testkit.HostScript;
import dev.tailrace.netstack.testkit.Ipv6Bench;
import dev.tailrace.netstack.testkit.Ipv6Frames;
import dev.tailrace.netstack.testkit.SimHostStream;
import dev.tailrace.netstack.wire.IpAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A published port of a guest whose server listens in one family only.
final class FallbackAddressTest {
    private static final int PUBLISHED = 8080;
    private static final int CLIENT = 0xc633_6409;
    private static final int CLIENT_PORT = 50_000;
    private static final int PORT = 80;
    private static final int GUEST4 = 0x0a00_0264;
    private static final int GATEWAY4 = 0x0a00_0202;
    private static final String GATEWAY6 = "fd00::2";
    private static final long WAIT_NS = 100_000_000L;
    private static final byte[] NO_OPTIONS = {};

    private final Ipv6Bench bench = new Ipv6Bench();
    private final List<byte[]> seen = new ArrayList<>();

    @Test
    void shouldAskAtTheIpv4AddressWhenTheIpv6AddressRefuses() {
        publish(hi6(), lo6(), IpAddress.IPV4_HI, IpAddress.ipv4Lo(GUEST4));
        final SimHostStream stream = client();
        final byte[] first = syn6();
        assertEquals("fd00:0:0:0:0:0:0:2", Ipv6Frames.source(first), "an IPv4 client is the gateway over IPv6");
        refuse6(first);
        final byte[] second = syn4();
        assertEquals(GUEST4, Raw.i32(second, Raw.IP + 16));
        assertEquals(GATEWAY4, Raw.i32(second, Raw.IP + 12), "a client of the other family is the gateway");
        assertEquals(CLIENT_PORT, Raw.u16(second, Raw.TRANSPORT));
        assertEquals(1, bench.stack().tcpFlowCount());
        final List<byte[]> answer = bench.send(tcp4(GATEWAY4, Frames.SYN | Frames.ACK, 9000, sequence(second) + 1));
        assertEquals(Frames.ACK, Raw.u8(answer.getFirst(), Raw.TRANSPORT + 13), "the handshake ends");
        assertFalse(stream.isGone());
    }

    @Test
    void shouldResetTheClientWhenBothRefuse() {
        publish(hi6(), lo6(), IpAddress.IPV4_HI, IpAddress.ipv4Lo(GUEST4));
        final SimHostStream stream = client();
        refuse6(syn6());
        final byte[] second = syn4();
        bench.send(tcp4(GATEWAY4, Frames.RST | Frames.ACK, 0, sequence(second) + 1));
        assertTrue(stream.isGone());
        assertEquals(0, bench.stack().tcpFlowCount());
    }

    @Test
    void shouldAskAtTheIpv6AddressWhenTheIpv4AddressRefuses() {
        publish(IpAddress.IPV4_HI, IpAddress.ipv4Lo(GUEST4), hi6(), lo6());
        client();
        final byte[] first = syn4();
        assertEquals(CLIENT, Raw.i32(first, Raw.IP + 12));
        seen.addAll(bench.send(tcp4(CLIENT, Frames.RST | Frames.ACK, 0, sequence(first) + 1)));
        assertEquals("fd00:0:0:0:0:0:0:64", Ipv6Frames.destination(syn6()));
    }

    private void publish(final long hi, final long lo, final long otherHi, final long otherLo) {
        final PortForwards forwards = bench.stack().forwards();
        final int id =
                forwards.add(PortForward.Protocol.TCP, IpAddress.IPV4_HI, IpAddress.ipv4Lo(0), PUBLISHED, hi, lo, PORT);
        forwards.fallBackTo(id, otherHi, otherLo);
    }

    private SimHostStream client() {
        return bench.host().client(PUBLISHED, CLIENT, CLIENT_PORT, HostScript.sink());
    }

    /// The bench's guest has made its IPv6 address known.
    private byte[] syn6() {
        return next(Ipv6Frames.TRANSPORT, 0x86dd);
    }

    private byte[] syn4() {
        seen.addAll(bench.after(0));
        seen.addAll(bench.send(Frames.arp(2, GUEST4, GATEWAY4)));
        return next(Raw.TRANSPORT, 0x0800);
    }

    /// The only SYN of a family among what has come out.
    private byte[] next(final int transport, final int etherType) {
        seen.addAll(bench.after(WAIT_NS));
        final List<byte[]> found = seen.stream()
                .filter(sent -> Raw.u16(sent, Raw.ETHERNET + 12) == etherType)
                .filter(sent -> Raw.u8(sent, etherType == 0x0800 ? Raw.IP + 9 : Raw.IP + 6) == Ipv6Frames.TCP)
                .filter(sent -> Raw.u8(sent, transport + 13) == Frames.SYN)
                .toList();
        seen.clear();
        assertEquals(1, found.size(), "SYNs");
        return found.getFirst();
    }

    private void refuse6(final byte[] syn) {
        final byte[] segment = ByteBuffer.allocate(20)
                .putShort((short) PORT)
                .putShort((short) CLIENT_PORT)
                .putInt(0)
                .putInt(Raw.i32(syn, Ipv6Frames.TRANSPORT + 4) + 1)
                .put((byte) 0x50)
                .put((byte) (Frames.RST | Frames.ACK))
                .array();
        seen.addAll(bench.send(Ipv6Frames.summed(
                Ipv6Frames.frame(
                        Ipv6Bench.OUR_MAC, Ipv6Bench.GUEST_MAC, Ipv6Bench.GUEST, GATEWAY6, Ipv6Frames.TCP, 64, segment),
                Ipv6Frames.TCP,
                16)));
    }

    private static byte[] tcp4(
            final int peer, final int flags, final int sequence, final int acknowledgement, final byte... payload) {
        return Frames.tcp(PORT, peer, CLIENT_PORT, flags, sequence, acknowledgement, NO_OPTIONS, payload);
    }

    private static int sequence(final byte[] frame) {
        return Raw.i32(frame, Raw.TRANSPORT + 4);
    }

    private static long hi6() {
        return Ipv6Frames.hi(Ipv6Bench.GUEST);
    }

    private static long lo6() {
        return Ipv6Frames.lo(Ipv6Bench.GUEST);
    }
}
