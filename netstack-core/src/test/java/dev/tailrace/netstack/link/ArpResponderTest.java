package dev.tailrace.netstack.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.wire.ArpFlyweight;
import dev.tailrace.netstack.wire.Bytes;
import dev.tailrace.netstack.wire.IpAddress;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class ArpResponderTest {
    private static final int GATEWAY = 0x0a000202;
    private static final int NAME_SERVER = 0x0a000203;
    private static final int GUEST = 0x0a000264;
    private static final long GUEST_MAC = 0x5254_0012_3456L;
    private static final long SEED = 826;

    private final RecordingLink link = new RecordingLink();
    private final NeighborTable neighbors = new NeighborTable();
    private final Counters counters = new Counters();
    private final ArpResponder responder = responder(true);

    private ArpResponder responder(final boolean dns) {
        return new ArpResponder(link, new VirtualNetwork(0x0a000200, 24, 1500, 0, true, dns), neighbors, counters);
    }

    @Test
    void shouldAnswerALinuxRequestWithAPaddedReply() {
        onFrame(responder, "0001 0800 0604 0001 5254 0012 3456 0a00 0264 0000 0000 0000 0a00 0202");
        assertEquals(1, link.frames.size());
        final UnsafeBuffer frame = link.frames.getFirst();
        assertEquals(
                "00".repeat(10) + "525400123456" + "52550a000202" + "0806"
                        + "0001080006040002" + "52550a000202" + "0a000202" + "525400123456" + "0a000264"
                        + "00".repeat(18),
                Bytes.format(frame, 0, frame.capacity()));
        assertEquals(GUEST_MAC, learned(GUEST));
        assertEquals(1, counters.get(Counter.ARP_IN));
        assertEquals(1, counters.get(Counter.ARP_REPLIES));
        assertEquals(1, counters.get(Counter.FRAMES_OUT));
        assertEquals(60, counters.get(Counter.BYTES_OUT));
    }

    @Test
    void shouldAnswerForTheNameServerOnlyWhenThereIsOne() {
        onFrame(responder, request(GUEST, NAME_SERVER));
        assertEquals(1, link.frames.size());
        onFrame(responder(false), request(GUEST, NAME_SERVER));
        assertEquals(1, link.frames.size());
    }

    @Test
    void shouldNotAnswerForOthers() {
        onFrame(responder, request(GUEST, 0x0a000204));
        onFrame(responder, request(GUEST, GUEST));
        assertEquals(0, link.frames.size());
        assertEquals(0, counters.get(Counter.DROP_ARP_BAD));
    }

    @Test
    void shouldAnswerAProbeButNotLearnIt() {
        onFrame(responder, request(0, GATEWAY));
        assertEquals(1, link.frames.size());
        assertEquals(NeighborTable.UNKNOWN, learned(0));
    }

    @Test
    void shouldLearnFromGratuitousRequestsAndReplies() {
        onFrame(responder, request(GUEST, GUEST));
        assertEquals(GUEST_MAC, learned(GUEST));
        onFrame(responder, arp(ArpFlyweight.REPLY, 0x5254_0012_9999L, GUEST, GUEST));
        assertEquals(0x5254_0012_9999L, learned(GUEST));
    }

    @Test
    void shouldNotLetOurAddressesBeTaken() {
        onFrame(responder, request(GATEWAY, GATEWAY));
        onFrame(responder, arp(ArpFlyweight.REPLY, GUEST_MAC, NAME_SERVER, GUEST));
        assertEquals(NeighborTable.UNKNOWN, learned(GATEWAY));
        assertEquals(NeighborTable.UNKNOWN, learned(NAME_SERVER));
        assertEquals(0, link.frames.size());
        assertEquals(2, counters.get(Counter.DROP_ARP_BAD));
    }

    @Test
    void shouldNotLearnAddressesOfManyOrOfNobody() {
        onFrame(responder, arp(ArpFlyweight.REQUEST, 0x0100_5e00_0001L, GUEST, GATEWAY));
        onFrame(responder, arp(ArpFlyweight.REQUEST, 0xffff_ffff_ffffL, GUEST, GATEWAY));
        onFrame(responder, arp(ArpFlyweight.REQUEST, 0, GUEST, GATEWAY));
        assertEquals(NeighborTable.UNKNOWN, learned(GUEST));
        for (final int sender : new int[] {-1, 0xe000_0001, 0x7f00_0001, 0x0000_0001, 0xf000_0001}) {
            onFrame(responder, request(sender, GATEWAY));
            assertEquals(NeighborTable.UNKNOWN, learned(sender));
        }
        assertEquals(8, counters.get(Counter.DROP_ARP_BAD));
        assertEquals(0, link.frames.size());
    }

    @Test
    void shouldDropUnknownOperationsAndOtherHardware() {
        onFrame(responder, arp(0, GUEST_MAC, GUEST, GATEWAY));
        onFrame(responder, arp(3, GUEST_MAC, GUEST, GATEWAY));
        final UnsafeBuffer longAddresses = request(GUEST, GATEWAY);
        longAddresses.putByte(4, (byte) 255);
        onFrame(responder, longAddresses);
        assertEquals(3, counters.get(Counter.DROP_ARP_BAD));
        assertEquals(NeighborTable.UNKNOWN, learned(GUEST));
    }

    @Test
    void shouldDropEveryTruncation() {
        final UnsafeBuffer whole = request(GUEST, GATEWAY);
        for (int length = 0; length < 28; length++) {
            responder.onFrame(Bytes.prefix(whole, length), 0, length);
        }
        assertEquals(28, counters.get(Counter.DROP_ARP_BAD));
        assertEquals(0, link.frames.size());
    }

    @Test
    void shouldAskForAGuestFromTheGateway() {
        responder.request(GUEST);
        final UnsafeBuffer frame = link.frames.getFirst();
        assertEquals(
                "00".repeat(10) + "ffffffffffff" + "52550a000202" + "0806"
                        + "0001080006040001" + "52550a000202" + "0a000202" + "000000000000" + "0a000264"
                        + "00".repeat(18),
                Bytes.format(frame, 0, frame.capacity()));
        assertEquals(1, counters.get(Counter.ARP_REQUESTS));
    }

    @Test
    void shouldCountRefusedFrames() {
        link.isRefusing = true;
        responder.request(GUEST);
        assertEquals(1, counters.get(Counter.TRANSMIT_FAILED));
        assertEquals(0, counters.get(Counter.FRAMES_OUT));
    }

    @Test
    void shouldSurviveAnyBytes() {
        final SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 50_000; round++) {
            final UnsafeBuffer buffer = request(random.nextInt(), random.nextBoolean() ? GATEWAY : random.nextInt());
            for (int flips = random.nextInt(4); flips > 0; flips--) {
                buffer.putByte(random.nextInt(28), (byte) random.nextInt());
            }
            responder.onFrame(buffer, 0, 28);
            assertEquals(NeighborTable.UNKNOWN, learned(GATEWAY), "seed " + SEED + ", round " + round);
        }
        assertTrue(counters.get(Counter.ARP_REPLIES) > 0);
    }

    private long learned(final int address) {
        return neighbors.lookup(IpAddress.IPV4_HI, IpAddress.ipv4Lo(address));
    }

    private static void onFrame(final ArpResponder responder, final String text) {
        onFrame(responder, Bytes.hex(text));
    }

    private static void onFrame(final ArpResponder responder, final UnsafeBuffer packet) {
        responder.onFrame(packet, 0, packet.capacity());
    }

    private static UnsafeBuffer request(final int sender, final int target) {
        return arp(ArpFlyweight.REQUEST, GUEST_MAC, sender, target);
    }

    private static UnsafeBuffer arp(final int operation, final long mac, final int sender, final int target) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[28]);
        new ArpFlyweight()
                .wrap(buffer, 0)
                .writeHeader(operation)
                .senderMac(mac)
                .senderAddress(sender)
                .targetAddress(target);
        return buffer;
    }
}
