package dev.tailrace.netstack.hostile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tailrace.netstack.status.Counter;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// IPv6 packets that no kernel would send.
final class HostileIpv6Test {
    private static final int IP = Raw.IP;
    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int DESTINATION_OPTIONS = 60;
    private static final int PARAMETER_PROBLEM = 4;

    private final HostileWorld world = HostileWorld.options().ipv6().start();
    private final byte[] frame = Frames6.udp(40_000, 9, Frames.counting(40));
    private final byte[] datagram = Frames6.udpBytes(40_000, 9, Frames.counting(40));

    /// One frame was sent: an ICMPv6 error of this type and code.
    private byte[] expectError(final int type, final int code) {
        final List<byte[]> sent = world.out6();
        assertEquals(1, sent.size(), "frames sent");
        final byte[] error = sent.getFirst();
        assertEquals(Frames6.ICMPV6, error[IP + 6]);
        assertEquals(type << 8 | code, Raw.u16(error, Frames6.TRANSPORT));
        return error;
    }

    @Test
    void shouldDropOtherVersionsAndHeadersCutShort() {
        for (int version = 0; version < 16; version++) {
            if (version != 6) {
                world.expectDrop(Counter.DROP_IPV6_BAD, Raw.put8(frame.clone(), IP, version << 4));
            }
        }
        for (int length = IP; length < frame.length; length++) {
            world.expectDrop(Counter.DROP_IPV6_BAD, Arrays.copyOf(frame, length));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {49, 1_500, 65_535})
    void shouldDropAPayloadLengthBeyondTheFrame(final int length) {
        world.expectDrop(Counter.DROP_IPV6_BAD, Raw.put16(frame, IP + 4, length));
    }

    @Test
    void shouldTakePaddingBehindThePacketForPadding() {
        world.in(Arrays.copyOf(frame, frame.length + 100));
        assertArrayEquals(
                Frames.counting(40), world.host().datagrams().getLast().payload());
        world.expectWorking();
    }

    @Test
    void shouldDropJumbograms() {
        final byte[] jumbo = {0, 0, (byte) 0xc2, 4, 0, 1, 0, 0};
        final byte[] long1 = Frames6.behind(HOP_BY_HOP, jumbo, Frames6.UDP, datagram);
        // RFC 2675 has a payload length of 0; then nothing but the header is the packet.
        world.expectDrop(Counter.DROP_IPV6_EXTENSION, Raw.put16(long1.clone(), IP + 4, 0));
        world.in(long1);
        expectError(PARAMETER_PROBLEM, 2);
        assertEquals(2, world.count(Counter.DROP_IPV6_EXTENSION));
        assertEquals(List.of(), world.host().datagrams());
        world.expectWorking();
    }

    @Test
    void shouldWalkEightExtensionHeadersAndNoMore() {
        world.in(chain(8));
        assertArrayEquals(
                Frames.counting(40), world.host().datagrams().getLast().payload());
        for (int headers = 9; headers < 40; headers++) {
            world.expectDrop(Counter.DROP_IPV6_EXTENSION, chain(headers));
        }
    }

    private byte[] chain(final int headers) {
        final byte[] payload = Arrays.copyOf(new byte[0], 8 * headers + datagram.length);
        for (int index = 0; index < headers; index++) {
            payload[8 * index] = (byte) (index == headers - 1 ? Frames6.UDP : DESTINATION_OPTIONS);
            payload[8 * index + 2] = 1;
            payload[8 * index + 3] = 4;
        }
        System.arraycopy(datagram, 0, payload, 8 * headers, datagram.length);
        final byte[] packet = Frames6.packet(DESTINATION_OPTIONS, payload);
        return Frames6.fix(packet, Frames6.TRANSPORT + 8 * headers, Frames6.UDP);
    }

    @ParameterizedTest
    @CsvSource({"0, 9", "43, 9", "60, 9", "0, 255", "60, 255"})
    void shouldDropExtensionHeadersLongerThanThePacket(final int extension, final int units) {
        world.expectDrop(
                Counter.DROP_IPV6_EXTENSION,
                Frames6.behind(extension, new byte[] {0, (byte) units, 1, 4, 0, 0, 0, 0}, Frames6.UDP, datagram));
        world.expectDrop(Counter.DROP_IPV6_EXTENSION, Frames6.packet(extension, (byte) 17, (byte) 0, (byte) 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 6, 255})
    void shouldDropOptionsLongerThanTheirHeader(final int length) {
        final byte[] header = {0, 0, 1, (byte) length, 0, 0, 0, 0};
        world.expectDrop(
                Counter.DROP_IPV6_EXTENSION, Frames6.behind(DESTINATION_OPTIONS, header, Frames6.UDP, datagram));
        final byte[] last = {0, 0, 1, 3, 0, 0, 0, 0x3e};
        world.expectDrop(Counter.DROP_IPV6_EXTENSION, Frames6.behind(DESTINATION_OPTIONS, last, Frames6.UDP, datagram));
    }

    @Test
    void shouldDoWithUnknownOptionsWhatTheirNumberSays() {
        world.in(Frames6.behind(DESTINATION_OPTIONS, option(0x3e), Frames6.UDP, datagram));
        assertEquals(1, world.host().datagrams().size());
        world.expectDrop(
                Counter.DROP_IPV6_EXTENSION, Frames6.behind(DESTINATION_OPTIONS, option(0x7e), Frames6.UDP, datagram));
        world.in(Frames6.behind(DESTINATION_OPTIONS, option(0xbe), Frames6.UDP, datagram));
        final byte[] error = expectError(PARAMETER_PROBLEM, 2);
        assertEquals(42, Raw.i32(error, Frames6.TRANSPORT + 4), "pointer");
        assertEquals(1, world.host().datagrams().size());
        world.expectWorking();
    }

    private static byte[] option(final int type) {
        return new byte[] {0, 0, (byte) type, 4, 0, 0, 0, 0};
    }

    @Test
    void shouldFollowNoSourceRoute() {
        final byte[] route = new byte[24];
        route[1] = 2;
        route[3] = 1;
        world.in(Frames6.behind(ROUTING, route, Frames6.UDP, datagram));
        expectError(PARAMETER_PROBLEM, 0);
        assertEquals(List.of(), world.host().datagrams());
        route[3] = 0;
        world.in(Frames6.behind(ROUTING, route, Frames6.UDP, datagram));
        assertEquals(Frames6.SERVER_HI, world.host().datagrams().getLast().hi());
        world.expectWorking();
    }

    @Test
    void shouldRefuseHopByHopOptionsInTheMiddle() {
        final byte[] both = {HOP_BY_HOP, 0, 1, 4, 0, 0, 0, 0, 17, 0, 1, 4, 0, 0, 0, 0};
        world.in(Frames6.packet(DESTINATION_OPTIONS, both));
        expectError(PARAMETER_PROBLEM, 1);
        assertEquals(1, world.count(Counter.DROP_IPV6_EXTENSION));
        world.expectWorking();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0, 1",
        "ff02000000000000, 1",
        "0, ffff7f000001",
        "0, ffff0a000264",
        "0, 0a000264",
        "fd00000000000000, 2",
        "fd00000000000000, 3",
        "fe80000000000000, 2"
    })
    void shouldDropSourcesThatAreNotOneHostBeyondUs(final String hi, final String lo) {
        final long high = Long.parseUnsignedLong(hi, 16);
        final long low = Long.parseUnsignedLong(lo, 16);
        world.expectDrop(Counter.DROP_IPV6_SOURCE, Frames6.from(frame, high, low));
        world.expectDrop(Counter.DROP_IPV6_SOURCE, Frames6.from(Frames6.tcp(40_000, Frames.SYN, 1, 0), high, low));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0, 1",
        "ff02000000000000, 1",
        "ff0e000000000000, 7",
        "0, ffff7f000001",
        "0, ffffc6336407",
        "0, 7f000001"
    })
    void shouldDropDestinationsThatAreNoHost(final String hi, final String lo) {
        final long high = Long.parseUnsignedLong(hi, 16);
        final long low = Long.parseUnsignedLong(lo, 16);
        world.expectDrop(Counter.DROP_IPV6_DESTINATION, Frames6.to(frame, high, low));
        for (final int flags : new int[] {Frames.SYN, Frames.ACK, 0}) {
            world.expectDrop(Counter.DROP_IPV6_DESTINATION, Frames6.to(Frames6.tcp(40_000, flags, 1, 0), high, low));
        }
    }

