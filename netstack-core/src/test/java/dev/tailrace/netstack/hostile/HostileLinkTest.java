package dev.tailrace.netstack.hostile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.testkit.Packet;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Ethernet and ARP frames that no kernel would send.
final class HostileLinkTest {
    private static final int ARP = Raw.IP;

    private final HostileWorld world = HostileWorld.start();

    @Test
    void shouldDropFramesWithoutAWholeEthernetHeader() {
        for (int length = 1; length < Raw.IP; length++) {
            world.expectDrop(Counter.DROP_ETHERNET_SHORT, Arrays.copyOf(Frames.udp(1, Frames.SERVER, 2), length));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 46, 1500, 0x8100, 0x88a8, 0x9100, 0x88cc, 0x8863, 0xffff})
    void shouldDropEtherTypesThatAreNotOurs(final int etherType) {
        final byte[] frame = Frames.udp(40_000, Frames.SERVER, 9);
        Raw.put16(frame, Raw.ETHER_TYPE, etherType);
        world.expectDrop(Counter.DROP_ETHERTYPE, frame);
    }

    @Test
    void shouldDropFramesWithOneAndTwoVlanTags() {
        final byte[] frame = Frames.udp(40_000, Frames.SERVER, 9);
        for (int tags = 1; tags <= 2; tags++) {
            final byte[] tagged = Arrays.copyOf(frame, frame.length + 4 * tags);
            System.arraycopy(frame, Raw.ETHER_TYPE, tagged, Raw.ETHER_TYPE + 4 * tags, frame.length - Raw.ETHER_TYPE);
            for (int tag = 0; tag < tags; tag++) {
                Raw.put32(tagged, Raw.ETHER_TYPE + 4 * tag, 0x8100_0001);
            }
            world.expectDrop(Counter.DROP_ETHERTYPE, tagged);
        }
    }

    @Test
    void shouldDropPacketsFromAGroupOfStations() {
        final byte[] frame = Frames.udp(40_000, Frames.SERVER, 9);
        Raw.put48(frame, Raw.ETHERNET + 6, 0x0100_5e00_0001L);
        world.expectDrop(Counter.DROP_IPV4_SOURCE, frame);
        Raw.put48(frame, Raw.ETHERNET + 6, 0xffff_ffff_ffffL);
        world.expectDrop(Counter.DROP_IPV4_SOURCE, frame);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 4, 8, 9, 25, 0xffff})
    void shouldDropArpOperationsThatAreNeitherRequestNorReply(final int operation) {
        world.expectDrop(Counter.DROP_ARP_BAD, Frames.arp(operation, Frames.GUEST, Frames.GATEWAY));
    }

    @Test
    void shouldDropArpThatIsCutShort() {
        final byte[] frame = Frames.arp(1, Frames.GUEST, Frames.GATEWAY);
        for (int length = Raw.IP; length < frame.length; length++) {
            world.expectDrop(Counter.DROP_ARP_BAD, Arrays.copyOf(frame, length));
        }
    }

    @Test
    void shouldDropArpAboutOtherThanIpv4OverEthernet() {
        for (final int field : new int[] {0, 1, 2, 3, 4, 5}) {
            for (final int value : new int[] {0, 7, 16, 255}) {
                final byte[] frame = Frames.arp(1, Frames.GUEST, Frames.GATEWAY);
                if (frame[ARP + field] != value) {
                    world.expectDrop(Counter.DROP_ARP_BAD, Raw.put8(frame, ARP + field, value));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 0xffff_ffff_ffffL, 0x0100_5e00_0001L})
    void shouldDropArpFromAStationThatIsNotOne(final long mac) {
        world.expectDrop(Counter.DROP_ARP_BAD, Raw.put48(Frames.arp(1, Frames.GUEST, Frames.GATEWAY), ARP + 8, mac));
    }

    @ParameterizedTest
    @ValueSource(ints = {Frames.GATEWAY, Frames.NAME_SERVER, 0x7f00_0001, 0xe000_0001, -1, 5})
    void shouldNotLetAnyoneTakeOneOfOurAddresses(final int sender) {
        world.expectDrop(Counter.DROP_ARP_BAD, Frames.arp(2, sender, Frames.GUEST));
        world.expectDrop(Counter.DROP_ARP_BAD, Frames.arp(1, sender, sender));
    }

    @Test
    void shouldLearnFromAnAnnouncementAndNotAnswerIt() {
        world.in(Frames.arp(1, Frames.GUEST, Frames.GUEST));
        assertEquals(0, world.out().size());
        world.expectWorking();
    }

    @Test
    void shouldAnswerAProbeOfOneOfOurAddresses() {
        world.in(Frames.arp(1, 0, Frames.GATEWAY));
        final Packet reply = world.only();
        assertEquals(2, reply.arpOperation());
        assertEquals(Raw.IP + 46, reply.frame().length);
        world.expectWorking();
    }

    @Test
    void shouldPadArpRepliesWithZeroesWhateverWasThereBefore() {
        world.in(Frames.arp(1, Frames.GUEST, Frames.GATEWAY));
        final byte[] first = world.only().frame();
        // The link has meanwhile poisoned the area that the reply was made in; the parser wants zeroes behind it.
        world.in(Frames.arp(1, Frames.GUEST, Frames.GATEWAY));
        assertArrayEquals(first, world.only().frame());
    }
}
