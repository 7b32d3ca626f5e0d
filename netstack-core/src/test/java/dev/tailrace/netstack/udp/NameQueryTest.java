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

import dev.tailrace.netstack.dns.LocalNames;
import dev.tailrace.netstack.ip.GuestPacket;
import dev.tailrace.netstack.ip.GuestSender;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.netstack.wire.IpLiteral;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
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
    void shouldAnswerForNamesOfTheNetworkItself() {
        final AtomicBoolean isWayOut = new AtomicBoolean(true);
        final AtomicReference<@Nullable IpLiteral> own = new AtomicReference<>();
        net = new UdpFixture(true, true, UdpConfig.DEFAULT, new LocalNames() {
            @Override
            public @Nullable Records find(final long clientHi, final long clientLo, final String name) {
                return clientLo == IpAddress.ipv4Lo(GUEST) && name.equals("web")
                        ? new Records(List.of(new IpLiteral(IpAddress.IPV4_HI, IpAddress.ipv4Lo(OTHER))), List.of())
                        : null;
            }

            @Override
            public boolean isForwarded(final long clientHi, final long clientLo) {
                return isWayOut.get();
            }

            @Override
            public @Nullable IpLiteral resolver(final long clientHi, final long clientLo) {
                return own.get();
            }
        });
        final byte[] web = HexFormat.of().parseHex("abcd01000001000000000000" + "03776562" + "00" + "00010001");
        net.send(5000, NAME_SERVER, 53, web);
        final GuestPacket answer = net.guest.takeOne();
        assertEquals(NAME_SERVER, answer.source());
        assertEquals(53, answer.sourcePort());
        assertEquals(5000, answer.destinationPort());
        assertEquals(
                "abcd81800001000100000000" + "03776562" + "00" + "00010001" + "c00c000100010000000a0004cb007109",
                HexFormat.of().formatHex(answer.payload()));
        assertTrue(net.sent().isEmpty(), "the host is not asked");
        final byte[] other = web.clone();
        other[13] = 'x';
        net.send(5000, NAME_SERVER, 53, other);
        assertEquals(RESOLVER, net.sentOne().destination());
        own.set(new IpLiteral(IpAddress.IPV4_HI, IpAddress.ipv4Lo(REMOTE)));
        net.send(5000, NAME_SERVER, 53, other);
        assertEquals(REMOTE, net.sentOne().destination(), "a resolver of the guest's own");
        isWayOut.set(false);
        net.send(5000, NAME_SERVER, 53, other);
        assertEquals("8182", HexFormat.of().formatHex(net.guest.takeOne().payload(), 2, 4));
        assertTrue(net.sent().isEmpty(), "nothing leaves");
        net.send(5000, NAME_SERVER, 53, new byte[] {1, 2, 3});
        assertTrue(net.guest.take().isEmpty());
        assertTrue(net.sent().isEmpty(), "nothing leaves");
    }

    @Test
    void shouldBeAnAddressLikeAnyOtherWhenSwitchedOff() {
        net = new UdpFixture(true, false, UdpConfig.DEFAULT);
        net.send(5000, NAME_SERVER, 53, new byte[1]);
        assertEquals(NAME_SERVER, net.sentOne().destination());
        assertEquals(0, net.count(Counter.DNS_QUERIES));
    }
}