    @Test
    void shouldDropEveryProtocolThatWeDoNotSpeak() {
        for (int protocol = 0; protocol < 256; protocol++) {
            final boolean isKnown = protocol == 6 || protocol == 17 || protocol == 58;
            final boolean isExtension = protocol == 0 || protocol == 43 || protocol == 44 || protocol == 60;
            if (!isKnown && !isExtension) {
                world.expectDrop(Counter.DROP_IP_PROTOCOL, Frames6.packet(protocol, Frames.counting(40)));
            }
        }
    }

    @Test
    void shouldDropHopLimitZeroAndAnswerOneAsARouterDoes() {
        world.expectDrop(Counter.DROP_IPV6_HOP_LIMIT, Raw.put8(frame.clone(), IP + 7, 0));
        world.in(Raw.put8(frame, IP + 7, 1));
        expectError(3, 0);
        assertEquals(List.of(), world.host().datagrams());
        world.expectWorking();
    }

    @Test
    void shouldDropUdpWithoutAChecksum() {
        // RFC 8200 section 8.1: unlike over IPv4, 0 is no checksum.
        world.expectDrop(Counter.DROP_UDP_CHECKSUM, Raw.put16(frame, Frames6.TRANSPORT + 6, 0));
    }

    @Test
    void shouldDropVirtioHeadersOfTheOtherFamilyAndPlacesOutside() {
        final byte[] segment = Frames6.tcp(40_000, Frames.ACK, 1, 1);
        world.expectDrop(Counter.DROP_VNET_HEADER_BAD, Raw.putNative16(Raw.put8(segment.clone(), 1, 1), 4, 1_000));
        for (final int start : new int[] {0, 34, 53, 1_000, 0xffff}) {
            world.expectDrop(
                    Counter.DROP_VNET_HEADER_BAD,
                    Raw.putNative16(Raw.putNative16(Raw.put8(segment.clone(), 0, 1), 6, start), 8, 16));
        }
        final byte[] many = Raw.putNative16(Raw.put8(Frames6.udp(1, 9, new byte[129]), 1, 5), 4, 1);
        world.expectDrop(Counter.DROP_VNET_HEADER_BAD, many);
    }

    @Test
    void shouldReachNoLoopbackWhenThatIsForbidden() {
        final HostileWorld closed =
                HostileWorld.options().ipv6().withoutHostLoopback().start();
        closed.in(Frames6.to(frame, Frames6.PREFIX, Frames6.GATEWAY_LO));
        assertEquals(1, closed.out6().size());
        closed.in(Frames6.to(frame.clone(), 0, 1), Frames6.to(frame.clone(), 0, 0xffff_7f00_0001L));
        closed.in(Frames6.to(frame, Ipv6Router.HI, Ipv6Router.LO));
        assertEquals(List.of(), closed.host().datagrams());
    }

    /// fe80::2.
    private static final class Ipv6Router {
        static final long HI = 0xfe80_0000_0000_0000L;
        static final long LO = 2;
    }
}
