package dev.tailrace.netstack.udp;

import static dev.tailrace.netstack.udp.UdpFixture.GATEWAY;
import static dev.tailrace.netstack.udp.UdpFixture.GUEST;
import static dev.tailrace.netstack.udp.UdpFixture.LOOPBACK;
import static dev.tailrace.netstack.udp.UdpFixture.OTHER;
import static dev.tailrace.netstack.udp.UdpFixture.REMOTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.host.HostErrno;
import dev.tailrace.netstack.host.HostException;
import dev.tailrace.netstack.ip.GuestPacket;
import dev.tailrace.netstack.ip.GuestSender;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.wire.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UdpPortForwardTest {
    private final UdpFixture net = UdpFixture.open();

    private FakeDatagram publish(final int id, final int hostPort, final int guestPort) {
        net.udp.forwards().open(id, 0, IpAddress.ipv4Lo(0), hostPort, 0, IpAddress.ipv4Lo(GUEST), guestPort);
        return net.sockets.opened.getLast();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1472, 1473, 65_507})
    void shouldKeepClientsAddressAndAnswerFromPublishedPort(final int length) {
        final FakeDatagram socket = publish(1, 8080, 80);
        final byte[] request = GuestSender.payload(length, 1);
        final GuestPacket packet = net.arrives(socket, REMOTE, 4444, request);
        assertArrayEquals(request, packet.payload());
        assertEquals(REMOTE, packet.source());
        assertEquals(4444, packet.sourcePort());
        assertEquals(80, packet.destinationPort());
        net.send(80, REMOTE, 4444, request);
        final FakeSockets.Sent sent = net.sentOne();
        assertSame(socket, sent.from());
        assertArrayEquals(request, sent.payload());
        assertEquals(REMOTE, sent.destination());
        assertEquals(4444, sent.port());
        assertEquals(0, net.udp.flowCount());
    }

    @ParameterizedTest
    @ValueSource(ints = {LOOPBACK, 0x7f01_0203, 0x0a00_0277})
    void shouldShowUnreachableClientAsGateway(final int client) {
        final FakeDatagram socket = publish(1, 8080, 80);
        final GuestPacket packet = net.arrives(socket, client, 4444, new byte[1]);
        assertEquals(GATEWAY, packet.source());
        assertEquals(4444, packet.sourcePort());
        net.send(80, GATEWAY, 4444, new byte[1]);
        final FakeSockets.Sent sent = net.sentOne();
        assertSame(socket, sent.from());
        assertEquals(client, sent.destination());
    }

    @Test
    void shouldSendToOthersByOrdinaryMapping() {
        final FakeDatagram socket = publish(1, 8080, 80);
        net.arrives(socket, REMOTE, 4444, new byte[1]);
        assertNotSame(socket, net.mapping(80, REMOTE, 4445));
        assertNotSame(socket, net.mapping(80, OTHER, 4444));
        assertNotSame(socket, net.mapping(81, REMOTE, 4444));
        assertSame(socket, net.mapping(80, REMOTE, 4444));
    }

    @Test
    void shouldCountHopsToClient() {
        final FakeDatagram socket = publish(1, 8080, 80);
        net.arrives(socket, REMOTE, 4444, new byte[1]);
        net.arrives(socket, LOOPBACK, 4445, new byte[1]);
        net.sender.ttl = 1;
        net.send(80, REMOTE, 4444, new byte[1]);
        assertEquals(11, net.guest.takeOne().type());
        assertTrue(net.sent().isEmpty());
        net.send(80, GATEWAY, 4445, new byte[1]);
        assertEquals(LOOPBACK, net.sentOne().destination());
    }

    @Test
    void shouldForgetClientAfterAWhile() {
        final FakeDatagram socket = publish(1, 8080, 80);
        net.arrives(socket, REMOTE, 4444, new byte[1]);
        net.advance(239);
        assertSame(socket, net.mapping(80, REMOTE, 4444));
        net.advance(239);
        assertSame(socket, net.mapping(80, REMOTE, 4444));
        net.advance(240);
        assertNotSame(socket, net.mapping(80, REMOTE, 4444));
    }

    @Test
    void shouldAnswerThroughTheRightOfTwoPorts() {
        final FakeDatagram first = publish(1, 8080, 80);
        final FakeDatagram second = publish(2, 8081, 80);
        net.arrives(first, REMOTE, 1, new byte[1]);
        net.arrives(second, REMOTE, 2, new byte[1]);
        assertSame(first, net.mapping(80, REMOTE, 1));
        assertSame(second, net.mapping(80, REMOTE, 2));
        assertTrue(net.udp.forwards().close(1));
        assertTrue(first.isClosed);
        assertSame(second, net.mapping(80, REMOTE, 2));
        assertNotSame(first, net.mapping(80, REMOTE, 1));
        assertTrue(net.udp.forwards().close(2));
        assertFalse(net.udp.forwards().close(2));
        assertNotSame(second, net.mapping(80, REMOTE, 2));
    }

    @Test
    void shouldTellThatClientIsGone() {
        final FakeDatagram socket = publish(1, 8080, 80);
        net.arrives(socket, LOOPBACK, 4444, new byte[1]);
        socket.error(3, 3, 0, LOOPBACK, 4444, LOOPBACK);
        final GuestPacket error = net.guest.takeOne();
        assertEquals(3, error.code());
        assertEquals(GATEWAY, error.source());
        assertEquals(GATEWAY, error.quoted32(16));
        assertEquals(80, error.quoted16(20));
        assertEquals(4444, error.quoted16(22));
    }

    @Test
    void shouldSayWhyPortCannotBePublished() {
        publish(1, 8080, 80);
        final HostException failure = assertThrows(HostException.class, () -> publish(2, 8080, 81));
        assertEquals(HostErrno.EADDRINUSE, failure.errno());
        assertFalse(net.udp.forwards().close(2));
    }

    @Test
    void shouldBoundClients() {
        final FakeDatagram socket = publish(1, 8080, 80);
        for (int index = 0; index < 20_000; index++) {
            socket.arrive(REMOTE + (index >> 12), 1024 + index, new byte[1], 0);
            net.poll();
            net.guest.take();
        }
        assertTrue(net.count(Counter.UDP_CLIENTS_EVICTED) >= 20_000 - UdpConfig.DEFAULT.maxForwardClients());
        assertSame(socket, net.mapping(80, REMOTE + (19_999 >> 12), 1024 + 19_999));
    }

    @Test
    void shouldLeadGuestToItsOwnPublishedPort() {
        final FakeDatagram socket = publish(1, 8080, 80);
        final FakeDatagram mapping = net.mapping(5000, GATEWAY, 8080);
        assertEquals(
                GATEWAY,
                net.arrives(socket, LOOPBACK, mapping.localPort(), new byte[1]).source());
        net.send(80, GATEWAY, mapping.localPort(), new byte[1]);
        final FakeSockets.Sent sent = net.sentOne();
        assertSame(socket, sent.from());
        assertEquals(LOOPBACK, sent.destination());
        final GuestPacket answer = net.arrives(mapping, LOOPBACK, 8080, new byte[1]);
        assertEquals(GATEWAY, answer.source());
        assertEquals(8080, answer.sourcePort());
    }
}
