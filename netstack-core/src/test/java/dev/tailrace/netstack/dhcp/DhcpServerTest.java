package dev.tailrace.netstack.dhcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.ip.IngressPacket;
import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.link.RecordingLink;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.wire.Bytes;
import dev.tailrace.netstack.wire.DhcpFlyweight;
import dev.tailrace.netstack.wire.DhcpOptionsDecoder;
import dev.tailrace.netstack.wire.EthernetFlyweight;
import dev.tailrace.netstack.wire.InternetChecksum;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.netstack.wire.IpProtocol;
import dev.tailrace.netstack.wire.Ipv4Flyweight;
import dev.tailrace.netstack.wire.MacAddress;
import dev.tailrace.netstack.wire.UdpFlyweight;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class DhcpServerTest {
    private static final int NETWORK = 0x0a000200;
    private static final int GATEWAY = NETWORK + 2;
    private static final int FIRST = NETWORK + 15;
    private static final int GUEST = NETWORK + 100;
    private static final long MAC = 0x5254_0012_3456L;
    private static final long SEED = 2131;
    private static final int MESSAGE = 10 + 14 + 20 + 8;
    private static final int OFFER = 2;
    private static final int ACK = 5;
    private static final int NAK = 6;

    /// A DISCOVER of busybox udhcpc 1.35 that asks for 10.0.2.100, from the UDP header on.
    private static final String UDHCPC_DISCOVER = "0044 0043 0134 182c"
            + "0101 0600 eaae 8a7a 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 5254 0012 3456"
            + "00".repeat(202) + "6382 5363"
            + "3501 0132 040a 0002 6439 0202 4037 0701 0306 0c0f 1c2a 3c0c 7564 6863 7020 312e 3335 2e30"
            + "3d07 0152 5400 1234 56ff" + "00".repeat(14);

    private final RecordingLink link = new RecordingLink();
    private final Counters counters = new Counters();
    private final DhcpServer server =
            new DhcpServer(link, new VirtualNetwork(NETWORK, 24, 65_520, 0, true, true), counters);
    private final Ipv4Flyweight ip = new Ipv4Flyweight();
    private final UdpFlyweight udp = new UdpFlyweight();
    private final DhcpFlyweight dhcp = new DhcpFlyweight();
    private long nowNs = -5;

    @Test
    void shouldAnswerADiscoverOfUdhcpcByteForByte() {
        server.onMessage(packet(Bytes.hex(UDHCPC_DISCOVER)), nowNs);
        assertEquals(1, link.frames.size());
        final UnsafeBuffer frame = link.frames.getFirst();
        final String options =
                "350102" + "36040a000202" + "0104ffffff00" + "03040a000202" + "06040a000203" + "330400015180" + "ff";
        final String message = "02010600eaae8a7a" + "00000000" + "00000000" + "0a000264" + "0a000202" + "00000000"
                + "525400123456" + "00".repeat(202) + "63825363" + options + "00".repeat(60 - options.length() / 2);
        assertEquals("00".repeat(10) + "525400123456" + "52550a000202" + "0800", Bytes.format(frame, 0, 24));
        assertEquals(message, Bytes.format(frame, MESSAGE, frame.capacity() - MESSAGE));
        checkHeaders(frame, GUEST);
        assertEquals(1, counters.get(Counter.DHCP_OFFERS));
        assertEquals(1, counters.get(Counter.DHCP_IN));
    }

    @Test
    void shouldLeaseTheFirstAddressOfTheRange() {
        assertReply(OFFER, FIRST, new Message(1));
        assertReply(ACK, FIRST, new Message(3).option(50, FIRST).option(54, GATEWAY));
        assertReply(ACK, FIRST, new Message(3).ciaddr(FIRST));
        assertReply(OFFER, FIRST, new Message(1));
        assertEquals(2, counters.get(Counter.DHCP_ACKS));
    }

    @Test
    void shouldBroadcastWhenTheClientAsksForIt() {
        final UnsafeBuffer frame = send(new Message(1).flags(0x8000));
        assertEquals(MacAddress.BROADCAST, ethernet(frame).destination());
        checkHeaders(frame, -1);
        assertEquals(0x8000, dhcp.wrap(frame, MESSAGE).flags());
        final UnsafeBuffer renewed = send(new Message(3).flags(0x8000).ciaddr(FIRST));
        assertEquals(MAC, ethernet(renewed).destination());
        checkHeaders(renewed, FIRST);
    }

    @Test
    void shouldTellTheMtuWhenAsked() {
        assertEquals("fff0", option(send(new Message(1).raw("37 03 01 1a 03")), 26));
        assertEquals("", option(send(new Message(1)), 26));
    }

    @Test
    void shouldNotOfferANameServerThatIsNone() {
        final DhcpServer plain = new DhcpServer(link, new VirtualNetwork(NETWORK, 24, 1500, 0, true, false), counters);
        plain.onMessage(new Message(1).packet(), 0);
        assertEquals("", option(link.frames.getLast(), 6));
        assertEquals("0a000202", option(link.frames.getLast(), 3));
    }

    @Test
    void shouldHonourRequestedAddresses() {
        assertReply(OFFER, FIRST + 7, new Message(1).option(50, FIRST + 7));
        assertReply(ACK, FIRST + 7, new Message(3).option(50, FIRST + 7));
        assertReply(ACK, FIRST + 9, new Message(3).option(50, FIRST + 9));
        assertReply(ACK, GUEST, new Message(3).option(50, GUEST));
        assertReply(OFFER, FIRST, new Message(1).mac(MAC + 1).option(50, GUEST));
        assertReply(OFFER, FIRST + 9, new Message(1).mac(MAC + 2).option(50, FIRST + 9));
        assertReply(OFFER, FIRST + 1, new Message(1).mac(MAC + 3).option(50, 0xcb00_7105));
    }

    @Test
    void shouldRefuseAddressesWithTheReason() {
        for (final int address : new int[] {0xcb00_7105, GATEWAY, NETWORK + 3, FIRST - 1, FIRST + 16, -1, 1}) {
            final UnsafeBuffer frame = send(new Message(3).option(50, address));
            assertEquals("06", option(frame, 53), IpAddress.formatIpv4(address));
            assertEquals("requested address not available", text(option(frame, 56)));
            assertEquals(0, dhcp.wrap(frame, MESSAGE).yourAddress());
            assertEquals("", option(frame, 51));
            assertEquals("0a000202", option(frame, 54));
            assertEquals(MacAddress.BROADCAST, ethernet(frame).destination());
            checkHeaders(frame, -1);
        }
        assertReply(ACK, FIRST, new Message(3).mac(MAC + 1).option(50, FIRST));
        assertReply(NAK, 0, new Message(3).option(50, FIRST));
        assertReply(NAK, 0, new Message(3).ciaddr(FIRST));
        assertEquals(9, counters.get(Counter.DHCP_NAKS));
    }

    @Test
    void shouldKeepSilentWhenTheClientChoseAnotherServer() {
        assertSilent(new Message(3).option(50, FIRST).option(54, 0x0a000201));
        assertEquals(0, counters.get(Counter.DROP_DHCP_BAD));
    }

    @Test
    void shouldRunOutWithTheSeventeenthClient() {
        for (int client = 0; client < 16; client++) {
            assertReply(OFFER, FIRST + client, new Message(1).mac(MAC + client));
            assertReply(ACK, FIRST + client, new Message(3).mac(MAC + client).option(50, FIRST + client));
        }
        assertSilent(new Message(1).mac(MAC + 16));
        assertReply(NAK, 0, new Message(3).mac(MAC + 16));
        assertSilent(new Message(0).mac(MAC + 16));
        assertEquals(3, counters.get(Counter.DROP_DHCP_NO_LEASE));
        assertSilent(new Message(7).mac(MAC + 5).ciaddr(FIRST + 5).option(54, GATEWAY));
        assertReply(OFFER, FIRST + 5, new Message(1).mac(MAC + 16));
        assertReply(OFFER, FIRST + 3, new Message(1).mac(MAC + 3));
    }

    @Test
    void shouldForgetOffersAfterAMinuteAndLeasesAfterADay() {
        for (int client = 0; client < 16; client++) {
            assertReply(OFFER, FIRST + client, new Message(1).mac(MAC + client));
        }
        assertReply(ACK, FIRST, new Message(3).ciaddr(FIRST));
        assertSilent(new Message(1).mac(MAC + 16));
        nowNs += DhcpServer.OFFER_NS;
        assertReply(OFFER, FIRST + 1, new Message(1).mac(MAC + 16));
        nowNs += DhcpServer.LEASE_NS;
        assertReply(ACK, FIRST, new Message(3).mac(MAC + 17).option(50, FIRST));
    }

    @Test
    void shouldNotShortenALeaseByAnOffer() {
        assertReply(ACK, FIRST, new Message(3).option(50, FIRST));
        assertReply(OFFER, FIRST, new Message(1));
        nowNs += DhcpServer.OFFER_NS + 1;
        assertReply(NAK, 0, new Message(3).mac(MAC + 1).option(50, FIRST));
    }

    @Test
    void shouldKeepADeclinedAddressBack() {
        assertReply(ACK, FIRST, new Message(3).option(50, FIRST));
        assertSilent(new Message(4).option(50, FIRST).option(54, GATEWAY));
        assertReply(OFFER, FIRST + 1, new Message(1));
        nowNs += DhcpLeases.DECLINED_NS;
        assertReply(ACK, FIRST, new Message(3).option(50, FIRST));
    }

    @Test
    void shouldNotLetOthersReleaseOrDecline() {
        assertReply(ACK, FIRST, new Message(3).option(50, FIRST));
        assertSilent(new Message(7).mac(MAC + 1).ciaddr(FIRST));
        assertSilent(new Message(4).mac(MAC + 1).option(50, FIRST));
        assertReply(NAK, 0, new Message(3).mac(MAC + 1).option(50, FIRST));
    }

    @Test
    void shouldInformWithoutALease() {
        final UnsafeBuffer frame = send(new Message(8).ciaddr(GUEST));
        assertEquals("05", option(frame, 53));
        assertEquals("0a000203", option(frame, 6));
        assertEquals("", option(frame, 51));
        dhcp.wrap(frame, MESSAGE);
        assertEquals(0, dhcp.yourAddress());
        assertEquals(GUEST, dhcp.clientAddress());
        assertEquals(MAC, ethernet(frame).destination());
        checkHeaders(frame, GUEST);
        assertSilent(new Message(8).ciaddr(0xcb00_7105));
        assertSilent(new Message(8).ciaddr(GATEWAY));
        assertSilent(new Message(8));
        assertEquals(3, counters.get(Counter.DROP_DHCP_BAD));
    }

    @Test
    void shouldAnswerPlainBootpAsARequest() {
        assertReply(ACK, FIRST, new Message(0));
        assertReply(ACK, FIRST + 1, new Message(0).mac(MAC + 1).magic(0));
    }

    @Test
    void shouldAcceptAMissingEnd() {
        assertReply(OFFER, FIRST, new Message(1).withoutEnd());
    }

    @Test
    void shouldDropMalformedMessages() {
        assertSilent(new Message(1).magic(0x6382_5364));
        assertSilent(new Message(1).raw("32 05 0a 00").withoutEnd());
        assertSilent(new Message(1).raw("32 ff 0a"));
        assertSilent(new Message(1).raw("32 03 0a 00 02"));
        assertSilent(new Message(1).raw("36 00"));
        assertSilent(new Message(0).raw("35 00"));
        assertSilent(new Message(0).raw("35 02 01 01"));
        assertSilent(new Message(0).raw("35 01 00"));
        assertSilent(new Message(9));
        assertSilent(new Message(2));
        assertSilent(new Message(255));
        assertSilent(new Message(1).put(0, 2));
        assertSilent(new Message(1).put(1, 6));
        assertSilent(new Message(1).put(2, 16));
        assertSilent(new Message(1).put(2, 255));
        assertSilent(new Message(1).put(24, 10));
        assertSilent(new Message(1).mac(0));
        assertSilent(new Message(1).mac(MacAddress.BROADCAST));
        assertSilent(new Message(1).mac(0x0100_5e00_0001L));
        assertEquals(19, counters.get(Counter.DROP_DHCP_BAD));
    }

    @Test
    void shouldDropBadUdp() {
        final UnsafeBuffer good = Bytes.hex(UDHCPC_DISCOVER);
        for (int length = 0; length < 308; length++) {
            server.onMessage(packet(Bytes.prefix(good, length)), 0);
        }
        assertEquals(308, counters.get(Counter.DROP_DHCP_BAD));
        good.putByte(20, (byte) 1);
        server.onMessage(packet(good), 0);
        assertEquals(309, counters.get(Counter.DROP_DHCP_BAD), "checksum");
        assertEquals(0, link.frames.size());
        final IngressPacket partial = packet(good);
        partial.checksumPartial = true;
        server.onMessage(partial, 0);
        assertEquals(1, link.frames.size());
    }

    @Test
    void shouldSurviveTruncationAtEveryLengthOfTheMessage() {
        final UnsafeBuffer good = Bytes.hex(UDHCPC_DISCOVER);
        for (int length = 8; length <= 308; length++) {
            final UnsafeBuffer cut = Bytes.prefix(good, length);
            udp.wrap(cut, 0).length(length).checksum(0);
            server.onMessage(packet(cut), 0);
            assertTrue(length >= 248 || link.frames.isEmpty(), "length " + length);
        }
        assertTrue(!link.frames.isEmpty());
    }

    @Test
    void shouldLeakNothingOfEarlierReplies() {
        assertReply(NAK, 0, new Message(3).option(50, 0xcb00_7105));
        final UnsafeBuffer first = send(new Message(1));
        final UnsafeBuffer again = send(new Message(1));
        assertEquals(
                Bytes.format(first, MESSAGE, first.capacity() - MESSAGE),
                Bytes.format(again, MESSAGE, again.capacity() - MESSAGE));
        assertEquals(
                -1, Bytes.format(first, MESSAGE, first.capacity() - MESSAGE).indexOf("7265717565"));
    }

    @Test
    void shouldSurviveAnyBytes() {
        final SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 50_000; round++) {
            final UnsafeBuffer buffer = Bytes.hex(UDHCPC_DISCOVER);
            udp.wrap(buffer, 0).checksum(0);
            for (int flips = random.nextInt(8); flips > 0; flips--) {
                final int index = random.nextBoolean() ? 248 + random.nextInt(60) : 8 + random.nextInt(36);
                buffer.putByte(index, (byte) random.nextInt());
            }
            nowNs += random.nextLong(DhcpServer.LEASE_NS);
            link.frames.clear();
            server.onMessage(packet(buffer), nowNs);
            if (!link.frames.isEmpty()) {
                final int address = dhcp.wrap(link.frames.getFirst(), MESSAGE).yourAddress();
                final int lease = address - FIRST;
                assertTrue(
                        address == 0 || address == GUEST || (lease >= 0 && lease < 16),
                        "seed " + SEED + ", round " + round);
            }
        }
        assertNotEquals(0, counters.get(Counter.DHCP_OFFERS));
        assertNotEquals(0, counters.get(Counter.DROP_DHCP_BAD));
    }

    private void assertReply(final int type, final int address, final Message message) {
        final UnsafeBuffer frame = send(message);
        assertEquals("0" + type, option(frame, 53));
        assertEquals(
                IpAddress.formatIpv4(address),
                IpAddress.formatIpv4(dhcp.wrap(frame, MESSAGE).yourAddress()));
    }

    private void assertSilent(final Message message) {
        final int before = link.frames.size();
        server.onMessage(message.packet(), nowNs);
        assertEquals(before, link.frames.size());
    }

    private UnsafeBuffer send(final Message message) {
        final int before = link.frames.size();
        server.onMessage(message.packet(), nowNs);
        assertEquals(before + 1, link.frames.size());
        return link.frames.getLast();
    }

    private static EthernetFlyweight ethernet(final UnsafeBuffer frame) {
        return new EthernetFlyweight().wrap(frame, 10);
    }

    private void checkHeaders(final UnsafeBuffer frame, final int destination) {
        ip.wrap(frame, 24);
        assertTrue(ip.check(frame.capacity() - 24));
        assertTrue(ip.isChecksumValid());
        assertEquals(frame.capacity() - 24, ip.totalLength());
        assertEquals(GATEWAY, ip.source());
        assertEquals(destination, ip.destination());
        udp.wrap(frame, 44);
        assertTrue(udp.check(frame.capacity() - 44));
        assertEquals(67, udp.sourcePort());
        assertEquals(68, udp.destinationPort());
        final long pseudo = InternetChecksum.ipv4PseudoHeader(ip.source(), destination, IpProtocol.UDP, udp.length());
        assertTrue(InternetChecksum.isValid(InternetChecksum.sum(frame, 44, udp.length(), pseudo)));
    }

    private static String option(final UnsafeBuffer frame, final int code) {
        final DhcpOptionsDecoder options = new DhcpOptionsDecoder();
        options.wrap(frame, MESSAGE + 240, frame.capacity() - MESSAGE - 240);
        while (options.next()) {
            if (options.code() == code) {
                return Bytes.format(frame, options.valueOffset(), options.valueLength());
            }
        }
        return "";
    }

    private static String text(final String hex) {
        final UnsafeBuffer buffer = Bytes.hex(hex);
        return buffer.getStringWithoutLengthAscii(0, buffer.capacity());
    }

    private static IngressPacket packet(final UnsafeBuffer datagram) {
        final IngressPacket packet = new IngressPacket();
        packet.buffer.wrap(datagram);
        packet.transportLength = datagram.capacity();
        packet.protocol = IpProtocol.UDP;
        packet.sourceLo = IpAddress.ipv4Lo(0);
        packet.destinationLo = IpAddress.ipv4Lo(-1);
        return packet;
    }

    /// A client's message in the making.
    private static final class Message {
        private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[600]);
        private final DhcpFlyweight header = new DhcpFlyweight().wrap(buffer, 8);
        private int end = 8 + 240;
        private boolean hasEnd = true;

        /// @param type message type, or 0 for no such option
        Message(final int type) {
            header.writeHeader(DhcpFlyweight.REQUEST).transaction(0x1234_5678).clientMac(MAC);
            if (type != 0) {
                raw("35 01 %02x".formatted(type));
            }
        }

        Message mac(final long mac) {
            header.clientMac(mac);
            return this;
        }

        Message ciaddr(final int address) {
            header.clientAddress(address);
            return this;
        }

        Message flags(final int flags) {
            header.flags(flags);
            return this;
        }

        Message magic(final int magic) {
            header.magic(magic);
            return this;
        }

        Message put(final int offset, final int value) {
            buffer.putByte(8 + offset, (byte) value);
            return this;
        }

        Message option(final int code, final int address) {
            return raw("%02x 04 %08x".formatted(code, address));
        }

        Message raw(final String hex) {
            final UnsafeBuffer bytes = Bytes.hex(hex);
            buffer.putBytes(end, bytes, 0, bytes.capacity());
            end += bytes.capacity();
            return this;
        }

        Message withoutEnd() {
            hasEnd = false;
            return this;
        }

        IngressPacket packet() {
            if (hasEnd) {
                raw("ff");
            }
            new UdpFlyweight()
                    .wrap(buffer, 0)
                    .sourcePort(68)
                    .destinationPort(67)
                    .length(end)
                    .checksum(0);
            return DhcpServerTest.packet(Bytes.prefix(buffer, end));
        }
    }
}
