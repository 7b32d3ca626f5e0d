package dev.tailrace.netstack.hostile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tailrace.netstack.status.Counter;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Neighbour discovery and other ICMPv6 messages that no kernel would send.
final class HostileNdpTest {
    private static final int ROUTER_SOLICITATION = 133;
    private static final int ROUTER_ADVERTISEMENT = 134;
    private static final int SOLICITATION = 135;
    private static final int ADVERTISEMENT = 136;
    private static final int REDIRECT = 137;

    private static final long GROUPS = 0xff02_0000_0000_0000L;
    private static final long SOLICITED_GATEWAY = 0x1_ff00_0002L;
    private static final byte[] SOURCE_ADDRESS = {1, 1, 2, 0x42, 10, 0, 2, 100};

    private final HostileWorld world = HostileWorld.options().ipv6().start();

    private static byte[] solicitation(final byte... options) {
        return Frames6.ndp(
                SOLICITATION, GROUPS, SOLICITED_GATEWAY, Frames6.target(Frames6.PREFIX, Frames6.GATEWAY_LO, options));
    }

    private static byte[] advertisement(final long hi, final long lo) {
        final byte[] options = {2, 1, 2, 0x42, 10, 0, 2, 101};
        return Frames6.ndp(ADVERTISEMENT, Frames6.PREFIX, Frames6.GATEWAY_LO, Frames6.target(hi, lo, options));
    }

    @Test
    void shouldDropMessagesThatARouterMayHavePassedOn() {
        for (final int hopLimit : new int[] {1, 64, 254}) {
            world.expectDrop(Counter.DROP_NDP_BAD, Raw.put8(solicitation(SOURCE_ADDRESS), Raw.IP + 7, hopLimit));
            world.expectDrop(
                    Counter.DROP_NDP_BAD, Raw.put8(Frames6.ndp(ROUTER_SOLICITATION, GROUPS, 2), Raw.IP + 7, hopLimit));
        }
    }

    @Test
    void shouldDropOptionsOfNoLengthAndThoseBeyondTheMessage() {
        for (final int length : new int[] {0, 2, 3, 255}) {
            final byte[] options = SOURCE_ADDRESS.clone();
            options[1] = (byte) length;
            world.expectDrop(Counter.DROP_NDP_BAD, solicitation(options));
            world.expectDrop(Counter.DROP_NDP_BAD, Frames6.ndp(ROUTER_SOLICITATION, GROUPS, 2, options));
        }
        world.expectDrop(Counter.DROP_NDP_BAD, solicitation((byte) 1));
    }

    @Test
    void shouldDropMessagesCutShort() {
        for (int length = 0; length < 16; length++) {
            world.expectDrop(
                    Counter.DROP_NDP_BAD,
                    Frames6.ndp(SOLICITATION, GROUPS, SOLICITED_GATEWAY, Arrays.copyOf(new byte[0], length)));
            world.expectDrop(
                    Counter.DROP_NDP_BAD,
                    Frames6.ndp(ADVERTISEMENT, Frames6.PREFIX, 2, Arrays.copyOf(new byte[0], length)));
        }
        for (int length = 0; length < 8; length++) {
            final byte[] message = Arrays.copyOf(new byte[] {(byte) SOLICITATION}, length);
            world.expectDrop(Counter.DROP_ICMP_BAD, Frames6.fix(Frames6.packet(Frames6.ICMPV6, message)));
        }
    }

    @Test
    void shouldAnswerAProbeToAllAndDropOneThatNamesItsSender() {
        world.in(Frames6.from(solicitation(), 0, 0));
        final byte[] answer = world.out6().getFirst();
        assertEquals(0xff02, Raw.u16(answer, Frames6.DESTINATION));
        world.expectDrop(Counter.DROP_NDP_BAD, Frames6.from(solicitation(SOURCE_ADDRESS), 0, 0));
        // To the address itself instead of its group.
        final byte[] direct = Frames6.to(solicitation(), Frames6.PREFIX, Frames6.GATEWAY_LO);
        world.expectDrop(Counter.DROP_NDP_BAD, Frames6.from(direct, 0, 0));
        world.expectDrop(
                Counter.DROP_NDP_BAD, Frames6.from(Frames6.ndp(ROUTER_SOLICITATION, GROUPS, 2, SOURCE_ADDRESS), 0, 0));
    }

    @Test
    void shouldTakeNoOtherRouterAndNoRedirect() {
        final byte[] lifetime = new byte[8];
        world.expectDrop(Counter.DROP_NDP_BAD, Frames6.ndp(ROUTER_ADVERTISEMENT, GROUPS, 1, lifetime));
        world.expectDrop(
                Counter.DROP_NDP_BAD,
                Frames6.from(Frames6.ndp(ROUTER_ADVERTISEMENT, GROUPS, 1, lifetime), 0xfe80_0000_0000_0000L, 9));
        world.expectDrop(Counter.DROP_NDP_BAD, Frames6.ndp(REDIRECT, Frames6.PREFIX, 2, new byte[32]));
    }

