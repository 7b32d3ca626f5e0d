package dev.tailrace.netstack.ip;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.link.NeighborTable;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.wire.IpAddress;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpOutputTest {
    private static final int NETWORK = 0x0a00_0200;
    private static final int STRANGER = 0x0a00_0299;
    private static final int REMOTE = 0xc633_6407;
    private static final long GUEST_MAC = 0x0200_0000_0001L;

    private final Counters counters = new Counters();
    private final NeighborTable neighbors = new NeighborTable();
    private final List<Integer> requested = new ArrayList<>();
    private final UnsafeBuffer payload = new UnsafeBuffer(ByteBuffer.allocateDirect(70_000));
    private GuestKernel guest = new GuestKernel(GuestKernel.MTU);
    private IpOutput egress = egress(GuestKernel.MTU);

    private IpOutput egress(final int mtu) {
        final VirtualNetwork network = new VirtualNetwork(NETWORK, 24, mtu, 0, true, true);
        guest = new GuestKernel(mtu);
        neighbors.learn(IpAddress.IPV4_HI, IpAddress.ipv4Lo(GuestSender.GUEST), GUEST_MAC);
        return new IpOutput(
                guest,
                network,
                neighbors,
                (hi, lo) -> requested.add(IpAddress.ipv4(lo)),
                counters,
                0x1234_fffe_0000_0000L);
    }

    private void send(final byte[] bytes, final int segmentBytes) {
        payload.setMemory(0, 70_000, (byte) 0xaa);
        payload.putBytes(3, bytes);
        egress.udp(
                IpAddress.IPV4_HI,
                IpAddress.ipv4Lo(REMOTE),
                53,
                IpAddress.IPV4_HI,
                IpAddress.ipv4Lo(GuestSender.GUEST),
                40_000,
                payload,
                3,
                bytes.length,
                segmentBytes,
                61);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 7, 8, 100, 1471, 1472, 1473, 1480, 1481, 2953, 9000, 65_506, 65_507})
    void shouldDeliverDatagramOfAnySize(final int length) {
        for (final int mtu : new int[] {68, 576, 1500, 9000, 65_520}) {
            egress = egress(mtu);
            final byte[] bytes = GuestSender.payload(length, length);
            send(bytes, 0);
            final GuestPacket packet = guest.takeOne();
            assertArrayEquals(bytes, packet.payload());
            assertEquals(REMOTE, packet.source());
            assertEquals(GuestSender.GUEST, packet.destination());
            assertEquals(53, packet.sourcePort());
            assertEquals(40_000, packet.destinationPort());
            assertEquals(61, packet.ttl());
            assertEquals(GUEST_MAC, packet.destinationMac());
        }
    }

    @Test
    void shouldDropDatagramThatNoIpPacketHolds() {
        send(new byte[65_508], 0);
        assertTrue(guest.take().isEmpty());
        assertEquals(1, counters.get(Counter.DROP_UDP_BAD));
    }

    @ParameterizedTest
    @CsvSource({
        "1200, 12000, 1",
        "1200, 12001, 1",
        "1200, 64800, 1",
        "1472, 65507, 2",
        "100, 6400, 1",
        "100, 6401, 2",
        "1, 200, 4",
        "1200, 1200, 1",
        "1200, 7, 1",
        "1473, 3000, 5"
    })
    void shouldKeepBoundariesOfRun(final int segmentBytes, final int length, final int frames) {
        final byte[] bytes = GuestSender.payload(length, 5);
        send(bytes, segmentBytes);
        assertEquals(frames, guest.frames.size());
        assertRun(bytes, segmentBytes, guest.take());
    }

    @Test
    void shouldSendOneByOneWithoutSegmentationOffload() {
        guest.hasUdpSegmentation = false;
        final byte[] bytes = GuestSender.payload(12_001, 5);
        send(bytes, 1200);
        assertEquals(11, guest.frames.size());
        assertRun(bytes, 1200, guest.take());
        assertEquals(11, counters.get(Counter.UDP_OUT));
    }

    private static void assertRun(final byte[] bytes, final int segmentBytes, final List<GuestPacket> packets) {
        assertEquals((bytes.length + segmentBytes - 1) / segmentBytes, packets.size());
        final ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (int index = 0; index < packets.size(); index++) {
            final byte[] part = packets.get(index).payload();
            assertTrue(
                    part.length == segmentBytes || index == packets.size() - 1, "length of a datagram in the middle");
            joined.writeBytes(part);
        }
        assertArrayEquals(bytes, joined.toByteArray());
    }

    @Test
    void shouldGiveEachDatagramItsOwnIdentification() {
        send(new byte[10], 0);
        send(new byte[2400], 1200);
        send(new byte[10], 0);
        final List<Integer> ids = new ArrayList<>();
        for (final byte[] frame : guest.frames) {
            ids.add((frame[28] & 0xff) << 8 | frame[29] & 0xff);
        }
        assertEquals(List.of(0xfffe, 0xffff, 0x0001), ids);
    }

    @Test
    void shouldHoldDatagramsForAnUnknownNeighbour() {
        payload.putInt(0, 0x01020304);
        sendToStranger(0, 3, 0);
        sendToStranger(3, 1, 0);
        assertTrue(guest.take().isEmpty());
        assertEquals(List.of(STRANGER), requested, "asked for once");
        assertTrue(egress.isHolding());

        neighbors.learn(IpAddress.IPV4_HI, IpAddress.ipv4Lo(STRANGER + 1), GUEST_MAC);
        assertTrue(guest.take().isEmpty(), "another neighbour");
        neighbors.learn(IpAddress.IPV4_HI, IpAddress.ipv4Lo(STRANGER), GUEST_MAC);
        final List<GuestPacket> packets = guest.take();
        assertEquals(2, packets.size());
        assertEquals(STRANGER, packets.getFirst().destination());
        assertEquals(GUEST_MAC, packets.getFirst().destinationMac());
        assertEquals(3, packets.getFirst().payload().length);
        assertEquals(1, packets.getLast().payload().length);
        assertFalse(egress.isHolding());
        assertEquals(0, counters.get(Counter.DROP_NEIGHBOUR_UNKNOWN));
    }

    @Test
    void shouldHoldNoMoreThanThereIsRoomFor() {
        sendToStranger(0, HeldDatagrams.MAX_BYTES + 1, 0);
        assertEquals(1, counters.get(Counter.DROP_NEIGHBOUR_UNKNOWN));
        sendToStranger(0, 10 * (HeldDatagrams.CAPACITY + 2), 10);
        assertEquals(3, counters.get(Counter.DROP_NEIGHBOUR_UNKNOWN));
        neighbors.learn(IpAddress.IPV4_HI, IpAddress.ipv4Lo(STRANGER), GUEST_MAC);
        assertEquals(HeldDatagrams.CAPACITY, guest.take().size());
    }

    @Test
    void shouldForgetHeldDatagrams() {
        sendToStranger(0, 10, 0);
        egress.forgetHeld();
        assertFalse(egress.isHolding());
        assertEquals(1, counters.get(Counter.DROP_NEIGHBOUR_UNKNOWN));
        neighbors.learn(IpAddress.IPV4_HI, IpAddress.ipv4Lo(STRANGER), GUEST_MAC);
        assertTrue(guest.take().isEmpty());
    }

    private void sendToStranger(final int offset, final int length, final int segmentBytes) {
        egress.udp(
                IpAddress.IPV4_HI,
                IpAddress.ipv4Lo(REMOTE),
                53,
                IpAddress.IPV4_HI,
                IpAddress.ipv4Lo(STRANGER),
                4000,
                payload,
                offset,
                length,
                segmentBytes,
                64);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, NETWORK | 0xff})
    void shouldBroadcastToEveryone(final int destination) {
        egress.udp(0, IpAddress.ipv4Lo(REMOTE), 67, 0, IpAddress.ipv4Lo(destination), 68, payload, 0, 300, 0, 64);
        final GuestPacket packet = guest.takeOne();
        assertEquals(0xffff_ffff_ffffL, packet.destinationMac());
        assertEquals(destination, packet.destination());
    }

    @Test
    void shouldRefuseIpv6() {
        egress.udp(1, 2, 3, 4, 5, 6, payload, 0, 10, 0, 64);
        assertTrue(guest.take().isEmpty());
        assertEquals(1, counters.get(Counter.DROP_IPV6_UNSUPPORTED));
    }

    @Test
    void shouldCountRefusedFrame() {
        guest.refuses = true;
        send(new byte[100], 0);
        assertEquals(1, counters.get(Counter.TRANSMIT_FAILED));
        assertEquals(0, counters.get(Counter.FRAMES_OUT));
        guest.refuses = false;
        send(new byte[100], 0);
        assertEquals(1, counters.get(Counter.FRAMES_OUT));
        assertEquals(142, counters.get(Counter.BYTES_OUT));
    }
}
