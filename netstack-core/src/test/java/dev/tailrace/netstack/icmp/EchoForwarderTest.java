package dev.tailrace.netstack.icmp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.tailrace.netstack.ip.GuestKernel;
import dev.tailrace.netstack.ip.GuestPacket;
import dev.tailrace.netstack.ip.GuestSender;
import dev.tailrace.netstack.ip.IngressPacket;
import dev.tailrace.netstack.ip.IpOutput;
import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.link.NeighborTable;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.table.KeyedHash;
import dev.tailrace.netstack.timer.TimerQueue;
import dev.tailrace.netstack.wire.IpAddress;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EchoForwarderTest {
    private static final int GATEWAY = 0x0a00_0202;
    private static final int NAME_SERVER = 0x0a00_0203;
    private static final int REMOTE = 0xc633_6407;
    private static final int ROUTER = 0xcb00_7101;

    private final Counters counters = new Counters();
    private final TimerQueue timers = new TimerQueue();
    private final FakeEchoSockets sockets = new FakeEchoSockets();
    private final GuestSender sender = new GuestSender();
    private final GuestKernel guest = new GuestKernel(GuestKernel.MTU);
    private EchoForwarder echo = echo(true);
    private long nowNs = Long.MAX_VALUE - 5;

    private EchoForwarder echo(final boolean dns) {
        final VirtualNetwork network = new VirtualNetwork(0x0a00_0200, 24, GuestKernel.MTU, 0, true, dns);
        final NeighborTable neighbors = new NeighborTable();
        neighbors.learn(IpAddress.IPV4_HI, IpAddress.ipv4Lo(GuestSender.GUEST), 0x0200_0000_0001L);
        final IpOutput egress = new IpOutput(guest, network, neighbors, (hi, lo) -> {}, counters, 1);
        return new EchoForwarder(network, sockets, egress, timers, counters, new KeyedHash(1, 2));
    }

    private void packet(final IngressPacket packet) {
        echo.onPacket(packet, nowNs);
        sender.flushed();
    }

    private FakeEchoSockets.FakeEcho ping(final int identifier, final int sequence, final int length) {
        packet(sender.echo(REMOTE, identifier, sequence, GuestSender.payload(length, 2)));
        return sockets.opened.getLast();
    }

    private static void assertReply(
            final GuestPacket reply, final int source, final int identifier, final int sequence, final byte[] data) {
        assertEquals(0, reply.type());
        assertEquals(0, reply.code());
        assertEquals(source, reply.source());
        assertEquals(GuestSender.GUEST, reply.destination());
        assertEquals(identifier, reply.number16(4));
        assertEquals(sequence, reply.number16(6));
        assertArrayEquals(data, Arrays.copyOfRange(reply.payload(), 8, reply.payload().length));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 56, 57, 1472, 1473, 20_001, 65_507})
    void shouldAnswerForItself(final int length) {
        final byte[] data = GuestSender.payload(length, 2);
        for (final int address : new int[] {GATEWAY, NAME_SERVER}) {
            sender.ttl = 1;
            packet(sender.echo(address, 0xffff, 0, data));
            assertReply(guest.takeOne(), address, 0xffff, 0, data);
        }
        assertTrue(sockets.opened.isEmpty());
    }

    @Test
    void shouldPingThirdAddressThroughHostWithoutNameServer() {
        echo = echo(false);
        packet(sender.echo(NAME_SERVER, 1, 1, new byte[8]));
        assertEquals(NAME_SERVER, sockets.opened.getFirst().destination);
        assertTrue(guest.take().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 56, 57, 1472, 1473, 20_001, 65_507})
    void shouldPingThroughHost(final int length) {
        final byte[] data = GuestSender.payload(length, 2);
        final FakeEchoSockets.FakeEcho socket = ping(0xabcd, 0xffff, length);
        assertEquals(1, socket.sends, "the first request must not be lost");
        assertEquals(REMOTE, socket.destination);
        assertEquals(63, socket.hopLimit);
        assertArrayEquals(data, Arrays.copyOfRange(socket.sent, 8, socket.sent.length));
        socket.answer(REMOTE);
        assertReply(guest.takeOne(), REMOTE, 0xabcd, 0xffff, data);
    }

    @Test
    void shouldKeepIdentifiersApart() {
        final FakeEchoSockets.FakeEcho first = ping(1, 10, 8);
        final FakeEchoSockets.FakeEcho second = ping(2, 20, 8);
        ping(1, 11, 8);
        assertEquals(2, sockets.opened.size());
        second.answer(REMOTE);
        assertEquals(2, guest.takeOne().number16(4));
        first.answer(REMOTE);
        final GuestPacket reply = guest.takeOne();
        assertEquals(1, reply.number16(4));
        assertEquals(11, reply.number16(6));
    }

    @ParameterizedTest
    @CsvSource({"11, 0, 0", "3, 1, 0", "3, 4, 1400"})
    void shouldPassOnErrors(final int type, final int code, final int mtu) {
        final FakeEchoSockets.FakeEcho socket = ping(0x1234, 7, 56);
        for (final int sequence : new int[] {7, -1}) {
            socket.listener.onIcmpError(
                    type, code, mtu, sequence, 0, IpAddress.ipv4Lo(REMOTE), 0, IpAddress.ipv4Lo(ROUTER));
            final GuestPacket error = guest.takeOne();
            assertEquals(type, error.type());
            assertEquals(code, error.code());
            assertEquals(mtu, error.number16(6));
            assertEquals(ROUTER, error.source());
            assertEquals(GuestSender.GUEST, error.quoted32(12));
            assertEquals(REMOTE, error.quoted32(16));
            assertEquals(0x0800, error.quoted16(20));
            assertEquals(0x1234, error.quoted16(24));
            assertEquals(7, error.quoted16(26));
        }
        socket.listener.onIcmpError(5, 1, 0, 7, 0, IpAddress.ipv4Lo(REMOTE), 0, IpAddress.ipv4Lo(ROUTER));
        assertTrue(guest.take().isEmpty());
    }

    @Test
    void shouldAnswerLastHop() {
        sender.ttl = 1;
        packet(sender.echo(REMOTE, 1, 1, new byte[8]));
        final GuestPacket error = guest.takeOne();
        assertEquals(11, error.type());
        assertEquals(GATEWAY, error.source());
        assertTrue(sockets.opened.isEmpty());
    }

    @Test
    void shouldSayProhibitedWithoutPermission() {
        sockets.isForbidden = true;
        packet(sender.echo(REMOTE, 1, 1, new byte[8]));
        final GuestPacket error = guest.takeOne();
        assertEquals(3, error.type());
        assertEquals(13, error.code());
        assertEquals(1, counters.get(Counter.DROP_ICMP_NO_SOCKET));
        assertEquals(0, echo.flowCount());
    }

    @ParameterizedTest
    @CsvSource({"101, 0", "113, 1"})
    void shouldTellFailedSend(final int errno, final int code) {
        ping(1, 1, 8).result = -errno;
        ping(1, 2, 8);
        final GuestPacket error = guest.takeOne();
        assertEquals(3, error.type());
        assertEquals(code, error.code());
        assertEquals(2, error.quoted16(26));
        assertEquals(1, counters.get(Counter.ICMP_SEND_FAILED));
    }

    @Test
    void shouldExpireAfterAMinute() {
        final FakeEchoSockets.FakeEcho socket = ping(1, 1, 8);
        nowNs += EchoForwarder.IDLE_NS - 1;
        timers.poll(nowNs);
        ping(1, 2, 8);
        assertEquals(2, socket.sends);
        nowNs += EchoForwarder.IDLE_NS - 1;
        timers.poll(nowNs);
        assertFalse(socket.isClosed);
        timers.poll(++nowNs);
        assertTrue(socket.isClosed);
        assertEquals(0, echo.flowCount());
    }

    @Test
    void shouldBoundFlows() {
        for (int identifier = 0; identifier < EchoForwarder.MAX_FLOWS + 10; identifier++) {
            ping(identifier, 1, 8);
        }
        assertEquals(EchoForwarder.MAX_FLOWS, echo.flowCount());
        assertEquals(10, counters.get(Counter.ICMP_FLOWS_EVICTED));
        assertTrue(sockets.opened.get(9).isClosed);
        assertFalse(sockets.opened.get(10).isClosed);
        sockets.maxOpen = EchoForwarder.MAX_FLOWS;
        ping(0xffff, 1, 8);
        assertTrue(sockets.opened.get(10).isClosed);
        echo.close();
        assertTrue(sockets.opened.stream().allMatch(socket -> socket.isClosed));
        assertEquals(0, timers.size());
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0x0a00_02ff, 0xe000_0001, 0x7f00_0001, 0})
    void shouldIgnorePingToNoSingleHost(final int address) {
        packet(sender.echo(address, 1, 1, new byte[8]));
        assertTrue(guest.take().isEmpty());
        assertTrue(sockets.opened.isEmpty());
        assertEquals(1, counters.get(Counter.DROP_IPV4_DESTINATION));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 4, 5, 9, 10, 11, 13, 17, 255})
    void shouldIgnoreOtherMessages(final int type) {
        packet(sender.icmp(type, 0, GATEWAY, 1, 1, new byte[40]));
        packet(sender.icmp(type, 0, REMOTE, 1, 1, new byte[40]));
        packet(sender.icmp(8, 1, REMOTE, 1, 1, new byte[40]));
        assertTrue(guest.take().isEmpty());
        assertTrue(sockets.opened.isEmpty());
        assertEquals(3, counters.get(Counter.DROP_ICMP_TYPE));
    }

    @Test
    void shouldDropShortAndDamagedMessages() {
        for (int length = 0; length < 8; length++) {
            final IngressPacket packet = sender.echo(GATEWAY, 1, 1, new byte[8]);
            packet.transportLength = length;
            packet(packet);
        }
        assertEquals(8, counters.get(Counter.DROP_ICMP_BAD));
        final IngressPacket packet = sender.echo(GATEWAY, 1, 1, new byte[8]);
        packet.buffer.putByte(packet.transportOffset + 9, (byte) 1);
        packet(packet);
        assertEquals(1, counters.get(Counter.DROP_ICMP_CHECKSUM));
        assertTrue(guest.take().isEmpty());
    }

    @Test
    void shouldNotAllocate() {
        final FakeEchoSockets.FakeEcho socket = ping(1, 1, 1400);
        socket.isCounting = true;
        guest.isCounting = true;
        final IngressPacket packet = sender.echo(REMOTE, 1, 2, GuestSender.payload(1400, 1));
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = Long.MAX_VALUE;
        for (int round = 0; round < 20 && allocated != 0; round++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            for (int index = 0; index < 2000; index++) {
                echo.onPacket(packet, nowNs);
                socket.listener.onReply(socket.received, 3, 1408, 0, IpAddress.ipv4Lo(REMOTE));
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertTrue(guest.countedBytes > 0 && socket.sends > 0);
        assertEquals(0, allocated);
    }
}
