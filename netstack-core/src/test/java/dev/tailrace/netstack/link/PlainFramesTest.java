package dev.tailrace.netstack.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.ip.NaiveChecksum;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.wire.InternetChecksum;
import dev.tailrace.netstack.wire.IpProtocol;
import dev.tailrace.netstack.wire.Ipv4Flyweight;
import dev.tailrace.netstack.wire.TcpFlags;
import dev.tailrace.netstack.wire.TcpFlyweight;
import dev.tailrace.netstack.wire.UdpFlyweight;
import dev.tailrace.netstack.wire.VirtioNetHeaderFlyweight;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class PlainFramesTest {
    private static final int VNET = LinkDevice.VNET_HEADER_LENGTH;
    private static final int IP = 14;
    private static final int SOURCE = 0x0a00_0202;
    private static final int GUEST = 0x0a00_0264;
    private static final int SEQUENCE = 0xffff_ff00;
    private static final int IDENTIFICATION = 0xfffe;
    private static final long SEED = 4711;

    private final Counters counters = new Counters();
    private final RecordingChannel channel = new RecordingChannel();
    private final PlainFrames frames = new PlainFrames(channel, counters);
    private final UnsafeBuffer headers = new UnsafeBuffer(ByteBuffer.allocateDirect(256));
    private final UnsafeBuffer payload = new UnsafeBuffer(ByteBuffer.allocateDirect(1 << 17));
    private final VirtioNetHeaderFlyweight vnet = new VirtioNetHeaderFlyweight().wrap(headers, 0);

    PlainFramesTest() {
        final byte[] random = new byte[payload.capacity()];
        new SplittableRandom(SEED).nextBytes(random);
        payload.putBytes(0, random);
    }

    @Test
    void shouldCutSegmentsOfTcp() {
        // Slices of even and odd lengths, of which segments span both; the last case is more than one batch.
        final int[][] cases = {{1460, 2921, 0}, {1460, 1461, 3000}, {536, 1, 1072}, {100, 4001, 8003}};
        for (final int[] one : cases) {
            final byte[] data = data(one[1], one[2]);
            assertTrue(sendTcp(one[0], one[1], one[2]));
            final int segments = (data.length + one[0] - 1) / one[0];
            assertEquals(segments, channel.sent.size());
            for (int i = 0; i < segments; i++) {
                final int from = i * one[0];
                final byte[] chunk = Arrays.copyOfRange(data, from, Math.min(data.length, from + one[0]));
                final int flags = TcpFlags.ACK | (i == segments - 1 ? TcpFlags.PSH | TcpFlags.FIN : 0);
                assertArrayEquals(tcpSegment(i, from, flags, chunk), channel.sent.get(i), "segment " + i);
            }
            channel.sent.clear();
        }
    }

    @Test
    void shouldCutDatagrams() {
        final byte[] data = data(2999, 1002);
        writeUdp(data.length);
        vnet.partialChecksum(VirtioNetHeaderFlyweight.GSO_UDP_L4, 42, 1200, 34, 6);
        assertTrue(frames.transmit(headers, 0, VNET + 42, payload, 0, 2999, 5000, 1002));
        assertEquals(4, channel.sent.size());
        byte[] whole = new byte[0];
        for (final byte[] frame : channel.sent) {
            assertGoodIpv4(frame, IpProtocol.UDP);
            assertEquals(frame.length - 34, u16(frame, 38), "UDP length");
            whole = join(whole, Arrays.copyOfRange(frame, 42, frame.length));
        }
        assertArrayEquals(data, whole);
        assertEquals(42 + 401, channel.sent.getLast().length);
    }

    @Test
    void shouldCutSegmentsOverIpv6() {
        final int length = 3001;
        vnet.partialChecksum(VirtioNetHeaderFlyweight.GSO_TCPV6, 74, 1440, 54, 16);
        final byte[] ipv6 = new byte[54];
        new SplittableRandom(SEED).nextBytes(ipv6);
        ipv6[12] = (byte) 0x86;
        ipv6[13] = (byte) 0xdd;
        ipv6[14] = 0x60;
        ipv6[20] = 6;
        put16(ipv6, 18, 20 + length);
        headers.putBytes(VNET, ipv6);
        headers.setMemory(VNET + 54, 20, (byte) 0);
        final int pseudo = NaiveChecksum.sum(ipv6, 22, 32, 6 + 20 + length);
        new TcpFlyweight().wrap(headers, VNET + 54).sequence(1).headerLength(20).checksum(pseudo);
        assertTrue(frames.transmit(headers, 0, VNET + 74, payload, 0, length, 0, 0));
        assertEquals(3, channel.sent.size());
        for (final byte[] frame : channel.sent) {
            final int transport = frame.length - 54;
            assertEquals(transport, u16(frame, 18), "payload length");
            assertEquals(
                    0xffff, NaiveChecksum.sum(frame, 54, transport, NaiveChecksum.sum(frame, 22, 32, 6 + transport)));
        }
        assertEquals(74 + 121, channel.sent.getLast().length);
    }

    @Test
    void shouldCompleteTheChecksumOfAFrameThatIsNotCut() {
        for (int first = 0; first < 5; first++) {
            writeUdp(first + 100);
            vnet.partialChecksum(VirtioNetHeaderFlyweight.GSO_NONE, 42, 0, 34, 6);
            assertTrue(frames.transmit(headers, 0, VNET + 42, payload, 7, first, 1001, 100));
            assertGoodIpv4(channel.sent.removeFirst(), IpProtocol.UDP);
        }
    }

    @Test
    void shouldNotSendZeroForAChecksum() {
        writeUdp(2);
        vnet.partialChecksum(VirtioNetHeaderFlyweight.GSO_NONE, 42, 0, 34, 6);
        payload.setMemory(0, 2, (byte) 0);
        frames.transmit(headers, 0, VNET + 42, payload, 0, 2, 0, 0);
        final int checksum = u16(channel.sent.removeFirst(), 40);
        // A payload of that word makes the sum all ones, whose complement is 0.
        payload.putByte(0, (byte) (checksum >>> 8));
        payload.putByte(1, (byte) checksum);
        frames.transmit(headers, 0, VNET + 42, payload, 0, 2, 0, 0);
        assertEquals(0xffff, u16(channel.sent.removeFirst(), 40));
    }

    @Test
    void shouldPassOtherFramesAsTheyAre() {
        final byte[] frame = data(60, 0);
        vnet.clear();
        headers.putBytes(VNET, frame);
        assertTrue(frames.transmit(headers, 0, VNET + 60, headers, 0, 0, 0, 0));
        assertArrayEquals(frame, channel.sent.getFirst());
    }

    @Test
    void shouldTellRefusedFramesFromPartlyTakenOnes() {
        channel.room = 0;
        assertFalse(sendTcp(1000, 5000, 0));
        assertEquals(0, counters.get(Counter.TRANSMIT_FAILED), "the stack counts it");
        channel.room = 3;
        assertTrue(sendTcp(1000, 5000, 0));
        assertEquals(2, counters.get(Counter.TRANSMIT_FAILED));
        channel.room = RecordingChannel.BATCH + 1;
        assertTrue(sendTcp(100, 100 * (3 * RecordingChannel.BATCH), 0));
        assertEquals(2 + 2 * RecordingChannel.BATCH - 1, counters.get(Counter.TRANSMIT_FAILED));
    }

    @Test
    void shouldPutAnEmptyHeaderBeforeWhatArrives() {
        final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(64 + LinkDevice.MAX_FRAME_LENGTH));
        buffer.setMemory(0, buffer.capacity(), (byte) 0x55);
        final byte[] frame = data(60, 0);
        channel.waiting.add(frame);
        channel.waiting.add(new byte[0]);
        channel.waiting.add(new byte[PlainFrames.MAX_LENGTH]);
        channel.waiting.add(new byte[PlainFrames.MAX_LENGTH + 1]);
        assertEquals(VNET + 60, frames.receive(buffer, 64, LinkDevice.MAX_FRAME_LENGTH));
        final byte[] read = new byte[VNET + 60];
        buffer.getBytes(64, read);
        assertArrayEquals(join(new byte[VNET], frame), read);
        assertEquals(VNET, frames.receive(buffer, 64, LinkDevice.MAX_FRAME_LENGTH), "an empty frame is not the end");
        assertEquals(VNET + 65_549, frames.receive(buffer, 64, LinkDevice.MAX_FRAME_LENGTH));
        assertTrue(frames.receive(buffer, 64, LinkDevice.MAX_FRAME_LENGTH) > LinkDevice.MAX_FRAME_LENGTH);
        assertEquals(LinkDevice.DRAINED, frames.receive(buffer, 64, LinkDevice.MAX_FRAME_LENGTH));
        channel.isClosed = true;
        assertEquals(LinkDevice.CLOSED, frames.receive(buffer, 64, LinkDevice.MAX_FRAME_LENGTH));
    }

    @Test
    void shouldNotAllocate() {
        final com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        channel.isCounting = true;
        assertTrue(sendTcp(1460, 20_001, 20_000));
        long allocated = Long.MAX_VALUE;
        for (int round = 0; round < 20 && allocated != 0; round++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 500; i++) {
                frames.transmit(headers, 0, VNET + 54, payload, 0, 20_001, 5000, 20_000);
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertEquals(0, allocated);
    }

    private boolean sendTcp(final int mss, final int first, final int second) {
        final int length = first + second;
        writeTcp(SEQUENCE, TcpFlags.ACK | TcpFlags.PSH | TcpFlags.FIN, IDENTIFICATION, length);
        vnet.partialChecksum(VirtioNetHeaderFlyweight.GSO_TCPV4, 54, mss, 34, 16);
        return frames.transmit(headers, 0, VNET + 54, payload, 0, first, 5000, second);
    }

    private void writeTcp(final int sequence, final int flags, final int identification, final int length) {
        writeIpv4(IpProtocol.TCP, 20 + length, identification);
        final TcpFlyweight tcp = new TcpFlyweight().wrap(headers, VNET + 34);
        tcp.sourcePort(80).destinationPort(40_000).sequence(sequence).acknowledgement(77);
        tcp.headerLength(20).flags(flags).window(500).urgentPointer(0);
        tcp.checksum(pseudo(IpProtocol.TCP, 20 + length));
    }

    private void writeUdp(final int length) {
        writeIpv4(IpProtocol.UDP, 8 + length, IDENTIFICATION);
        new UdpFlyweight()
                .wrap(headers, VNET + 34)
                .sourcePort(53)
                .destinationPort(40_000)
                .length(8 + length)
                .checksum(pseudo(IpProtocol.UDP, 8 + length));
    }

    private void writeIpv4(final int protocol, final int length, final int identification) {
        headers.setMemory(0, VNET + 12, (byte) 0x52);
        headers.putByte(VNET + 12, (byte) 8);
        headers.putByte(VNET + 13, (byte) 0);
        new Ipv4Flyweight()
                .wrap(headers, VNET + IP)
                .writeHeader(20 + length, identification & 0xffff, 0x4000, 64, protocol, SOURCE, GUEST);
    }

    private static int pseudo(final int protocol, final int length) {
        return InternetChecksum.fold(InternetChecksum.ipv4PseudoHeader(SOURCE, GUEST, protocol, length));
    }

    /// The segment as a frame of its own, its checksum made byte by byte.
    private byte[] tcpSegment(final int index, final int position, final int flags, final byte[] chunk) {
        writeTcp(SEQUENCE + position, flags, IDENTIFICATION + index, chunk.length);
        final byte[] frame = new byte[54 + chunk.length];
        headers.getBytes(VNET, frame, 0, 54);
        System.arraycopy(chunk, 0, frame, 54, chunk.length);
        put16(frame, 50, ~NaiveChecksum.sum(frame, 34, frame.length - 34, 0));
        assertGoodIpv4(frame, IpProtocol.TCP);
        return frame;
    }

    private static void assertGoodIpv4(final byte[] frame, final int protocol) {
        final int length = frame.length - 34;
        assertEquals(frame.length - IP, u16(frame, IP + 2), "total length");
        assertEquals(0xffff, NaiveChecksum.sum(frame, IP, 20, 0), "IPv4 header checksum");
        final int pseudo = NaiveChecksum.pseudoHeader(frame, IP, protocol, length);
        assertEquals(0xffff, NaiveChecksum.sum(frame, 34, length, pseudo), "checksum");
    }

    private byte[] data(final int first, final int second) {
        final byte[] bytes = new byte[first + second];
        payload.getBytes(0, bytes, 0, first);
        payload.getBytes(5000, bytes, first, second);
        return bytes;
    }

    private static byte[] join(final byte[] head, final byte[] tail) {
        final byte[] both = Arrays.copyOf(head, head.length + tail.length);
        System.arraycopy(tail, 0, both, head.length, tail.length);
        return both;
    }

    private static int u16(final byte[] bytes, final int offset) {
        return (bytes[offset] & 0xff) << 8 | bytes[offset + 1] & 0xff;
    }

    private static void put16(final byte[] bytes, final int offset, final int value) {
        bytes[offset] = (byte) (value >> 8);
        bytes[offset + 1] = (byte) value;
    }
}
