package dev.tailrace.netstack.hostile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.testkit.Packet;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// DHCP messages that no client would send.
final class HostileDhcpTest {
    private static final int MESSAGE = Raw.TRANSPORT + 8;
    private static final int OPTIONS = MESSAGE + 240;
    private static final byte[] DISCOVER = {53, 1, 1, (byte) 255};
    private static final byte[] REQUEST = {53, 1, 3, (byte) 255};

    private final HostileWorld world = HostileWorld.start();

    @ParameterizedTest
    @ValueSource(bytes = {0, 2, 4, 100, (byte) 255})
    void shouldDropAMessageTypeOfAWrongLength(final byte length) {
        world.expectDrop(Counter.DROP_DHCP_BAD, Frames.dhcp(Frames.GUEST_MAC, (byte) 53, length, (byte) 1, (byte) 255));
    }

    @Test
    void shouldDropOptionsThatRunOverTheEnd() {
        for (final byte code : new byte[] {50, 54, 55, 12, 61}) {
            final byte[] options = {53, 1, 1, code, (byte) 200, 1, 2, 3, 4, 55};
            world.expectDrop(Counter.DROP_DHCP_BAD, Frames.dhcp(Frames.GUEST_MAC, options));
        }
        world.expectDrop(
                Counter.DROP_DHCP_BAD, Frames.dhcp(Frames.GUEST_MAC, (byte) 53, (byte) 1, (byte) 1, (byte) 50));
    }

    @Test
    void shouldTakeAMessageWithoutAnEnd() {
        world.in(Frames.dhcp(Frames.GUEST_MAC, (byte) 53, (byte) 1, (byte) 1));
        assertEquals(2, messageType(world.only()));
        world.expectWorking();
    }

    private static int messageType(final Packet reply) {
        return reply.frame()[OPTIONS + 2];
    }

    @Test
    void shouldDropMessagesCutShort() {
        final byte[] whole = Frames.dhcp(Frames.GUEST_MAC, DISCOVER);
        for (int length = 0; length < 240; length++) {
            final byte[] cut = Arrays.copyOf(whole, MESSAGE + length);
            Raw.put16(cut, Raw.IP + 2, 28 + length);
            Raw.put16(cut, Raw.TRANSPORT + 4, 8 + length);
            world.expectDrop(Counter.DROP_DHCP_BAD, Raw.fix(cut));
        }
    }

