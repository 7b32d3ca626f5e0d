package dev.tailrace.netstack.hostile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.testkit.Packet;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// Fragments that no kernel would send.
final class HostileFragmentTest {
    private static final int UDP = 17;

    private final HostileWorld world = HostileWorld.start();
    /// A whole datagram of 8 + 40 bytes, to cut up.
    private final byte[] whole = datagram(40_000, 9, 40);

    private static byte[] datagram(final int sourcePort, final int port, final int length) {
        final byte[] frame = Frames.udp(sourcePort, Frames.SERVER, port, Frames.counting(length));
        return Arrays.copyOfRange(frame, Raw.TRANSPORT, frame.length);
    }

    private byte[] piece(final int identification, final int from, final int to, final boolean isMore) {
        return Frames.fragment(UDP, Frames.SERVER, identification, from, isMore, Arrays.copyOfRange(whole, from, to));
    }

    @Test
    void shouldPutTogetherWhatComesInAnyOrder() {
        world.in(piece(1, 32, 48, false), piece(1, 8, 32, true), piece(1, 0, 8, true));
        assertArrayEquals(
                Frames.counting(40), world.host().datagrams().getLast().payload());
    }

    @Test
    void shouldGiveUpATeardrop() {
        world.in(piece(2, 0, 32, true));
        world.expectDrop(Counter.DROP_FRAGMENT_OVERLAP, piece(2, 24, 28, false));
        world.expectDrop(Counter.DROP_FRAGMENT_OVERLAP, piece(2, 32, 48, false));
        assertEquals(0, world.host().datagrams().size());
    }

    @Test
    void shouldGiveUpDatagramsWhoseFragmentsOverlapByOneBlock() {
        world.in(piece(3, 0, 16, true));
        world.expectDrop(Counter.DROP_FRAGMENT_OVERLAP, piece(3, 8, 24, true));
        world.expectDrop(Counter.DROP_FRAGMENT_OVERLAP, piece(3, 0, 16, true));
        world.expectDrop(Counter.DROP_FRAGMENT_OVERLAP, piece(3, 16, 48, false));
        assertEquals(0, world.host().datagrams().size());
    }

    @Test
    void shouldGiveUpDatagramsWithTwoEnds() {
        world.in(piece(4, 0, 16, true), piece(4, 32, 48, false));
        world.expectDrop(Counter.DROP_FRAGMENT_OVERLAP, piece(4, 16, 24, false));
        world.in(piece(5, 0, 16, true), piece(5, 16, 32, false));
        world.expectWorking();
    }

    @Test
    void shouldIgnoreAnExactRepetition() {
        world.in(piece(6, 0, 16, true));
        world.expectDrop(Counter.DROP_FRAGMENT_DUPLICATE, piece(6, 0, 16, true));
        world.in(piece(6, 16, 48, false));
        assertArrayEquals(
                Frames.counting(40), world.host().datagrams().getLast().payload());
    }

    @Test
    void shouldNotReadPortsBeyondATinyFirstFragment() {
        // RFC 1858: a first fragment too short for the ports must not get past what looks at ports.
        world.in(piece(7, 0, 8, true));
        assertEquals(0, world.host().datagrams().size());
        world.in(piece(7, 8, 48, false));
        assertEquals(1, world.host().datagrams().size());
        final byte[] tcp = Arrays.copyOfRange(
                Frames.tcp(1, Frames.SERVER, 80, Frames.SYN, 1, 0, new byte[0]), Raw.TRANSPORT, Raw.TRANSPORT + 20);
        world.in(Frames.fragment(6, Frames.SERVER, 8, 0, true, Arrays.copyOf(tcp, 8)));
        world.expectDrop(Counter.DROP_FRAGMENT_OVERLAP, Frames.fragment(6, Frames.SERVER, 8, 0, true, new byte[24]));
    }

