package dev.tailrace.netstack.udp;

import static dev.tailrace.netstack.udp.UdpFixture.GATEWAY;
import static dev.tailrace.netstack.udp.UdpFixture.GUEST;
import static dev.tailrace.netstack.udp.UdpFixture.LOOPBACK;
import static dev.tailrace.netstack.udp.UdpFixture.NAME_SERVER;
import static dev.tailrace.netstack.udp.UdpFixture.OTHER;
import static dev.tailrace.netstack.udp.UdpFixture.REMOTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.host.HostErrno;
import dev.tailrace.netstack.ip.GuestPacket;
import dev.tailrace.netstack.ip.GuestSender;
import dev.tailrace.netstack.ip.IngressPacket;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.FlowRow;
import dev.tailrace.netstack.status.FlowSource;
import dev.tailrace.netstack.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UdpForwarderTest {
    private UdpFixture net = UdpFixture.open();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 7, 512, 1471, 1472, 1473, 9000, 65_506, 65_507})
    void shouldCarryDatagramOfAnySizeBothWays(final int length) {
        final byte[] request = GuestSender.payload(length, 3);
        net.send(5000, REMOTE, 7, request);
        final FakeSockets.Sent sent = net.sentOne();
        assertArrayEquals(request, sent.payload());
        assertEquals(REMOTE, sent.destination());
        assertEquals(7, sent.port());
        assertEquals(63, sent.hopLimit());
        assertEquals(0, sent.segmentBytes());

        final byte[] response = GuestSender.payload(length, 9);
        final GuestPacket packet = net.arrives(sent.from(), REMOTE, 7, response);
        assertArrayEquals(response, packet.payload());
        assertEquals(REMOTE, packet.source());
        assertEquals(7, packet.sourcePort());
        assertEquals(GUEST, packet.destination());
        assertEquals(5000, packet.destinationPort());
    }

    @Test
    void shouldHaveARowInTheTableOfFlows() {
        final FakeDatagram socket = net.mapping(5000, REMOTE, 7);
        net.send(5000, OTHER, 8, new byte[100]);
        net.arrives(socket, OTHER, 999, new byte[30]);
        final List<FlowSource> flows = new ArrayList<>();
        net.udp.collect(flows);
        assertEquals(1, flows.size());
        final FlowRow row = new FlowRow();
        assertTrue(flows.getFirst().describe(row, net.nowNs + 5));
        assertEquals(FlowRow.Kind.UDP, row.kind);
        assertEquals(FlowRow.OPEN, row.state);
        assertEquals(5000, row.guestPort);
        assertEquals(IpAddress.ipv4Lo(OTHER), row.peerLo);
        assertEquals(8, row.peerPort);
        assertEquals(30, row.bytesToGuest);
        assertTrue(row.bytesToHost >= 100, "bytes " + row.bytesToHost);
        assertEquals(5, row.idleNs);
        net.udp.close();
        assertFalse(flows.getFirst().describe(row, net.nowNs));
    }

    @Test
    void shouldMapIndependentlyOfDestination() {
        final FakeDatagram first = net.mapping(5000, REMOTE, 7);
        assertSame(first, net.mapping(5000, OTHER, 8));
        assertNotSame(first, net.mapping(5001, REMOTE, 7));
        net.sender.source = GUEST + 1;
        assertNotSame(first, net.mapping(5000, REMOTE, 7));
        assertEquals(3, net.udp.flowCount());
    }

    @Test
    void shouldHearAnyoneOnceMapped() {
        final FakeDatagram socket = net.mapping(5000, REMOTE, 7);
        final GuestPacket packet = net.arrives(socket, OTHER, 999, new byte[] {1});
        assertEquals(OTHER, packet.source());
        assertEquals(999, packet.sourcePort());
    }

    @ParameterizedTest
    @ValueSource(ints = {GATEWAY, -1})
    void shouldReachHostThroughGateway(final int alias) {
        net.send(5000, alias, 7, new byte[] {1});
        final FakeSockets.Sent sent = net.sentOne();
        assertEquals(LOOPBACK, sent.destination());
        assertEquals(7, sent.port());
        final GuestPacket packet = net.arrives(sent.from(), LOOPBACK, 7, new byte[] {2});
        assertEquals(GATEWAY, packet.source());
        assertEquals(7, packet.sourcePort());
        assertEquals(
                GATEWAY,
                net.arrives(sent.from(), 0x7f01_0203, 8, new byte[] {2}).source());
    }

    @Test
    void shouldKeepGuestFromHostWhenLoopbackIsOff() {
        net = new UdpFixture(false, true, UdpConfig.DEFAULT);
        net.send(5000, GATEWAY, 7, new byte[] {1});
        final GuestPacket error = net.guest.takeOne();
        assertEquals(3, error.type());
        assertEquals(0, error.code());
        assertEquals(GATEWAY, error.source());
        net.send(5000, -1, 7, new byte[] {1});
        assertTrue(net.guest.take().isEmpty());
        assertTrue(net.sent().isEmpty());
        assertEquals(2, net.count(Counter.DROP_UDP_DENIED));
        assertEquals(0, net.udp.flowCount());
        net.mapping(5000, REMOTE, 7).arrive(LOOPBACK, 7, new byte[1], 0);
        net.poll();
        assertTrue(net.guest.take().isEmpty());
        assertEquals(3, net.count(Counter.DROP_UDP_DENIED));
    }

    @ParameterizedTest
    @ValueSource(ints = {LOOPBACK, 0x7fff_ffff, 0, 0x0001_0203, 0xe000_0001, 0xefff_ffff, 0xf000_0001, 0x0a00_02ff})
    void shouldDenyWhatIsNoHostOutside(final int destination) {
        net.send(5000, destination, 7, new byte[] {1});
        assertTrue(net.sent().isEmpty());
        assertTrue(net.guest.take().isEmpty());
        assertEquals(1, net.count(Counter.DROP_UDP_DENIED));
        assertEquals(0, net.udp.flowCount());
    }

    @Test
    void shouldRefuseOtherPortsOfNameServer() {
        net.send(5000, NAME_SERVER, 54, new byte[] {1});
        assertEquals(3, net.guest.takeOne().type());
        assertTrue(net.sent().isEmpty());
        assertEquals(1, net.count(Counter.DROP_UDP_DENIED));
    }

    @Test
    void shouldAnswerLastHopWithTimeExceeded() {
        net.sender.ttl = 1;
        net.send(5000, REMOTE, 33_434, new byte[] {1});
        final GuestPacket error = net.guest.takeOne();
        assertEquals(11, error.type());
        assertEquals(0, error.code());
        assertEquals(GATEWAY, error.source());
        assertEquals(REMOTE, error.quoted32(16));
        assertEquals(33_434, error.quoted16(22));
        net.sender.ttl = 2;
        net.send(5000, REMOTE, 33_434, new byte[] {1});
        assertEquals(1, net.sentOne().hopLimit());
        net.sender.ttl = 1;
        net.send(5000, GATEWAY, 7, new byte[] {1});
        assertEquals(1, net.sentOne().hopLimit());
    }

    @Test
    void shouldPassGsoFrameInOneSend() {
        final byte[] bytes = GuestSender.payload(12_001, 1);
        net.packet(net.sender.gso(5000, REMOTE, 443, bytes, 1200));
        final FakeSockets.Sent sent = net.sentOne();
        assertArrayEquals(bytes, sent.payload());
        assertEquals(1200, sent.segmentBytes());
    }

    @Test
    void shouldSendSegmentsOneByOneWhereTheRouteIsNarrow() {
        net.sockets.maxSegmentBytes = 1100;
        final byte[] bytes = GuestSender.payload(3601, 1);
        net.packet(net.sender.gso(5000, REMOTE, 443, bytes, 1200));
        final List<FakeSockets.Sent> sent = net.sent();
        assertEquals(4, sent.size());
        for (int index = 0; index < 4; index++) {
            assertArrayEquals(
                    java.util.Arrays.copyOfRange(bytes, index * 1200, Math.min(3601, index * 1200 + 1200)),
                    sent.get(index).payload());
            assertEquals(0, sent.get(index).segmentBytes());
        }
        assertTrue(net.guest.take().isEmpty());
        assertEquals(0, net.count(Counter.UDP_SEND_FAILED));
    }

    @Test
    void shouldKeepBoundariesOfCoalescedMessage() {
        final FakeDatagram socket = net.mapping(5000, REMOTE, 7);
        socket.arrive(REMOTE, 7, GuestSender.payload(3601, 1), 1200);
        net.poll();
        assertEquals(1, net.guest.frames.size());
        final List<GuestPacket> packets = net.guest.take();
        assertEquals(
                List.of(1200, 1200, 1200, 1),
                packets.stream().map(packet -> packet.payload().length).toList());
    }

    @ParameterizedTest
    @CsvSource({"101, 3, 0", "13, 3, 0", "1, 3, 0", "100, 3, 0", "113, 3, 1", "112, 3, 1", "111, 3, 3", "90, 3, 4"})
    void shouldTellFailedSend(final int errno, final int type, final int code) {
        net.sockets.failingAddress = REMOTE;
        net.sockets.failingErrno = errno;
        net.udp.onPacket(net.sender.udp(5000, OTHER, 6, new byte[10]), net.nowNs);
        net.udp.onPacket(net.sender.udp(5001, REMOTE, 7, GuestSender.payload(10, 4)), net.nowNs);
        net.udp.onPacket(net.sender.udp(5002, OTHER, 8, new byte[10]), net.nowNs);
        net.udp.flush();
        assertEquals(2, net.sent().size());
        final GuestPacket error = net.guest.takeOne();
        assertEquals(type, error.type());
        assertEquals(code, error.code());
        assertEquals(code == 4 ? 1500 : 0, error.number16(6));
        assertEquals(GUEST, error.quoted32(12));
        assertEquals(REMOTE, error.quoted32(16));
        assertEquals(5001, error.quoted16(20));
        assertEquals(7, error.quoted16(22));
        assertEquals(8 + 28 + 10, error.payload().length);
        assertEquals(1, net.count(Counter.UDP_SEND_FAILED));
    }

    @ParameterizedTest
    @ValueSource(ints = {HostErrno.EAGAIN, HostErrno.ENOBUFS, HostErrno.ENOMEM})
    void shouldStaySilentAboutLossThatPasses(final int errno) {
        net.sockets.failingAddress = REMOTE;
        net.sockets.failingErrno = errno;
        net.send(5000, REMOTE, 7, new byte[10]);
        assertTrue(net.guest.take().isEmpty());
        assertEquals(1, net.count(Counter.UDP_SEND_FAILED));
    }

    @Test
    void shouldQuotePacketWhoseBatchWasFull() {
        net.sockets.failingAddress = REMOTE;
        net.sockets.failingErrno = HostErrno.EHOSTUNREACH;
        final int count = PendingSends.CAPACITY + 3;
        for (int index = 0; index < count; index++) {
            final int destination = index == 5 || index == count - 1 ? REMOTE : OTHER;
            net.udp.onPacket(net.sender.udp(5000, destination, 1000 + index, new byte[10]), net.nowNs);
        }
        net.udp.flush();
        final List<GuestPacket> errors = net.guest.take();
        assertEquals(2, errors.size());
        assertEquals(1005, errors.getFirst().quoted16(22));
        assertEquals(1000 + count - 1, errors.getLast().quoted16(22));
        assertEquals(count - 2, net.sent().size());
    }

    @ParameterizedTest
    @CsvSource({"3, 3, 0", "3, 1, 0", "3, 4, 1400", "3, 13, 0", "11, 0, 0", "11, 1, 0", "12, 0, 0"})
    void shouldPassOnIcmpError(final int type, final int code, final int mtu) {
        final FakeDatagram socket = net.mapping(5000, REMOTE, 7);
        socket.error(type, code, mtu, REMOTE, 33_435, OTHER);
        final GuestPacket error = net.guest.takeOne();
        assertEquals(type, error.type());
        assertEquals(code, error.code());
        assertEquals(mtu, error.number16(6));
        assertEquals(OTHER, error.source());
        assertEquals(GUEST, error.destination());
        assertEquals(GUEST, error.quoted32(12));
        assertEquals(REMOTE, error.quoted32(16));
        assertEquals(17, error.payload()[8 + 9]);
        assertEquals(5000, error.quoted16(20));
        assertEquals(33_435, error.quoted16(22));
    }

    @Test
    void shouldHideLoopbackInIcmpError() {
        final FakeDatagram socket = net.mapping(5000, GATEWAY, 7);
        socket.error(3, 3, 0, LOOPBACK, 7, LOOPBACK);
        GuestPacket error = net.guest.takeOne();
        assertEquals(GATEWAY, error.source());
        assertEquals(GATEWAY, error.quoted32(16));
        socket.error(3, 1, 0, LOOPBACK, 7, 0);
        error = net.guest.takeOne();
        assertEquals(GATEWAY, error.source());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 5, 8, 13, 200})
    void shouldNotPassOnOtherIcmpMessages(final int type) {
        net.mapping(5000, REMOTE, 7).error(type, 0, 0, REMOTE, 7, OTHER);
        assertTrue(net.guest.take().isEmpty());
    }

    @Test
    void shouldExpireIdleMapping() {
        final FakeDatagram socket = net.mapping(5000, REMOTE, 7);
        net.advance(239);
        assertFalse(socket.isClosed);
        assertSame(socket, net.mapping(5000, OTHER, 9));
        net.advance(239);
        net.arrives(socket, REMOTE, 7, new byte[1]);
        net.advance(239);
        assertFalse(socket.isClosed);
        net.advance(1);
        assertTrue(socket.isClosed);
        assertEquals(0, net.udp.flowCount());
        assertEquals(1, net.count(Counter.UDP_FLOWS_EXPIRED));
        assertNotSame(socket, net.mapping(5000, REMOTE, 7));
    }

    @Test
    void shouldExpireMappingForNamesSoon() {
        final FakeDatagram names = net.mapping(5000, REMOTE, 53);
        final FakeDatagram both = net.mapping(5001, REMOTE, 53);
        net.mapping(5001, REMOTE, 54);
        net.mapping(5001, REMOTE, 53);
        net.advance(9);
        assertFalse(names.isClosed);
        net.advance(1);
        assertTrue(names.isClosed);
        assertFalse(both.isClosed);
        net.advance(230);
        assertTrue(both.isClosed);
    }

    @Test
    void shouldGiveUpTheMappingIdleForLongestWhenFull() {
        net = new UdpFixture(true, true, new UdpConfig(3, 16, 240_000_000_000L, 10_000_000_000L));
        final FakeDatagram first = net.mapping(1, REMOTE, 7);
        final FakeDatagram second = net.mapping(2, REMOTE, 7);
        final FakeDatagram third = net.mapping(3, REMOTE, 7);
        assertSame(first, net.mapping(1, REMOTE, 7));
        net.mapping(4, REMOTE, 7);
        assertTrue(second.isClosed);
        assertFalse(first.isClosed);
        assertFalse(third.isClosed);
        assertEquals(3, net.udp.flowCount());
        assertEquals(1, net.count(Counter.UDP_FLOWS_EVICTED));
        assertNotSame(second, net.mapping(2, REMOTE, 7));
    }

    @Test
    void shouldSendWhatIsQueuedBeforeItsMappingGoes() {
        net = new UdpFixture(true, true, new UdpConfig(2, 16, 240_000_000_000L, 10_000_000_000L));
        for (int port = 1; port <= 10; port++) {
            net.udp.onPacket(net.sender.udp(port, REMOTE, 7, new byte[] {(byte) port}), net.nowNs);
        }
        net.udp.flush();
        assertEquals(10, net.sent().size());
    }

    @Test
    void shouldMakeRoomWhenHostIsOutOfDescriptors() {
        net.sockets.maxOpen = 1;
        final FakeDatagram first = net.mapping(1, REMOTE, 7);
        net.mapping(2, REMOTE, 7);
        assertTrue(first.isClosed);
        net.sockets.maxOpen = 0;
        net.send(3, REMOTE, 7, new byte[1]);
        assertTrue(net.sent().isEmpty());
        assertEquals(3, net.guest.takeOne().type());
        assertEquals(1, net.count(Counter.DROP_UDP_NO_SOCKET));
        assertEquals(0, net.udp.flowCount());
    }

    @Test
    void shouldServeSocketsInTurnWithinBudget() {
        final FakeDatagram busy = net.mapping(1, REMOTE, 7);
        final FakeDatagram quiet = net.mapping(2, REMOTE, 7);
        for (int index = 0; index < 100; index++) {
            busy.arrive(REMOTE, 7, new byte[1], 0);
        }
        quiet.arrive(REMOTE, 7, new byte[2], 0);
        assertEquals(40, net.udp.poll(net.nowNs, 40));
        assertTrue(net.guest.take().stream().anyMatch(packet -> packet.payload().length == 2));
        assertTrue(net.udp.hasReadable());
        assertEquals(61, net.udp.poll(net.nowNs, 1000));
        assertFalse(net.udp.hasReadable());
    }

    @Test
    void shouldForgetReadableSocketThatIsClosed() {
        final FakeDatagram socket = net.mapping(1, REMOTE, 7);
        socket.arrive(REMOTE, 7, new byte[1], 0);
        net.advance(240);
        assertTrue(socket.isClosed);
        assertEquals(0, net.udp.poll(net.nowNs, 100));
        assertFalse(net.udp.hasReadable());
    }

    @Test
    void shouldDropPortZeroEitherWay() {
        net.send(0, REMOTE, 7, new byte[1]);
        net.send(5000, REMOTE, 0, new byte[1]);
        net.mapping(5000, REMOTE, 7).arrive(REMOTE, 0, new byte[1], 0);
        net.poll();
        assertTrue(net.guest.take().isEmpty());
        assertEquals(3, net.count(Counter.DROP_UDP_PORT_ZERO));
    }

    @Test
    void shouldUseAllPorts() {
        final FakeDatagram socket = net.mapping(65_535, REMOTE, 65_535);
        final GuestPacket packet = net.arrives(socket, REMOTE, 65_535, new byte[1]);
        assertEquals(65_535, packet.sourcePort());
        assertEquals(65_535, packet.destinationPort());
        net.mapping(1, REMOTE, 1);
    }

    @Test
    void shouldVerifyChecksum() {
        IngressPacket packet = net.sender.udp(5000, REMOTE, 7, new byte[9]);
        packet.buffer.putByte(packet.transportOffset + 16, (byte) 1);
        net.packet(packet);
        assertEquals(1, net.count(Counter.DROP_UDP_CHECKSUM));
        packet = net.sender.udp(5000, REMOTE, 7, new byte[9]);
        packet.buffer.putShort(packet.transportOffset + 6, (short) 0);
        net.packet(packet);
        assertEquals(9, net.sentOne().payload().length);
        packet = net.sender.udp(5000, REMOTE, 7, new byte[9]);
        packet.buffer.putShort(packet.transportOffset + 6, (short) 0x5555);
        packet.checksumPartial = true;
        net.packet(packet);
        assertEquals(9, net.sentOne().payload().length);
        packet = net.sender.gso(5000, REMOTE, 7, new byte[9], 3);
        packet.checksumPartial = false;
        net.packet(packet);
        assertEquals(2, net.count(Counter.DROP_UDP_CHECKSUM));
    }

    @Test
    void shouldDropLengthsThatDoNotMatch() {
        int dropped = 0;
        for (final int length : new int[] {0, 1, 7, 8, 16, 18, 65_535}) {
            final IngressPacket packet = net.sender.udp(5000, REMOTE, 7, new byte[9]);
            packet.buffer.putShort(packet.transportOffset + 4, Short.reverseBytes((short) length));
            packet.checksumPartial = true;
            net.packet(packet);
            assertEquals(++dropped, net.count(Counter.DROP_UDP_BAD));
        }
        for (int length = 0; length < 8; length++) {
            final IngressPacket packet = net.sender.udp(5000, REMOTE, 7, new byte[9]);
            packet.transportLength = length;
            net.packet(packet);
            assertEquals(++dropped, net.count(Counter.DROP_UDP_BAD));
        }
        assertTrue(net.sent().isEmpty());
    }

    @Test
    void shouldCloseEverySocket() {
        net.mapping(1, REMOTE, 7);
        net.mapping(2, NAME_SERVER, 53);
        net.udp.forwards().open(1, 0, 0, 8080, 0, dev.tailrace.netstack.wire.IpAddress.ipv4Lo(GUEST), 80);
        net.udp.onPacket(net.sender.udp(1, REMOTE, 7, new byte[1]), net.nowNs);
        net.udp.close();
        assertEquals(1, net.sent().size());
        assertTrue(net.sockets.opened.stream().allMatch(socket -> socket.isClosed));
        assertEquals(0, net.timers.size());
    }
}
