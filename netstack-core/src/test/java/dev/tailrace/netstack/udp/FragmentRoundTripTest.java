package dev.tailrace.netstack.udp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.ip.Fragment;
import dev.tailrace.netstack.ip.GuestKernel;
import dev.tailrace.netstack.ip.GuestSender;
import dev.tailrace.netstack.ip.IngressPacket;
import dev.tailrace.netstack.ip.IpOutput;
import dev.tailrace.netstack.ip.Reassembly;
import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.link.NeighborTable;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.timer.TimerQueue;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.netstack.wire.Ipv4Flyweight;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Fragments made by the egress, put together in any order by the reassembly, and sent to the host from its buffer.
class FragmentRoundTripTest {
    private static final int IP_OFFSET = 24;

    private final UdpFixture net = UdpFixture.open();
    private final Ipv4Flyweight ip = new Ipv4Flyweight();
    private final IngressPacket packet = new IngressPacket();

    @ParameterizedTest
    @CsvSource({"1500, 1473, 1", "1500, 65507, 2", "68, 65507, 3", "576, 9001, 4", "9000, 65506, 5", "65520, 65507, 6"})
    void shouldSurviveFragmentation(final int mtu, final int length, final long seed) {
        final byte[] payload = GuestSender.payload(length, (int) seed);
        final List<byte[]> fragments = fragments(mtu, payload);
        Collections.shuffle(fragments, new Random(seed));
        final Reassembly reassembly = new Reassembly(new TimerQueue(), none(), net.counters, net.udp::flush);
        final UnsafeBuffer frame = new UnsafeBuffer(ByteBuffer.allocateDirect(66_000));
        int completed = 0;
        for (final byte[] fragment : fragments) {
            frame.putBytes(0, fragment);
            if (reassembly.onFragment(frame, new Fragment().ofIpv4(IP_OFFSET, ip.wrap(frame, IP_OFFSET)), net.nowNs)) {
                completed++;
                net.udp.onPacket(packet(reassembly), net.nowNs);
            }
        }
        frame.setMemory(0, 66_000, (byte) 0xee);
        net.udp.flush();
        assertEquals(1, completed, "seed " + seed);
        final FakeSockets.Sent sent = net.sentOne();
        assertArrayEquals(payload, sent.payload(), "seed " + seed);
        assertEquals(UdpFixture.REMOTE, sent.destination());
        assertEquals(0, net.count(Counter.DROP_UDP_CHECKSUM));
    }

    /// What an egress towards REMOTE makes of a datagram of the guest.
    private static List<byte[]> fragments(final int mtu, final byte[] payload) {
        final GuestKernel link = new GuestKernel(mtu);
        final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(payload.length));
        buffer.putBytes(0, payload);
        final long guest = IpAddress.ipv4Lo(UdpFixture.GUEST);
        final long remote = IpAddress.ipv4Lo(UdpFixture.REMOTE);
        egress(link, mtu).udp(0, guest, 5000, 0, remote, 7, buffer, 0, payload.length, 0, 64);
        final List<byte[]> fragments = new ArrayList<>(link.frames);
        assertTrue(fragments.size() > 1);
        assertArrayEquals(payload, link.takeOne().payload());
        return fragments;
    }

    private static IpOutput egress(final GuestKernel link, final int mtu) {
        final NeighborTable neighbors = new NeighborTable();
        neighbors.learn(0, IpAddress.ipv4Lo(UdpFixture.REMOTE), UdpFixture.GUEST_MAC);
        final VirtualNetwork network = new VirtualNetwork(0x0a00_0200, 24, mtu, 0, true, true);
        return new IpOutput(link, network, neighbors, (hi, lo) -> {}, new Counters(), 0xffff);
    }

    /// No datagram times out here.
    private static IpOutput none() {
        return egress(new GuestKernel(GuestKernel.MTU), GuestKernel.MTU);
    }

    private IngressPacket packet(final Reassembly reassembly) {
        final UnsafeBuffer whole = reassembly.buffer();
        packet.buffer.wrap(whole, 0, whole.capacity());
        packet.ipOffset = reassembly.ipOffset();
        packet.transportOffset = reassembly.ipOffset() + Ipv4Flyweight.HEADER_LENGTH;
        packet.transportLength = reassembly.totalLength() - Ipv4Flyweight.HEADER_LENGTH;
        packet.protocol = 17;
        packet.hopLimit = 64;
        packet.sourceLo = IpAddress.ipv4Lo(UdpFixture.GUEST);
        packet.destinationLo = IpAddress.ipv4Lo(UdpFixture.REMOTE);
        return packet;
    }
}