    @Test
    void shouldDropFragmentsWithoutPayloadAndThoseNotOfEightBytes() {
        world.expectDrop(Counter.DROP_FRAGMENT_BAD, piece(9, 8, 8, true));
        world.expectDrop(Counter.DROP_FRAGMENT_BAD, piece(9, 8, 8, false));
        world.expectDrop(Counter.DROP_FRAGMENT_BAD, piece(9, 0, 15, true));
        world.expectDrop(Counter.DROP_FRAGMENT_BAD, piece(9, 0, 1, true));
    }

    @Test
    void shouldDropFragmentsThatEndBeyondTheLongestPacket() {
        // The ping of death: 8 x 8,191 + 1,400.
        world.expectDrop(
                Counter.DROP_FRAGMENT_BAD, Frames.fragment(1, Frames.SERVER, 10, 65_528, false, new byte[1400]));
        world.expectDrop(Counter.DROP_FRAGMENT_BAD, Frames.fragment(1, Frames.SERVER, 10, 65_512, false, new byte[8]));
        final byte[] long1 =
                Frames.withIpOptions(Frames.fragment(UDP, Frames.SERVER, 11, 0, true, new byte[8]), new byte[40]);
        world.in(long1);
        for (int offset = 8; offset < 65_488; offset += 1_480) {
            world.in(Frames.fragment(UDP, Frames.SERVER, 11, offset, true, new byte[Math.min(1_480, 65_488 - offset)]));
        }
        // 60 bytes of header and 65,496 of payload do not fit 16 bits.
        world.expectDrop(
                Counter.DROP_FRAGMENT_BAD, Frames.fragment(UDP, Frames.SERVER, 11, 65_488, false, new byte[8]));
    }

    @Test
    void shouldBoundTheMemoryOfAThousandHalfDatagrams() {
        for (int id = 0; id < 1_000; id++) {
            world.in(piece(id, 0, 16, true));
        }
        assertEquals(1_000 - 16, world.count(Counter.DROP_FRAGMENT_NO_BUFFER));
        // The newest ones are there still, and time clears all; what had begun is answered.
        world.in(piece(999, 16, 48, false));
        assertEquals(1, world.host().datagrams().size());
        world.expectWorking();
        world.pass(31_000);
        assertEquals(15, world.count(Counter.DROP_FRAGMENT_TIMEOUT));
        for (final Packet error : world.out()) {
            assertEquals(11, error.icmpType());
            assertEquals(1, error.icmpCode());
        }
        world.expectNothingLeft();
    }

    @Test
    void shouldKeepDatagramsThatShareAnIdentificationApart() {
        final byte[] other =
                Frames.fragment(UDP, Frames.SERVER + 1, 12, 0, true, Arrays.copyOfRange(datagram(40_001, 9, 8), 0, 16));
        world.in(piece(12, 0, 32, true), other);
        world.in(piece(12, 32, 48, false));
        assertArrayEquals(
                Frames.counting(40), world.host().datagrams().getLast().payload());
        assertEquals(0, world.count(Counter.DROP_FRAGMENT_OVERLAP));
        // The identification is used again at once, as after a wrap.
        world.in(piece(12, 0, 32, true), piece(12, 32, 48, false));
        assertEquals(2, world.host().datagrams().size());
        world.expectWorking();
    }

    @Test
    void shouldDropFragmentsWithAnOpenChecksumOrASegmentSize() {
        world.expectDrop(Counter.DROP_VNET_HEADER_BAD, Raw.put8(piece(13, 0, 16, true), 0, 1));
        world.expectDrop(Counter.DROP_VNET_HEADER_BAD, Raw.put8(piece(13, 0, 16, true), 1, 5));
    }

    @Test
    void shouldSeeSourceRoutesInLaterFragmentsToo() {
        world.in(piece(14, 0, 16, true));
        world.expectDrop(
                Counter.DROP_IPV4_SOURCE_ROUTE,
                Frames.withIpOptions(piece(14, 16, 48, false), (byte) 131, (byte) 3, (byte) 4, (byte) 0));
    }

    @Test
    void shouldDropFragmentsFromNobody() {
        world.expectDrop(
                Counter.DROP_IPV4_SOURCE, Raw.fixIp(Raw.put32(piece(15, 0, 16, true), Raw.IP + 12, 0), Raw.TRANSPORT));
    }
}
