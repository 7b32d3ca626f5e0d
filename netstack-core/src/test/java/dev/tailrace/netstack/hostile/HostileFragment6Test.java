package dev.tailrace.netstack.hostile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tailrace.netstack.status.Counter;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// IPv6 fragments that no kernel would send.
final class HostileFragment6Test {
    private final HostileWorld world = HostileWorld.options().ipv6().start();
    private final byte[] whole = transport(Frames6.udp(40_000, 9, Frames.counting(40)));

    private static byte[] transport(final byte[] frame) {
        return Arrays.copyOfRange(frame, Frames6.TRANSPORT, frame.length);
    }

    private byte[] piece(final int identification, final int from, final int to, final boolean isMore) {
        return Frames6.fragment(Frames6.UDP, identification, from, isMore, Arrays.copyOfRange(whole, from, to));
    }

    @Test
    void shouldTakeAnAtomicFragmentForAWholePacket() {
        // RFC 6946: whatever else has its identification.
        world.in(piece(1, 0, 16, true), piece(1, 0, 48, false));
        assertArrayEquals(
                Frames.counting(40), world.host().datagrams().getLast().payload());
        assertEquals(0, world.count(Counter.DROP_FRAGMENT_OVERLAP));
        world.expectWorking();
    }

    @Test
    void shouldDropHeadersCutShort() {
        for (int length = 0; length < 8; length++) {
            world.expectDrop(
                    Counter.DROP_IPV6_EXTENSION,
                    Frames6.packet(Frames6.FRAGMENT, Arrays.copyOf(new byte[] {17}, length)));
        }
    }

    @Test
    void shouldGiveUpDatagramsWhoseFragmentsOverlap() {
        world.in(piece(2, 0, 32, true));
        world.expectDrop(Counter.DROP_FRAGMENT_OVERLAP, piece(2, 24, 48, false));
        world.expectDrop(Counter.DROP_FRAGMENT_OVERLAP, piece(2, 32, 48, false));
        assertEquals(List.of(), world.host().datagrams());
    }

    @Test
    void shouldDropFragmentsBeyondTheLongestPacketAndThoseNotOfEightBytes() {
        world.expectDrop(Counter.DROP_FRAGMENT_BAD, Frames6.fragment(58, 3, 65_528, false, new byte[1_400]));
        world.expectDrop(Counter.DROP_FRAGMENT_BAD, piece(3, 0, 15, true));
        world.expectDrop(Counter.DROP_FRAGMENT_BAD, Frames6.fragment(17, 3, 8, true));
    }

    @Test
    void shouldDropFragmentsInsideFragments() {
        final byte[] inner = new byte[16];
        inner[0] = 17;
        world.expectDrop(Counter.DROP_FRAGMENT_BAD, Frames6.fragment(Frames6.FRAGMENT, 4, 0, false, inner));
        world.expectDrop(Counter.DROP_IPV6_EXTENSION, Frames6.fragment(0, 4, 0, false, inner));
    }

    @Test
    void shouldBoundTheMemoryOfAThousandHalfDatagrams() {
        for (int id = 0; id < 1_000; id++) {
            world.in(piece(id, 0, 16, true));
        }
        assertEquals(1_000 - 16, world.count(Counter.DROP_FRAGMENT_NO_BUFFER));
        world.in(piece(999, 16, 48, false));
        assertEquals(1, world.host().datagrams().size());
        world.pass(31_000);
        assertEquals(15, world.count(Counter.DROP_FRAGMENT_TIMEOUT));
        world.out6();
        world.expectWorking();
        world.expectNothingLeft();
    }

    @Test
    void shouldKeepTheFamiliesApart() {
        // The same identification and protocol over IPv4.
        world.in(piece(5, 0, 16, true));
        world.in(Frames.fragment(17, Frames.SERVER, 5, 16, false, Arrays.copyOfRange(whole, 16, 48)));
        assertEquals(List.of(), world.host().datagrams());
        world.in(piece(5, 16, 48, false));
        assertEquals(1, world.host().datagrams().size());
        world.expectWorking();
    }
}