    @Test
    void shouldNotLetAnyoneTakeOneOfOurAddresses() {
        world.expectDrop(Counter.DROP_NDP_BAD, advertisement(Frames6.PREFIX, Frames6.GATEWAY_LO));
        world.expectDrop(Counter.DROP_NDP_BAD, advertisement(Frames6.PREFIX, Frames6.NAME_SERVER_LO));
        world.expectDrop(Counter.DROP_NDP_BAD, advertisement(0xfe80_0000_0000_0000L, 2));
        world.expectDrop(Counter.DROP_NDP_BAD, advertisement(GROUPS, 1));
        world.expectDrop(Counter.DROP_NDP_BAD, advertisement(0, 0xffff_0a00_0264L));
    }

    @Test
    void shouldDropAdvertisementsOfGroupsOfStations() {
        final byte[] options = {2, 1, 1, 0, 0x5e, 0, 0, 1};
        world.expectDrop(
                Counter.DROP_NDP_BAD,
                Frames6.ndp(ADVERTISEMENT, Frames6.PREFIX, 2, Frames6.target(Frames6.PREFIX, 0x100, options)));
    }

    @Test
    void shouldDropOtherCodesAndBadChecksums() {
        final byte[] coded = Raw.put8(solicitation(SOURCE_ADDRESS), Frames6.TRANSPORT + 1, 1);
        world.expectDrop(Counter.DROP_NDP_BAD, Frames6.fix(coded));
        world.expectDrop(Counter.DROP_ICMP_CHECKSUM, Raw.put8(solicitation(SOURCE_ADDRESS), Frames6.TRANSPORT + 20, 7));
    }

    @Test
    void shouldDropASolicitationForAGroup() {
        world.expectDrop(
                Counter.DROP_NDP_BAD,
                Frames6.ndp(SOLICITATION, GROUPS, SOLICITED_GATEWAY, Frames6.target(GROUPS, 2, SOURCE_ADDRESS)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 100, 127, 129, 130, 131, 132, 138, 143, 200, 255})
    void shouldDropOtherTypes(final int type) {
        world.expectDrop(Counter.DROP_ICMP_TYPE, Frames6.icmp(type, 0, 0, Frames.counting(48)));
    }

    @Test
    void shouldNotAnswerASmurf() {
        world.expectDrop(Counter.DROP_IPV6_DESTINATION, Frames6.to(Frames6.icmp(128, 0, 1), GROUPS, 1));
        world.expectDrop(Counter.DROP_IPV6_SOURCE, Frames6.from(Frames6.icmp(128, 0, 1), 0, 0));
    }

    @Test
    void shouldDropIcmpOfTheOtherFamily() {
        world.expectDrop(Counter.DROP_IP_PROTOCOL, Frames6.packet(1, Frames.counting(16)));
        world.expectDrop(Counter.DROP_IP_PROTOCOL, Frames.ipv4(58, Frames.GATEWAY, Frames.counting(16)));
    }

    @Test
    void shouldSendTheSameRepliesWhateverTheBuffersHeldBefore() {
        final List<byte[]> first = replies(0);
        for (final int poison : new int[] {0x45, 0xa5, 0xff}) {
            final List<byte[]> other = replies(poison);
            assertEquals(first.size(), other.size());
            for (int index = 0; index < first.size(); index++) {
                assertArrayEquals(first.get(index), other.get(index));
            }
        }
    }

    /// One reply at least of each kind, twice, so that the second finds the poison in its buffer.
    private static List<byte[]> replies(final int poison) {
        final HostileWorld world = HostileWorld.options().ipv6().poison(poison).start();
        for (int time = 0; time < 2; time++) {
            world.in(solicitation(SOURCE_ADDRESS));
            world.in(Frames6.from(solicitation(), 0, 0));
            world.in(Frames6.ndp(ROUTER_SOLICITATION, GROUPS, 2));
            world.in(Frames6.to(Frames6.icmp(128, 0, 1, (byte) 1), Frames6.PREFIX, Frames6.GATEWAY_LO));
            world.in(Raw.put8(Frames6.udp(4_000, 9), Raw.IP + 7, 1));
            world.in(Frames6.tcp(4_000 + time, Frames.SYN, 1, 0));
            world.in(Frames6.tcp(4_000 + time, Frames.RST, 2, 0));
            world.in(Frames6.tcp(9, Frames.ACK, 1, 1));
        }
        final List<byte[]> replies = world.out6();
        assertEquals(14, replies.size());
        return replies;
    }
}
