package dev.tailrace.netstack.hostile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.testkit.Packet;
import dev.tailrace.netstack.wire.IpAddress;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Datagrams and name queries that no kernel would send.
final class HostileUdpTest {
    private static final int UDP = Raw.TRANSPORT;
    private static final long PEER = IpAddress.ipv4Lo(Frames.SERVER);

    private final HostileWorld world = HostileWorld.start();
    private final byte[] frame = Frames.udp(40_000, Frames.SERVER, 9, Frames.counting(40));

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 8, 47, 49, 0xffff})
    void shouldDropALengthThatIsNotThatOfThePacket(final int length) {
        final byte[] wrong = Raw.put16(frame, UDP + 4, length);
        world.expectDrop(Counter.DROP_UDP_BAD, Raw.fixTransport(wrong, wrong.length));
        world.expectDrop(Counter.DROP_UDP_BAD, partial(wrong));
    }

    private static byte[] partial(final byte[] frame) {
        final byte[] open = Raw.put8(frame.clone(), 0, 1);
        Raw.putNative16(open, 6, UDP - Raw.ETHERNET);
        return Raw.putNative16(open, 8, 6);
    }

    @Test
    void shouldDropHeadersCutShort() {
        for (int length = 0; length < 8; length++) {
            world.expectDrop(Counter.DROP_UDP_BAD, Frames.ipv4(17, Frames.SERVER, new byte[length]));
        }
    }

    @Test
    void shouldDropABadChecksumAndTakeNone() {
        world.expectDrop(Counter.DROP_UDP_CHECKSUM, Raw.put16(frame.clone(), UDP + 6, Raw.u16(frame, UDP + 6) ^ 1));
        world.in(Raw.put16(frame, UDP + 6, 0));
        assertEquals(1, world.host().datagrams().size());
        world.expectWorking();
    }

    @Test
    void shouldDropPortZeroOnEitherSide() {
        world.expectDrop(Counter.DROP_UDP_PORT_ZERO, Frames.udp(0, Frames.SERVER, 9));
        world.expectDrop(Counter.DROP_UDP_PORT_ZERO, Frames.udp(40_000, Frames.SERVER, 0));
        world.expectDrop(Counter.DROP_UDP_PORT_ZERO, Frames.udp(0, Frames.SERVER, 0));
    }

    @Test
    void shouldPassTheLongestDatagramAndDropOneByteMore() {
        sendInFragments(1, 65_507);
        assertEquals(65_507, world.host().datagrams().getLast().payload().length);
        final long before = world.count(Counter.DROP_FRAGMENT_BAD);
        sendInFragments(2, 65_508);
        assertEquals(before + 1, world.count(Counter.DROP_FRAGMENT_BAD));
        assertEquals(1, world.host().datagrams().size());
        world.expectWorking();
    }

    private void sendInFragments(final int identification, final int length) {
        final byte[] datagram = new byte[8 + length];
        Raw.put16(datagram, 0, 40_000);
        Raw.put16(datagram, 2, 9);
        Raw.put16(datagram, 4, datagram.length);
        for (int offset = 0; offset < datagram.length; offset += 1_480) {
            final int end = Math.min(datagram.length, offset + 1_480);
            world.in(Frames.fragment(
                    17,
                    Frames.SERVER,
                    identification,
                    offset,
                    end < datagram.length,
                    Arrays.copyOfRange(datagram, offset, end)));
        }
    }

    @Test
    void shouldKeepDatagramsInTheReadAreaUntilTheyAreSent() {
        // More bytes than the area has, found together: those that wait are sent before it is used anew.
        final byte[][] frames = new byte[9][];
        for (int index = 0; index < frames.length; index++) {
            final byte[] payload = new byte[60_000];
            Arrays.fill(payload, (byte) index);
            frames[index] = partial(Frames.udp(40_000, Frames.SERVER, 9, payload));
            Raw.putNative16(Raw.put8(frames[index], 1, 5), 4, 1_000);
        }
        world.in(frames);
        for (int index = 0; index < frames.length; index++) {
            final byte[] payload = world.host().datagrams().get(index).payload();
            assertEquals(60_000, payload.length);
            assertEquals(index, payload[59_999]);
        }
        world.expectWorking();
    }

    @Test
    void shouldPassAnEmptyDatagram() {
        world.in(Frames.udp(40_000, Frames.SERVER, 9));
        assertEquals(0, world.host().datagrams().getLast().payload().length);
        world.expectWorking();
    }

    @Test
    void shouldDropDatagramsToTheNetworksBroadcastAddress() {
        world.expectDrop(Counter.DROP_UDP_DENIED, Frames.udp(40_000, Frames.BROADCAST, 9));
    }

    @Test
    void shouldReachNoLoopbackByAnyAliasWhenThatIsForbidden() {
        final HostileWorld closed = HostileWorld.options().withoutHostLoopback().start();
        closed.in(Frames.udp(40_000, Frames.GATEWAY, 9));
        assertEquals(3, closed.only().icmpType());
        closed.in(Frames.udp(40_000, -1, 9), Frames.udp(40_000, Frames.BROADCAST, 9));
        closed.in(Frames.udp(40_000, 0x7f00_0001, 9), Frames.udp(40_000, 0, 9));
        assertEquals(List.of(), closed.host().datagrams());
        assertEquals(List.of(), closed.out());
        closed.expectWorking();
    }

    @Test
    void shouldRefuseOtherPortsOfTheNameServer() {
        world.in(Frames.udp(40_000, Frames.NAME_SERVER, 54, (byte) 1));
        final Packet error = world.only();
        assertEquals(3, error.icmpType());
        assertEquals(1, world.count(Counter.DROP_UDP_DENIED));
        assertEquals(List.of(), world.host().datagrams());
        world.expectWorking();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 11, 12, 512, 513, 1_400})
    void shouldPassNameQueriesOfAnyLengthUnread(final int length) {
        world.in(Frames.udp(40_000, Frames.NAME_SERVER, 53, Frames.counting(length)));
        assertArrayEquals(
                Frames.counting(length), world.host().datagrams().getLast().payload());
        assertEquals(53, world.host().datagrams().getLast().port());
        world.expectWorking();
    }

    @Test
    void shouldPassAnswersWithCompressionLoopsUnread() {
        final byte[] loop = new byte[32];
        Arrays.fill(loop, (byte) 0xc0);
        world.in(Frames.udp(40_000, Frames.NAME_SERVER, 53, Frames.counting(12)));
        world.host().datagram().arrive(IpAddress.IPV4_HI, IpAddress.ipv4Lo(0xc000_0235), 53, loop);
        world.settle();
        final Packet answer = world.only();
        assertEquals(Frames.NAME_SERVER, answer.source());
        for (int index = 0; index < loop.length; index++) {
            assertEquals((byte) 0xc0, answer.payload(index));
        }
        world.expectWorking();
    }

    @Test
    void shouldTakeNameAnswersFromTheResolverOnly() {
        world.in(Frames.udp(40_000, Frames.NAME_SERVER, 53, Frames.counting(12)));
        world.host().datagram().arrive(IpAddress.IPV4_HI, PEER, 53, (byte) 1);
        world.host().datagram().arrive(IpAddress.IPV4_HI, IpAddress.ipv4Lo(0xc000_0235), 54, (byte) 1);
        world.settle();
        assertEquals(List.of(), world.out());
        assertEquals(2, world.count(Counter.DROP_UDP_DENIED));
        world.expectWorking();
    }

    @Test
    void shouldPassTcpQueriesWithAnyLengthInFrontUnread() {
        final byte[] none = new byte[0];
        for (final byte[] query : new byte[][] {{0, 0}, {(byte) 0xff, (byte) 0xff, 1}, {0}, {0, 12, 1, 2}}) {
            final int port = 41_000 + query.length;
            world.in(Frames.tcp(port, Frames.NAME_SERVER, 53, Frames.SYN, 7, 0, none));
            final int iss = world.only().seq();
            world.in(Frames.tcp(port, Frames.NAME_SERVER, 53, Frames.ACK, 8, iss + 1, none, query));
            assertArrayEquals(query, world.host().stream().taken());
            world.in(Frames.tcp(port, Frames.NAME_SERVER, 53, Frames.RST, 8 + query.length, 0, none));
            world.out();
        }
        world.expectWorking();
    }

    @Test
    void shouldDropWhatComesFromPortZeroOfAPeer() {
        world.in(frame);
        world.host().datagram().arrive(IpAddress.IPV4_HI, PEER, 0, (byte) 1);
        world.settle();
        assertEquals(List.of(), world.out());
        assertEquals(1, world.count(Counter.DROP_UDP_PORT_ZERO));
        world.expectWorking();
    }
}
