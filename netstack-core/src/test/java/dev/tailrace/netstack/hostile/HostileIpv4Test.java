package dev.tailrace.netstack.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.testkit.Packet;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// IPv4 headers that no kernel would send.
final class HostileIpv4Test {
    private static final int IP = Raw.IP;

    private final HostileWorld world = HostileWorld.start();
    private final byte[] frame = Frames.udp(40_000, Frames.SERVER, 9, Frames.counting(40));

    @Test
    void shouldDropPacketsOfOtherVersions() {
        for (int version = 0; version < 16; version++) {
            if (version != 4) {
                world.expectDrop(Counter.DROP_IPV4_BAD, Raw.put8(frame.clone(), IP, version << 4 | 5));
            }
        }
    }

    @Test
    void shouldDropHeadersShorterThanTwentyBytes() {
        for (int words = 0; words < 5; words++) {
            world.expectDrop(Counter.DROP_IPV4_BAD, Raw.put8(frame.clone(), IP, 0x40 | words));
        }
    }

    @Test
    void shouldDropHeadersLongerThanThePacketOrTheFrame() {
        final byte[] header = Frames.ipv4(17, Frames.SERVER, new byte[0]);
        for (int words = 6; words < 16; words++) {
            world.expectDrop(Counter.DROP_IPV4_BAD, Raw.put8(header.clone(), IP, 0x40 | words));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 19})
    void shouldDropATotalLengthBelowTheHeaders(final int totalLength) {
        world.expectDrop(Counter.DROP_IPV4_BAD, Raw.put16(frame, IP + 2, totalLength));
    }

    @ParameterizedTest
    @ValueSource(ints = {69, 1500, 65_535})
    void shouldDropATotalLengthBeyondTheFrame(final int totalLength) {
        world.expectDrop(Counter.DROP_IPV4_BAD, Raw.fixIp(Raw.put16(frame, IP + 2, totalLength), frame.length));
    }

    @Test
    void shouldDropFramesCutAnywhereInThePacket() {
        for (int length = IP; length < frame.length; length++) {
            world.expectDrop(Counter.DROP_IPV4_BAD, Arrays.copyOf(frame, length));
        }
    }

    @Test
    void shouldTakePaddingBehindAShortPacketForPadding() {
        final byte[] padded = Arrays.copyOf(Frames.udp(40_000, Frames.SERVER, 9, (byte) 7), IP + 46);
        Arrays.fill(padded, Raw.TRANSPORT + 9, padded.length, (byte) 0x5a);
        world.in(padded);
        assertEquals(1, world.host().datagrams().getLast().payload().length);
        world.expectWorking();
    }

    @Test
    void shouldDropABadHeaderChecksumWhicheverBitIsWrong() {
        for (int bit = 0; bit < 16; bit++) {
            final int checksum = Raw.u16(frame, IP + 10) ^ 1 << bit;
            world.expectDrop(Counter.DROP_IPV4_CHECKSUM, Raw.put16(frame.clone(), IP + 10, checksum));
        }
    }

    @Test
    void shouldDropTimeToLiveZero() {
        world.expectDrop(Counter.DROP_IPV4_TTL, Raw.fix(Raw.put8(frame, IP + 8, 0)));
    }

    @Test
    void shouldAnswerTimeToLiveOneAsARouterDoes() {
        world.in(Raw.fix(Raw.put8(frame, IP + 8, 1)));
        final Packet error = world.only();
        assertEquals(11, error.icmpType());
        assertEquals(0, error.icmpCode());
        assertEquals(1, world.count(Counter.DROP_IPV4_TTL));
        assertEquals(0, world.host().datagrams().size());
        world.expectWorking();
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0,
                5,
                0x7f00_0001,
                0x7fff_ffff,
                Frames.GATEWAY,
                Frames.NAME_SERVER,
                0x0a00_0200,
                Frames.BROADCAST,
                0xe000_0001,
                0xf000_0001,
                -1
            })
    void shouldDropSourcesThatAreNotOneHostBeyondUs(final int source) {
        world.expectDrop(Counter.DROP_IPV4_SOURCE, Raw.fix(Raw.put32(frame, IP + 12, source)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 0x7f00_0001, 0x7f00_0002, 0xe000_0001, 0xefff_fffa, 0xf000_0001, 0xffff_fffe})
    void shouldDropDestinationsThatAreNoHost(final int destination) {
        world.expectDrop(Counter.DROP_IPV4_DESTINATION, Raw.fix(Raw.put32(frame, IP + 16, destination)));
    }

    @ParameterizedTest
    @ValueSource(bytes = {(byte) 131, (byte) 137})
    void shouldDropSourceRoutes(final byte type) {
        final byte[] routed = Frames.withIpOptions(
                frame, type, (byte) 7, (byte) 4, (byte) 127, (byte) 0, (byte) 0, (byte) 1, (byte) 0);
        world.expectDrop(Counter.DROP_IPV4_SOURCE_ROUTE, routed);
        final byte[] hidden = Frames.withIpOptions(frame, (byte) 1, (byte) 1, (byte) 1, type);
        world.expectDrop(Counter.DROP_IPV4_SOURCE_ROUTE, hidden);
    }

    @Test
    void shouldPassRecordRouteAndPaddingAndRecordNothing() {
        world.in(Frames.withIpOptions(
                frame, (byte) 7, (byte) 7, (byte) 4, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 0));
        world.in(Frames.withIpOptions(frame, (byte) 1, (byte) 1, (byte) 0, (byte) 99));
        assertEquals(2, world.host().datagrams().size());
        assertEquals(40, world.host().datagrams().getLast().payload().length);
        world.expectWorking();
    }

    @ParameterizedTest
    @ValueSource(bytes = {0, 1, 5, 41, (byte) 255})
    void shouldDropOptionsOfNoLengthAndThoseBeyondTheHeader(final byte length) {
        world.expectDrop(Counter.DROP_IPV4_BAD, Frames.withIpOptions(frame, (byte) 7, length, (byte) 4, (byte) 0));
        world.expectDrop(Counter.DROP_IPV4_BAD, Frames.withIpOptions(frame, (byte) 1, (byte) 1, (byte) 68, length));
    }

    @Test
    void shouldDropAnOptionWhoseLengthLiesBehindTheHeader() {
        world.expectDrop(Counter.DROP_IPV4_BAD, Frames.withIpOptions(frame, (byte) 1, (byte) 1, (byte) 1, (byte) 7));
    }

    @Test
    void shouldDropEveryProtocolThatWeDoNotSpeak() {
        for (int protocol = 0; protocol < 256; protocol++) {
            if (protocol != 1 && protocol != 6 && protocol != 17) {
                world.expectDrop(Counter.DROP_IP_PROTOCOL, Frames.ipv4(protocol, Frames.SERVER, Frames.counting(40)));
            }
        }
    }
}
