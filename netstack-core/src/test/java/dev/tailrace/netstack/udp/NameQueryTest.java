package dev.tailrace.netstack.udp;

import static dev.tailrace.netstack.udp.UdpFixture.GUEST;
import static dev.tailrace.netstack.udp.UdpFixture.LOOPBACK;
import static dev.tailrace.netstack.udp.UdpFixture.NAME_SERVER;
import static dev.tailrace.netstack.udp.UdpFixture.OTHER;
import static dev.tailrace.netstack.udp.UdpFixture.REMOTE;
import static dev.tailrace.netstack.udp.UdpFixture.RESOLVER;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.ip.GuestPacket;
import dev.tailrace.netstack.ip.GuestSender;
import dev.tailrace.netstack.status.Counter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NameQueryTest {
    private UdpFixture net = UdpFixture.open();

    @ParameterizedTest
    @ValueSource(ints = {0, 12, 512, 513, 4096})
    void shouldAskHostsResolver(final int length) {
        final byte[] query = GuestSender.payload(length, 1);
        net.send(5000, NAME_SERVER, 53, query);
        final FakeSockets.Sent sent = net.sentOne();
        assertArrayEquals(query, sent.payload());
        assertEquals(RESOLVER, sent.destination());
        assertEquals(53, sent.port());
        final GuestPacket answer = net.arrives(sent.from(), RESOLVER, 53, query);
        assertArrayEquals(query, answer.payload());
        assertEquals(NAME_SERVER, answer.source());
        assertEquals(53, answer.sourcePort());
        assertEquals(GUEST, answer.destination());
        assertEquals(5000, answer.destinationPort());
    }

    @Test
    void shouldReachLoopbackResolverWithHostLoopbackOff() {
        net = new UdpFixture(false, true, UdpConfig.DEFAULT);
        final FakeDatagram socket = net.mapping(5000, NAME_SERVER, 53);
        assertEquals(NAME_SERVER, net.arrives(socket, RESOLVER, 53, new byte[1]).source());
    }

    @Test
    void shouldHearNobodyButTheResolver() {
        final FakeDatagram socket = net.mapping(5000, NAME_SERVER, 53);
        socket.arrive(OTHER, 53, new byte[1], 0);
        socket.arrive(RESOLVER, 54, new byte[1], 0);
        socket.arrive(LOOPBACK, 53, new byte[1], 0);
        net.poll();
        assertTrue(net.guest.take().isEmpty());
        assertEquals(3, net.count(Counter.DROP_UDP_DENIED));
    }

    @Test
    void shouldFollowTheResolver() {
        final FakeDatagram socket = net.mapping(5000, NAME_SERVER, 53);
        net.resolver.address = OTHER;
        net.send(5000, NAME_SERVER, 53, new byte[1]);
        assertEquals(OTHER, net.sentOne().destination());
        assertEquals(NAME_SERVER, net.arrives(socket, OTHER, 53, new byte[1]).source());
    }

    @Test
    void shouldSayUnreachableWithoutResolver() {
        net.resolver.address = 0;
        net.send(5000, NAME_SERVER, 53, new byte[1]);
        final GuestPacket error = net.guest.takeOne();
        assertEquals(3, error.type());
        assertEquals(3, error.code());
        assertEquals(1, net.count(Counter.DROP_DNS_NO_RESOLVER));
        assertEquals(1, net.count(Counter.DNS_QUERIES));
        assertTrue(net.sent().isEmpty());
    }

    @Test
    void shouldKeepQueriesApartFromOrdinaryMapping() {
        final FakeDatagram queries = net.mapping(5000, NAME_SERVER, 53);
        final FakeDatagram ordinary = net.mapping(5000, REMOTE, 7);
        assertNotSame(queries, ordinary);
        assertEquals(REMOTE, net.arrives(ordinary, REMOTE, 7, new byte[1]).source());
        net.advance(10);
        assertTrue(queries.isClosed);
        assertEquals(1, net.udp.flowCount());
    }

    @Test
    void shouldNotBeKeptAliveByForgedAnswers() {
        final FakeDatagram socket = net.mapping(5000, NAME_SERVER, 53);
        net.advance(9);
        socket.arrive(OTHER, 53, new byte[1], 0);
        net.poll();
        net.advance(1);
        assertTrue(socket.isClosed);
    }

    @Test
    void shouldTellThatTheResolverRefuses() {
        net.mapping(5000, NAME_SERVER, 53).error(3, 3, 0, RESOLVER, 53, RESOLVER);
        final GuestPacket error = net.guest.takeOne();
        assertEquals(3, error.code());
        assertEquals(NAME_SERVER, error.source());
        assertEquals(NAME_SERVER, error.quoted32(16));
        assertEquals(5000, error.quoted16(20));
        assertEquals(53, error.quoted16(22));
        net.mapping(5000, NAME_SERVER, 53).error(3, 3, 0, OTHER, 53, OTHER);
        assertTrue(net.guest.take().isEmpty());
    }

    @Test
    void shouldBeAnAddressLikeAnyOtherWhenSwitchedOff() {
        net = new UdpFixture(true, false, UdpConfig.DEFAULT);
        net.send(5000, NAME_SERVER, 53, new byte[1]);
        assertEquals(NAME_SERVER, net.sentOne().destination());
        assertEquals(0, net.count(Counter.DNS_QUERIES));
    }
}
