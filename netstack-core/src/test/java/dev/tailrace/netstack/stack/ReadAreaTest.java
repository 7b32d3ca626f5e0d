package dev.tailrace.netstack.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.link.LinkDevice;
import dev.tailrace.netstack.wire.EtherType;
import dev.tailrace.netstack.wire.EthernetFlyweight;
import dev.tailrace.netstack.wire.IpProtocol;
import dev.tailrace.netstack.wire.Ipv4Flyweight;
import dev.tailrace.netstack.wire.Ipv6Flyweight;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class ReadAreaTest {
    private static final int IP = LinkDevice.VNET_HEADER_LENGTH + EthernetFlyweight.HEADER_LENGTH;
    private static final int BULK = 64_304;
    private static final int SHORT = 100;
    private static final int NOBODYS_PORTS = 0;
    private static final int ONE = 40_000 << 16 | 80;
    private static final int OTHER = 40_001 << 16 | 80;

    private final UnsafeBuffer buffer =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(NetworkStack.MIN_READ_AREA_LENGTH, 64));
    private final ReadArea area = new ReadArea(buffer);

    @Test
    void shouldHoldBulkAndWhatFollowsItOfItsConnection() {
        assertFalse(ipv4(SHORT, ONE), "nothing of it is held");
        assertTrue(ipv4(BULK, ONE));
        assertFalse(ipv4(SHORT, OTHER));
        assertTrue(ipv4(SHORT, ONE));
        assertEquals(0, area.heldOffset());
        assertEquals(BULK, area.heldLength());
        area.release();
        assertEquals(SHORT, area.heldLength());
        assertTrue(ipv4(SHORT, ONE));
        area.release();
        area.release();
        assertFalse(area.isHolding());
        assertFalse(ipv4(SHORT, ONE));
    }

    @Test
    void shouldTellConnectionsOfIpv6ByAllOfTheirAddresses() {
        assertTrue(ipv6(BULK, 1, ONE));
        assertFalse(ipv6(SHORT, 2, ONE));
        assertFalse(ipv6(SHORT, 1, OTHER));
        assertFalse(ipv4(SHORT, ONE));
        assertTrue(ipv6(SHORT, 1, ONE));
    }

    @Test
    void shouldNotHoldTheBulkOfWhoSentTheLatestMessage() {
        ipv4At(area.room(), ONE, 0x45, IpProtocol.TCP);
        assertFalse(area.hold(BULK, ONE));
        assertTrue(area.hold(BULK, OTHER));
    }

    @Test
    void shouldHoldNothingButPlainTcp() {
        final int at = area.room();
        ipv4At(at, ONE, 0x46, IpProtocol.TCP);
        assertFalse(area.hold(BULK, NOBODYS_PORTS), "IP options");
        ipv4At(at, ONE, 0x45, IpProtocol.UDP);
        assertFalse(area.hold(BULK, NOBODYS_PORTS), "UDP");
        ethernetAt(at, EtherType.ARP);
        assertFalse(area.hold(BULK, NOBODYS_PORTS), "ARP");
        ipv4At(at, ONE, 0x45, IpProtocol.TCP);
        assertFalse(area.hold(LinkDevice.MAX_FRAME_LENGTH + 1, NOBODYS_PORTS), "longer than what was read");
        assertTrue(area.hold(BULK, NOBODYS_PORTS));
        ipv4At(area.room(), ONE, 0x45, IpProtocol.TCP);
        assertFalse(area.hold(IP + 39, NOBODYS_PORTS), "shorter than its headers");
    }

    @Test
    void shouldHaveNoRoomBeforeTheOldestIsReleased() {
        assertTrue(ipv4(BULK, ONE));
        assertTrue(ipv4(BULK, ONE));
        assertTrue(ipv4(BULK, ONE));
        assertTrue(ipv4(BULK, ONE));
        assertEquals(ReadArea.NO_ROOM, area.room());
        area.clear();
        assertEquals(ReadArea.NO_ROOM, area.room(), "what is held was cleared");
        area.release();
        assertEquals(ReadArea.NO_ROOM, area.room(), "a frame may be longer than the one that was there");
        area.release();
        assertEquals(0, area.room());
    }

    @Test
    void shouldHaveNoRoomForMoreThanItCanTell() {
        assertTrue(ipv4(BULK, ONE));
        int held = 1;
        while (area.room() != ReadArea.NO_ROOM) {
            assertTrue(ipv4(SHORT, ONE));
            held++;
        }
        assertEquals(16, held);
    }

    @Test
    void shouldHaveRoomAgainWhenCleared() {
        while (area.room() != ReadArea.NO_ROOM) {
            area.keep(BULK);
        }
        area.clear();
        assertEquals(0, area.room());
    }

    /// Frames of any length come and go; none that is held is ever overwritten, and they come out in order.
    @Test
    void shouldKeepWhatItHoldsWhole() {
        final long seed = new Random().nextLong();
        final Random random = new Random(seed);
        final Deque<int[]> expected = new ArrayDeque<>();
        for (int i = 0; i < 20_000; i++) {
            final int at = area.room();
            if (at == ReadArea.NO_ROOM || random.nextInt(3) == 0) {
                if (area.isHolding()) {
                    final int[] oldest = expected.remove();
                    assertEquals(oldest[0], area.heldOffset(), "seed " + seed);
                    assertEquals(oldest[1], area.heldLength(), "seed " + seed);
                    assertEquals(oldest[2], buffer.getInt(oldest[0] + oldest[1] - Integer.BYTES), "seed " + seed);
                    area.release();
                } else {
                    area.clear();
                }
                continue;
            }
            assertTrue(at + LinkDevice.MAX_FRAME_LENGTH <= buffer.capacity(), "seed " + seed);
            final int length = SHORT + random.nextInt(LinkDevice.MAX_FRAME_LENGTH - SHORT);
            // Whatever the frame's length, the kernel may write as much as it was offered.
            buffer.setMemory(at, LinkDevice.MAX_FRAME_LENGTH, (byte) i);
            ipv4At(at, ONE, 0x45, IpProtocol.TCP);
            buffer.putInt(at + length - Integer.BYTES, i);
            if (area.hold(length, NOBODYS_PORTS)) {
                expected.add(new int[] {at, length, i});
            } else if (random.nextBoolean()) {
                area.keep(length);
            }
        }
    }

    private boolean ipv4(final int lengthBytes, final int ports) {
        ipv4At(area.room(), ports, 0x45, IpProtocol.TCP);
        return area.hold(lengthBytes, NOBODYS_PORTS);
    }

    private void ipv4At(final int at, final int ports, final int versionAndLength, final int protocol) {
        ethernetAt(at, EtherType.IPV4);
        buffer.putByte(at + IP, (byte) versionAndLength);
        buffer.putByte(at + IP + Ipv4Flyweight.PROTOCOL_OFFSET, (byte) protocol);
        buffer.putInt(at + IP + Ipv4Flyweight.SOURCE_OFFSET, 0x0a000264, ByteOrder.BIG_ENDIAN);
        buffer.putInt(at + IP + Ipv4Flyweight.DESTINATION_OFFSET, 0x0a000202, ByteOrder.BIG_ENDIAN);
        buffer.putInt(at + IP + Ipv4Flyweight.HEADER_LENGTH, ports, ByteOrder.BIG_ENDIAN);
    }

    private boolean ipv6(final int lengthBytes, final int lastOfDestination, final int ports) {
        final int at = area.room();
        ethernetAt(at, EtherType.IPV6);
        buffer.setMemory(at + IP, Ipv6Flyweight.HEADER_LENGTH, (byte) 0);
        buffer.putByte(at + IP + Ipv6Flyweight.NEXT_HEADER_OFFSET, (byte) IpProtocol.TCP);
        buffer.putByte(at + IP + Ipv6Flyweight.HEADER_LENGTH - 1, (byte) lastOfDestination);
        buffer.putInt(at + IP + Ipv6Flyweight.HEADER_LENGTH, ports, ByteOrder.BIG_ENDIAN);
        return area.hold(lengthBytes, NOBODYS_PORTS);
    }

    private void ethernetAt(final int at, final int etherType) {
        buffer.putShort(
                at + LinkDevice.VNET_HEADER_LENGTH + EthernetFlyweight.ETHER_TYPE_OFFSET,
                (short) etherType,
                ByteOrder.BIG_ENDIAN);
    }
}
