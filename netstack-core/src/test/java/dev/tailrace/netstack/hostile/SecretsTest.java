package dev.tailrace.netstack.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.table.KeyedHash;
import dev.tailrace.netstack.wire.IpAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What a guest must not be able to guess follows from a secret, and from nothing else.
final class SecretsTest {
    private static final byte[] NONE = {};
    private static final int FLOWS = 64;

    private static HostileWorld world(final long secret) {
        return HostileWorld.options().secret(secret, ~secret).start();
    }

    private static int initialSequence(final HostileWorld world, final int port) {
        world.in(Frames.tcp(port, Frames.SERVER, 80, Frames.SYN, 1, 0, NONE));
        final int sequence = world.only().seq();
        world.in(Frames.tcp(port, Frames.SERVER, 80, Frames.RST, 2, 0, NONE));
        return sequence;
    }

    @Test
    void shouldDoTheSameWithTheSameSecret() {
        final HostileWorld first = world(7);
        final HostileWorld second = world(7);
        for (final HostileWorld world : List.of(first, second)) {
            for (int port = 1; port <= FLOWS; port++) {
                initialSequence(world, port);
            }
            world.in(Frames.echo(Frames.GATEWAY, 1, 1));
        }
        assertEquals(first.traceHash(), second.traceHash());
    }

    @Test
    void shouldChooseOtherSequenceNumbersWithEachSecretAndForEachConnection() {
        final Set<Integer> seen = new HashSet<>();
        for (long secret = 1; secret <= 8; secret++) {
            final HostileWorld world = world(secret);
            for (int port = 1; port <= FLOWS; port++) {
                seen.add(initialSequence(world, port));
            }
        }
        // 512 numbers of 2^32: that two are the same has a chance of 1 in 33,000, and the secrets are fixed.
        assertEquals(8 * FLOWS, seen.size());
    }

    @Test
    void shouldUseEachHalfOfTheSecret() {
        final int sequence = initialSequence(HostileWorld.options().secret(1, 2).start(), 9);
        assertNotEquals(
                sequence, initialSequence(HostileWorld.options().secret(1, 3).start(), 9));
        assertNotEquals(
                sequence, initialSequence(HostileWorld.options().secret(2, 2).start(), 9));
    }

    @Test
    void shouldMoveSequenceNumbersOfAConnectionOnByTheClock() {
        // RFC 6528: the clock of RFC 9293 ticks about every 4 us, here every 4,096 ns.
        final HostileWorld world = world(3);
        int sequence = initialSequence(world, 9);
        for (final long milliseconds : new long[] {1, 10, 1_000, 60_000}) {
            world.pass(milliseconds);
            final int next = initialSequence(world, 9);
            final long ticks = milliseconds * 1_000_000 / 4_096;
            assertTrue(Math.abs(next - sequence - ticks) <= 1, milliseconds + " ms: " + (next - sequence));
            sequence = next;
        }
    }

    @Test
    void shouldStartIdentificationsFromTheSecret() {
        final Set<Integer> echo = new HashSet<>();
        final Set<Integer> tcp = new HashSet<>();
        final Set<Integer> apart = new HashSet<>();
        for (long secret = 1; secret <= 8; secret++) {
            final HostileWorld world = world(secret);
            world.in(Frames.echo(Frames.GATEWAY, 1, 1));
            final int first = Raw.u16(world.only().frame(), Raw.IP + 4);
            world.in(Frames.tcp(9, Frames.SERVER, 80, Frames.ACK, 1, 1, NONE));
            final int second = Raw.u16(world.only().frame(), Raw.IP + 4);
            echo.add(first);
            tcp.add(second);
            apart.add(second - first & 0xffff);
        }
        // 8 numbers of 2^16 each.
        assertEquals(8, echo.size());
        assertEquals(8, tcp.size());
        assertEquals(8, apart.size());
    }

    @Test
    void shouldSayNothingByTheIdentificationOfDhcpReplies() {
        // RFC 6864 section 4.1: what may not be fragmented needs none, and a counter would tell of other clients.
        final HostileWorld world = world(1);
        for (int client = 1; client < 4; client++) {
            world.in(Frames.dhcp(client, (byte) 53, (byte) 1, (byte) 1));
            final byte[] reply = world.only().frame();
            assertEquals(0x0000_4000, Raw.i32(reply, Raw.IP + 4));
        }
    }

    @Test
    void shouldPlaceFlowsElsewhereWithAnotherSecret() {
        assertNotEquals(order(world(1)), order(world(2)));
        assertEquals(order(world(2)), order(world(2)));
    }

    /// The flows as the table has them, slot by slot.
    private static List<String> order(final HostileWorld world) {
        for (int port = 1; port <= FLOWS; port++) {
            world.in(Frames.tcp(port, Frames.SERVER, 80, Frames.SYN, 1, 0, NONE));
        }
        final StringBuilder text = new StringBuilder();
        world.stack().describe(text, 0);
        return text.toString()
                .lines()
                .filter(line -> line.startsWith("tcp "))
                .map(line -> line.split(" ->")[0])
                .toList();
    }

    @Test
    void shouldNotLetCollisionsCarryOverToAnotherSecret() {
        final KeyedHash known = new KeyedHash(1, 2);
        final KeyedHash other = new KeyedHash(3, 4);
        final int wanted = slot(known, 0);
        int collisions = 0;
        int carried = 0;
        for (int port = 1; port < 0x1_0000; port++) {
            if (slot(known, port) == wanted) {
                collisions++;
                carried += slot(other, port) == slot(other, 0) ? 1 : 0;
            }
        }
        assertTrue(collisions > 150, "collisions found: " + collisions);
        assertTrue(carried < 10, carried + " of " + collisions + " collide under another secret, too");
    }

    private static int slot(final KeyedHash hash, final int port) {
        final long guest = IpAddress.ipv4Lo(Frames.GUEST);
        final long server = IpAddress.ipv4Lo(Frames.SERVER);
        return (int) hash.hash(IpAddress.IPV4_HI, guest, IpAddress.IPV4_HI, server, port) & 0xff;
    }
}