    @Test
    void shouldDropOtherCookiesAndTakeNoneForBootp() {
        for (final int magic : new int[] {1, 0x6382_5362, -1}) {
            world.expectDrop(
                    Counter.DROP_DHCP_BAD,
                    Raw.fix(Raw.put32(Frames.dhcp(Frames.GUEST_MAC, DISCOVER), MESSAGE + 236, magic)));
        }
        world.in(Raw.fix(Raw.put32(Frames.dhcp(Frames.GUEST_MAC, DISCOVER), MESSAGE + 236, 0)));
        assertEquals(5, messageType(world.only()));
        world.expectWorking();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 7, 16, 255})
    void shouldDropHardwareAddressesOfAnotherLength(final int length) {
        world.expectDrop(
                Counter.DROP_DHCP_BAD, Raw.fix(Raw.put8(Frames.dhcp(Frames.GUEST_MAC, DISCOVER), MESSAGE + 2, length)));
    }

    @Test
    void shouldDropRepliesRelaysAndOtherHardware() {
        world.expectDrop(Counter.DROP_DHCP_BAD, Raw.fix(Raw.put8(Frames.dhcp(Frames.GUEST_MAC, DISCOVER), MESSAGE, 2)));
        world.expectDrop(
                Counter.DROP_DHCP_BAD, Raw.fix(Raw.put8(Frames.dhcp(Frames.GUEST_MAC, DISCOVER), MESSAGE + 1, 6)));
        world.expectDrop(
                Counter.DROP_DHCP_BAD,
                Raw.fix(Raw.put32(Frames.dhcp(Frames.GUEST_MAC, DISCOVER), MESSAGE + 24, Frames.SERVER)));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 0x0100_0000_0000L, 0xffff_ffff_ffffL})
    void shouldDropClientsThatAreNoSingleStation(final long mac) {
        world.expectDrop(Counter.DROP_DHCP_BAD, Frames.dhcp(mac, DISCOVER));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 77, 255})
    void shouldDropUnknownMessageTypes(final int type) {
        world.expectDrop(
                Counter.DROP_DHCP_BAD, Frames.dhcp(Frames.GUEST_MAC, (byte) 53, (byte) 1, (byte) type, (byte) 255));
    }

    @ParameterizedTest
    @ValueSource(ints = {Frames.SERVER, 0x0a00_0363, 0x7f00_0001, -1, Frames.GATEWAY, Frames.BROADCAST})
    void shouldRefuseAddressesOutsideTheRange(final int address) {
        final byte[] frame = Raw.put32(Frames.dhcp(Frames.GUEST_MAC, REQUEST), MESSAGE + 12, address);
        world.in(Raw.fix(frame));
        final Packet reply = world.only();
        assertEquals(6, messageType(reply), "NAK");
        assertEquals(-1, reply.destination());
        assertEquals(0, Raw.i32(reply.frame(), MESSAGE + 16), "yiaddr");
        world.expectWorking();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, Frames.SERVER, Frames.GATEWAY, Frames.NAME_SERVER, Frames.BROADCAST, 0x0a00_0200, -1})
    void shouldNotInformThoseWhoCannotHaveTheirAddress(final int address) {
        final byte[] frame = Frames.dhcp(Frames.GUEST_MAC, (byte) 53, (byte) 1, (byte) 8, (byte) 255);
        world.expectDrop(Counter.DROP_DHCP_BAD, Raw.fix(Raw.put32(frame, MESSAGE + 12, address)));
    }

    @Test
    void shouldDropTheSeventeenthClientAndServeItWhenALeaseHasEnded() {
        final Set<Integer> addresses = new HashSet<>();
        for (int client = 1; client <= 16; client++) {
            world.in(Frames.dhcp(0x0200_0000_0000L + client, REQUEST));
            addresses.add(Raw.i32(world.only().frame(), MESSAGE + 16));
        }
        assertEquals(16, addresses.size());
        world.expectDrop(Counter.DROP_DHCP_NO_LEASE, Frames.dhcp(0x0200_0000_0011L, DISCOVER));
        world.pass(86_400_000);
        world.in(Frames.dhcp(0x0200_0000_0011L, DISCOVER));
        assertEquals(2, messageType(world.only()));
        world.expectWorking();
    }

    @Test
    void shouldDropABadChecksumAndALengthBeyondThePacket() {
        final byte[] frame = Frames.dhcp(Frames.GUEST_MAC, DISCOVER);
        world.expectDrop(
                Counter.DROP_DHCP_BAD,
                Raw.put16(frame.clone(), Raw.TRANSPORT + 6, Raw.u16(frame, Raw.TRANSPORT + 6) ^ 1));
        final byte[] renewal = Raw.put32(frame.clone(), Raw.IP + 12, Frames.GUEST);
        Raw.putNative16(Raw.putNative16(Raw.put8(renewal, 0, 1), 6, 34), 8, 6);
        for (final int length : new int[] {0, 7, 8 + 240 + 5, 1_000, 0xffff}) {
            world.expectDrop(
                    Counter.DROP_DHCP_BAD, Raw.fixIp(Raw.put16(renewal, Raw.TRANSPORT + 4, length), renewal.length));
        }
        // From 0.0.0.0 only a whole DHCP request is let in.
        world.expectDrop(
                Counter.DROP_IPV4_SOURCE, Raw.fixTransport(Raw.put16(frame, Raw.TRANSPORT + 4, 1_000), frame.length));
    }

    @Test
    void shouldSayNothingOfEarlierMessagesInAReply() {
        final byte[] first = reply(world);
        final HostileWorld busy = HostileWorld.start();
        busy.in(Frames.dhcp(0x0200_0000_0001L, (byte) 53, (byte) 1, (byte) 3, (byte) 55, (byte) 1, (byte) 26));
        busy.in(Frames.dhcp(
                0x0200_0000_0001L,
                (byte) 53,
                (byte) 1,
                (byte) 3,
                (byte) 50,
                (byte) 4,
                (byte) 9,
                (byte) 9,
                (byte) 9,
                (byte) 9));
        busy.out();
        final byte[] later = reply(busy);
        assertArrayEquals(first, later);
    }

    private static byte[] reply(final HostileWorld in) {
        final byte[] options = {53, 1, 3, 50, 4, 10, 0, 2, 100, (byte) 255};
        in.in(Frames.dhcp(Frames.GUEST_MAC, options));
        return in.only().frame();
    }
}
