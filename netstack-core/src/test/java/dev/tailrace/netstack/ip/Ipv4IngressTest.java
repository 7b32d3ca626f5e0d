package dev.tailrace.netstack.ip;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.timer.TimerQueue;
import dev.tailrace.netstack.wire.Bytes;
import dev.tailrace.netstack.wire.InternetChecksum;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.netstack.wire.IpProtocol;
import dev.tailrace.netstack.wire.Ipv4Flyweight;
import dev.tailrace.netstack.wire.MacAddress;
import dev.tailrace.netstack.wire.UdpFlyweight;
import dev.tailrace.netstack.wire.VirtioNetHeaderFlyweight;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class Ipv4IngressTest {
    private static final int IP = 24;
    private static final int GUEST = 0x0a000264;
    private static final int SERVER = 0xcb00_7105;
    private static final long MAC = 0x5254_0012_3456L;
    private static final long SEED = 1122;

    /// A SYN of Linux: virtio-net header, Ethernet, IPv4, TCP.
    private static final String SYN = "0000 0000 0000 0000 0000 5255 0a00 0202 5254 0012 3456 0800"
            + "4500 003c b2e6 4000 4006 6f70 0a00 0264 0a00 0202"
            + "ae52 1e61 7f10 340a 0000 0000 a002 faf0 94f7 0000 0204 05b4 0402 080a 675a b886 0000 0000 0103 030a";

    private final Counters counters = new Counters();
    private final TimerQueue timers = new TimerQueue();
    private final IngressPacket packet = new IngressPacket();
    private final Ipv4Ingress ingress = new Ipv4Ingress(
            new VirtualNetwork(0x0a000200, 24, 1500, 0, true, true),
            new Reassembly(timers, new RecordingErrors(), counters, () -> {}),
            counters);
    private final Ipv4Flyweight ip = new Ipv4Flyweight();
    private final VirtioNetHeaderFlyweight vnet = new VirtioNetHeaderFlyweight();

    @Test
    void shouldFillThePacketOfALinuxSyn() {
        final UnsafeBuffer frame = Bytes.hex(SYN);
        packet.segmentBytes = 99;
        packet.checksumPartial = true;
        assertTrue(offer(frame));
        assertEquals(IP, packet.ipOffset);
        assertEquals(IP + 20, packet.transportOffset);
        assertEquals(40, packet.transportLength);
        assertEquals(IpProtocol.TCP, packet.protocol);
        assertEquals(64, packet.hopLimit);
        assertEquals(IpAddress.IPV4_HI, packet.sourceHi);
        assertEquals(IpAddress.ipv4Lo(GUEST), packet.sourceLo);
        assertEquals(IpAddress.IPV4_HI, packet.destinationHi);
        assertEquals(IpAddress.ipv4Lo(0x0a000202), packet.destinationLo);
        assertEquals(MAC, packet.sourceMac);
        assertEquals(0, packet.segmentBytes);
        assertFalse(packet.checksumPartial);
        assertEquals(0xae52, packet.buffer.getShort(packet.transportOffset, ByteOrder.BIG_ENDIAN) & 0xffff);
    }

    @Test
    void shouldDropEveryTruncation() {
        final UnsafeBuffer whole = Bytes.hex(SYN);
        for (int length = 0; length < 60; length++) {
            assertFalse(offer(Bytes.prefix(whole, IP + length)), "length " + length);
        }
        assertEquals(60, counters.get(Counter.DROP_IPV4_BAD));
    }

    @Test
    void shouldIgnorePaddingBehindTheTotalLength() {
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[IP + 60 + 17]);
        frame.putBytes(0, Bytes.hex(SYN), 0, IP + 60);
        assertTrue(offer(frame));
        assertEquals(40, packet.transportLength);
    }

    @Test
    void shouldDropBadHeaders() {
        assertDrop(Counter.DROP_IPV4_BAD, frame().versionAndLength(0x44).updateChecksum());
        assertDrop(Counter.DROP_IPV4_BAD, frame().versionAndLength(0x65).updateChecksum());
        assertDrop(Counter.DROP_IPV4_BAD, frame().totalLength(19).updateChecksum());
        assertDrop(Counter.DROP_IPV4_BAD, frame().totalLength(61).updateChecksum());
        assertDrop(Counter.DROP_IPV4_CHECKSUM, frame().checksum(0x1234));
        assertDrop(Counter.DROP_IPV4_TTL, frame().ttl(0).updateChecksum());
        assertTrue(offer(frame().ttl(1).updateChecksum()));
    }

    @Test
    void shouldDropSourcesThatAreNotOneHosts() {
        final int[] sources = {
            0,
            1,
            0x00ff_ffff,
            0x7f00_0001,
            0x7fff_ffff,
            0xe000_0001,
            0xf000_0001,
            -1,
            0x0a0002ff,
            0x0a000200,
            0x0a000202,
            0x0a000203
        };
        for (int index = 0; index < sources.length; index++) {
            assertFalse(offer(frame().source(sources[index]).updateChecksum()));
            assertEquals(index + 1, counters.get(Counter.DROP_IPV4_SOURCE), IpAddress.formatIpv4(sources[index]));
        }
        assertTrue(offer(frame().source(0xac11_0005).updateChecksum()), "a container behind the guest");
    }

    @Test
    void shouldDropFramesFromGroupAddresses() {
        final UnsafeBuffer frame = Bytes.hex(SYN);
        assertFalse(ingress.onPacket(frame, 0, IP, 60, MacAddress.BROADCAST, packet, 0));
        assertEquals(1, counters.get(Counter.DROP_IPV4_SOURCE));
    }

    @Test
    void shouldDropDestinationsThatAreNoHosts() {
        final int[] destinations = {0, 0x7f00_0001, 0xe000_00fb, 0xf000_0001};
        for (int index = 0; index < destinations.length; index++) {
            assertFalse(offer(frame().destination(destinations[index]).updateChecksum()));
            assertEquals(index + 1, counters.get(Counter.DROP_IPV4_DESTINATION));
        }
        assertTrue(offer(frame().destination(-1).updateChecksum()));
        assertTrue(offer(frame().destination(0x0a0002ff).updateChecksum()));
    }

    @Test
    void shouldLetAnAddresslessHostDoDhcpOnly() {
        assertTrue(offer(datagram(0, 68, 67, 0)));
        assertFalse(offer(datagram(0, 67, 67, 0)));
        assertFalse(offer(datagram(0, 68, 53, 0)));
        assertFalse(offer(datagram(0, 68, 67, Ipv4Flyweight.MORE_FRAGMENTS)));
        assertEquals(3, counters.get(Counter.DROP_IPV4_SOURCE));
    }

    @Test
    void shouldAcceptOptionsButNoSourceRoutes() {
        assertTrue(offer(withOptions("0101 0101")));
        assertTrue(offer(withOptions("9404 0000")), "router alert");
        assertEquals(IP + 24, packet.transportOffset);
        assertTrue(offer(withOptions("0707 0400 0000 0000")), "record route");
        assertTrue(offer(withOptions("0083 0304")), "nothing counts behind the end");
        assertFalse(offer(withOptions("8303 0400")));
        assertFalse(offer(withOptions("8903 0400")));
        assertFalse(offer(withOptions("0183 0304")));
        assertEquals(3, counters.get(Counter.DROP_IPV4_SOURCE_ROUTE));
    }

    @Test
    void shouldDropOptionsWithBadLengths() {
        assertFalse(offer(withOptions("0700 0000")), "zero length never ends");
        assertFalse(offer(withOptions("0701 0000")));
        assertFalse(offer(withOptions("0705 0000")));
        assertFalse(offer(withOptions("0101 0107")), "no length byte");
        assertEquals(4, counters.get(Counter.DROP_IPV4_BAD));
    }

    @Test
    void shouldTakeSegmentationFromTheVirtioHeader() {
        final UnsafeBuffer frame = Bytes.hex(SYN);
        vnet.wrap(frame, 0).partialChecksum(VirtioNetHeaderFlyweight.GSO_TCPV4, 54, 1460, 34, 16);
        assertTrue(offer(frame));
        assertEquals(1460, packet.segmentBytes);
        assertTrue(packet.checksumPartial);
        vnet.gsoType(VirtioNetHeaderFlyweight.GSO_TCPV4 | VirtioNetHeaderFlyweight.GSO_ECN);
        assertTrue(offer(frame));
        assertEquals(1460, packet.segmentBytes);
    }

    @Test
    void shouldDropVirtioHeadersThatDoNotFitThePacket() {
        final UnsafeBuffer frame = Bytes.hex(SYN);
        vnet.wrap(frame, 0);
        final int[] wrongTypes = {2, 3, VirtioNetHeaderFlyweight.GSO_TCPV6, VirtioNetHeaderFlyweight.GSO_UDP_L4};
        for (final int gsoType : wrongTypes) {
            vnet.partialChecksum(gsoType, 54, 1460, 34, 16);
            assertFalse(offer(frame), "type " + gsoType);
        }
        vnet.partialChecksum(VirtioNetHeaderFlyweight.GSO_TCPV4, 54, 0, 34, 16);
        assertFalse(offer(frame), "no segment size");
        vnet.partialChecksum(VirtioNetHeaderFlyweight.GSO_NONE, 0, 0, 33, 16);
        assertFalse(offer(frame), "start inside the IP header");
        vnet.partialChecksum(VirtioNetHeaderFlyweight.GSO_NONE, 0, 0, 34, 39);
        assertFalse(offer(frame), "place behind the end");
        vnet.partialChecksum(VirtioNetHeaderFlyweight.GSO_NONE, 0, 0, 65_535, 65_535);
        assertFalse(offer(frame), "far behind the end");
        assertEquals(8, counters.get(Counter.DROP_VNET_HEADER_BAD));
    }

    @Test
    void shouldBoundTheDatagramsOfOneFrame() {
        final UnsafeBuffer frame = datagramFrame(GUEST, 40_000, 53, 0, 1280);
        vnet.wrap(frame, 0).partialChecksum(VirtioNetHeaderFlyweight.GSO_UDP_L4, 42, 10, 34, 6);
        assertTrue(offer(frame), "128 datagrams");
        assertEquals(10, packet.segmentBytes);
        vnet.gsoSize(9);
        assertFalse(offer(frame), "143 datagrams");
        vnet.gsoSize(1);
        assertFalse(offer(frame), "1,280 datagrams");
        vnet.gsoSize(0xffff);
        assertTrue(offer(frame), "one datagram");
        assertEquals(2, counters.get(Counter.DROP_VNET_HEADER_BAD));
    }

    @Test
    void shouldCompleteAChecksumInsideATunnel() {
        final UnsafeBuffer frame = datagramFrame(GUEST, 40_000, 4789, 0, 40);
        final int inner = IP + 28 + 4;
        frame.putShort(inner + 6, (short) 0x1234, ByteOrder.BIG_ENDIAN);
        vnet.wrap(frame, 0).partialChecksum(VirtioNetHeaderFlyweight.GSO_NONE, 0, 0, inner - 10, 6);
        assertTrue(offer(frame));
        assertFalse(packet.checksumPartial);
        // The bytes from the inner header on sum to the pseudo-header's sum and the rest: 0x1234 only, so ~0x1234.
        assertEquals(0xedcb, frame.getShort(inner + 6, ByteOrder.BIG_ENDIAN) & 0xffff);
    }

    @Test
    void shouldReassembleAndNotTrustTheChecksum() {
        final byte[] data = new byte[2000];
        new SplittableRandom(SEED).nextBytes(data);
        assertFalse(offer(fragment(data, 0, 1480, true)));
        assertTrue(offer(fragment(data, 1480, 520, false)));
        assertEquals(2000, packet.transportLength);
        assertFalse(packet.checksumPartial);
        assertEquals(0, packet.segmentBytes);
        assertEquals(MAC, packet.sourceMac);
        final byte[] got = new byte[2000];
        packet.buffer.getBytes(packet.transportOffset, got);
        assertArrayEquals(data, got);
        assertTrue(offer(Bytes.hex(SYN)), "the packet's buffer goes back to the frame");
        assertEquals(40, packet.transportLength);
        assertEquals(0xae52, packet.buffer.getShort(packet.transportOffset, ByteOrder.BIG_ENDIAN) & 0xffff);
    }

    @Test
    void shouldDropFragmentsWithOffloads() {
        final UnsafeBuffer frame = fragment(new byte[2000], 0, 1480, true);
        vnet.wrap(frame, 0).flags(VirtioNetHeaderFlyweight.NEEDS_CSUM);
        assertFalse(offer(frame));
        vnet.flags(0).gsoType(VirtioNetHeaderFlyweight.GSO_UDP_L4);
        assertFalse(offer(frame));
        assertEquals(2, counters.get(Counter.DROP_VNET_HEADER_BAD));
        assertEquals(0, counters.get(Counter.FRAGMENTS_IN));
    }

    @Test
    void shouldSurviveAnyBytes() {
        final SplittableRandom random = new SplittableRandom(SEED);
        int passed = 0;
        for (int round = 0; round < 100_000; round++) {
            final UnsafeBuffer frame = Bytes.hex(SYN);
            for (int flips = random.nextInt(5); flips > 0; flips--) {
                frame.putByte(random.nextInt(frame.capacity()), (byte) random.nextInt());
            }
            if (random.nextBoolean()) {
                ip.wrap(frame, IP);
                ip.checksum(InternetChecksum.ipv4Header(frame, IP, Math.max(20, ip.headerLength())));
            }
            if (ingress.onPacket(frame, 0, IP, frame.capacity() - IP, MAC, packet, round)) {
                passed++;
                assertTrue(
                        packet.transportOffset + packet.transportLength <= packet.buffer.capacity(),
                        "seed " + SEED + ", round " + round);
            }
        }
        assertTrue(passed > 10_000 && passed < 90_000, "passed " + passed);
    }

    @Test
    void shouldNotAllocate() {
        final com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        final UnsafeBuffer frame = Bytes.hex(SYN);
        final UnsafeBuffer first = fragment(new byte[2000], 0, 1480, true);
        final UnsafeBuffer last = fragment(new byte[2000], 1480, 520, false);
        long allocated = Long.MAX_VALUE;
        // The first rounds take the pool's memory and warm the code up.
        for (int round = 0; round < 20 && allocated != 0; round++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            for (int index = 0; index < 2000; index++) {
                offer(frame);
                offer(first);
                offer(last);
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertEquals(0, allocated);
    }

    private Ipv4Flyweight frame() {
        current = Bytes.hex(SYN);
        return ip.wrap(current, IP);
    }

    private UnsafeBuffer current = new UnsafeBuffer(0, 0);

    private void assertDrop(final Counter counter, final Ipv4Flyweight header) {
        final long before = counters.get(counter);
        assertFalse(offer(header));
        assertEquals(before + 1, counters.get(counter));
    }

    /// Offers the frame of the last [#frame], which `header` views.
    private boolean offer(final Ipv4Flyweight header) {
        assertTrue(header == ip);
        return offer(current);
    }

    private boolean offer(final UnsafeBuffer frame) {
        return ingress.onPacket(frame, 0, IP, frame.capacity() - IP, MAC, packet, 0);
    }

    private UnsafeBuffer withOptions(final String options) {
        final UnsafeBuffer bytes = Bytes.hex(options);
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[IP + 20 + bytes.capacity() + 40]);
        ip.wrap(frame, IP).writeHeader(60 + bytes.capacity(), 7, 0, 64, IpProtocol.TCP, GUEST, SERVER);
        frame.putBytes(IP + 20, bytes, 0, bytes.capacity());
        ip.versionAndLength(0x45 + bytes.capacity() / 4).updateChecksum();
        return frame;
    }

    private UnsafeBuffer datagram(final int source, final int sourcePort, final int port, final int flags) {
        return datagramFrame(source, sourcePort, port, flags, 8);
    }

    private UnsafeBuffer datagramFrame(
            final int source, final int sourcePort, final int port, final int flags, final int payloadLength) {
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[IP + 28 + payloadLength]);
        ip.wrap(frame, IP).writeHeader(28 + payloadLength, 7, flags, 64, IpProtocol.UDP, source, -1);
        new UdpFlyweight()
                .wrap(frame, IP + 20)
                .sourcePort(sourcePort)
                .destinationPort(port)
                .length(8 + payloadLength);
        return frame;
    }

    private UnsafeBuffer fragment(final byte[] data, final int offset, final int length, final boolean more) {
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[IP + 20 + length]);
        final int flags = (more ? Ipv4Flyweight.MORE_FRAGMENTS : 0) | offset >> 3;
        ip.wrap(frame, IP).writeHeader(20 + length, 77, flags, 64, IpProtocol.UDP, GUEST, SERVER);
        frame.putBytes(IP + 20, data, offset, length);
        return frame;
    }
}
