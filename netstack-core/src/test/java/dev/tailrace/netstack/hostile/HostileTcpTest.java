package dev.tailrace.netstack.hostile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.testkit.Packet;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Segments that belong to no connection, or to its beginning, and that no kernel would send.
final class HostileTcpTest {
    private static final int TCP = Raw.TRANSPORT;
    private static final int PORT = 40_000;
    private static final byte[] NONE = {};

    private final HostileWorld world = HostileWorld.start();

    private static byte[] segment(final int flags, final byte... options) {
        return Frames.tcp(PORT, Frames.SERVER, 80, flags, 1_000, 0x1111, options);
    }

    @Test
    void shouldDropDataOffsetsBelowFiveWords() {
        for (int words = 0; words < 5; words++) {
            world.expectDrop(Counter.DROP_TCP_BAD, Raw.fix(Raw.put8(segment(Frames.SYN), TCP + 12, words << 4)));
        }
    }

    @Test
    void shouldDropDataOffsetsBeyondTheSegment() {
        for (int words = 6; words < 16; words++) {
            world.expectDrop(Counter.DROP_TCP_BAD, Raw.fix(Raw.put8(segment(Frames.SYN), TCP + 12, words << 4)));
        }
    }

    @Test
    void shouldDropSegmentsCutShort() {
        for (int length = 0; length < 20; length++) {
            world.expectDrop(Counter.DROP_TCP_BAD, Frames.ipv4(6, Frames.SERVER, new byte[length]));
        }
    }

    @Test
    void shouldDropABadChecksum() {
        world.expectDrop(Counter.DROP_TCP_CHECKSUM, Raw.put8(segment(Frames.SYN), TCP + 4, 0x77));
    }

    @Test
    void shouldDropPortZeroOnEitherSide() {
        world.expectDrop(Counter.DROP_TCP_PORT_ZERO, Frames.tcp(0, Frames.SERVER, 80, Frames.SYN, 1, 0, NONE));
        world.expectDrop(Counter.DROP_TCP_PORT_ZERO, Frames.tcp(PORT, Frames.SERVER, 0, Frames.SYN, 1, 0, NONE));
    }

    @ParameterizedTest
    @ValueSource(bytes = {0, 1, 5, 40, (byte) 255})
    void shouldConnectDespiteOptionsOfAWrongLength(final byte length) {
        // RFC 9293 MUST-7: what cannot be read is passed over; what came before it counts.
        world.in(segment(Frames.SYN, (byte) 3, (byte) 3, (byte) 7, (byte) 1, (byte) 2, length, (byte) 5, (byte) 0xb4));
        final Packet answer = world.only();
        assertEquals(Frames.SYN | Frames.ACK, answer.flags());
        assertEquals(7, answer.windowScale());
        world.in(segment(Frames.RST));
        world.expectWorking();
    }

    @Test
    void shouldNotReadAnOptionBehindTheHeader() {
        // Kind MSS in the last byte of the header; its length and value would be payload.
        final byte[] options = {1, 1, 1, 2};
        final byte[] frame =
                Frames.tcp(PORT, Frames.SERVER, 80, Frames.SYN, 1_000, 0, options, (byte) 4, (byte) 9, (byte) 9);
        world.in(frame);
        assertEquals(Frames.SYN | Frames.ACK, world.only().flags());
        world.expectWorking();
    }

    @Test
    void shouldNotTakeAnOptionThatRunsOverTheHeader() {
        // A window scale whose shift would be the first byte of payload.
        final byte[] options = {1, 1, 3, 3};
        world.in(Frames.tcp(PORT, Frames.SERVER, 80, Frames.SYN, 1_000, 0, options, (byte) 7));
        assertEquals(Packet.ABSENT, world.only().windowScale());
        world.expectWorking();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, 64, 65_535})
    void shouldSendUsefulSegmentsWhateverTheMss(final int mss) {
        final byte[] options = {2, 4, (byte) (mss >> 8), (byte) mss};
        world.in(Frames.tcp(PORT, Frames.SERVER, 80, Frames.SYN, 1_000, 0, options));
        final int iss = world.only().seq();
        world.in(Frames.tcp(PORT, Frames.SERVER, 80, Frames.ACK, 1_001, iss + 1, NONE));
        world.host().stream().write(4_000);
        world.settle();
        final List<Packet> data = world.out();
        assertFalse(data.isEmpty());
        final int most = mss == 0 ? 536 : Math.clamp(mss, 64, HostileWorld.MTU - 40);
        for (final Packet packet : data) {
            final int segmentBytes = packet.gsoSize() == 0 ? packet.payloadLength() : packet.gsoSize();
            assertTrue(segmentBytes <= most, packet::toString);
        }
        assertEquals(4_000, data.stream().mapToInt(Packet::payloadLength).sum());
        world.expectWorking();
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 15, 99, 255})
    void shouldShiftWindowsByFourteenAtMost(final int shift) {
        final byte[] options = {3, 3, (byte) shift, 1};
        world.in(Frames.tcp(PORT, Frames.SERVER, 80, Frames.SYN, 1_000, 0, options));
        final int iss = world.only().seq();
        world.in(
                Raw.fix(Raw.put16(Frames.tcp(PORT, Frames.SERVER, 80, Frames.ACK, 1_001, iss + 1, NONE), TCP + 14, 1)));
        world.host().stream().write(100_000);
        world.settle();
        final int sent = world.out().stream().mapToInt(Packet::payloadLength).sum();
        assertTrue(sent <= 1 << 14 && sent > (1 << 14) - 536, "sent: " + sent);
        world.expectWorking();
    }

    @Test
    void shouldRefuseSynWithFin() {
        expectReset(Frames.SYN | Frames.FIN, 0, 1_002);
    }

    @Test
    void shouldRefuseNullAndChristmasTreeSegments() {
        expectReset(0, 0, 1_000);
        expectReset(Frames.FIN | Frames.PSH | Frames.URG, 0, 1_001);
        expectReset(Frames.FIN, 0, 1_001);
    }

    @Test
    void shouldRefuseAnAcknowledgementOfNothing() {
        world.in(segment(Frames.ACK));
        final Packet reset = world.only();
        assertEquals(Frames.RST, reset.flags());
        assertEquals(0x1111, reset.seq());
        world.in(segment(Frames.SYN | Frames.ACK));
        assertEquals(Frames.RST, world.only().flags());
        world.expectWorking();
    }

    private void expectReset(final int flags, final int sequence, final int acknowledgement) {
        world.in(segment(flags));
        final Packet reset = world.only();
        assertEquals(Frames.RST | Frames.ACK, reset.flags());
        assertEquals(sequence, reset.seq());
        assertEquals(acknowledgement, reset.ack());
        assertEquals(List.of(), world.host().connected());
        world.expectWorking();
        world.host().connected().clear();
    }

    @Test
    void shouldDropResetsOfNoConnection() {
        world.expectDrop(Counter.DROP_TCP_NO_FLOW, segment(Frames.RST));
        world.expectDrop(Counter.DROP_TCP_NO_FLOW, segment(Frames.SYN | Frames.RST));
        world.expectDrop(Counter.DROP_TCP_NO_FLOW, segment(0xff));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Frames.BROADCAST})
    void shouldNotSpeakForABroadcastAddress(final int destination) {
        // RFC 1122 section 4.2.3.10: a segment to a broadcast address has no answer; a RST would come from that
        // address.
        for (final int flags : new int[] {0, Frames.ACK, Frames.FIN, Frames.SYN | Frames.ACK, Frames.SYN}) {
            world.expectDrop(
                    Counter.DROP_IPV4_DESTINATION, Frames.tcp(PORT, destination, 80, flags, 1_000, 0x1111, NONE));
        }
    }

    @Test
    void shouldLeaveDataOnASynToBeSentAgain() {
        world.in(Frames.tcp(PORT, Frames.SERVER, 80, Frames.SYN, 1_000, 0, NONE, Frames.counting(100)));
        final Packet answer = world.only();
        assertEquals(1_001, answer.ack());
        world.in(Frames.tcp(PORT, Frames.SERVER, 80, Frames.ACK, 1_001, answer.seq() + 1, NONE, Frames.counting(100)));
        assertArrayEquals(Frames.counting(100), world.host().stream().taken());
        world.expectWorking();
    }

    @Test
    void shouldBoundConnectionsOfASynFlood() {
        for (int port = 1; port <= 1_000; port++) {
            world.in(Frames.tcp(port, Frames.SERVER, 80, Frames.SYN, 1_000, 0, NONE));
        }
        assertEquals(64, world.stack().tcpFlowCount());
        assertEquals(936, world.count(Counter.TCP_HALF_OPEN_EVICTED));
        world.pass(130_000);
        assertEquals(0, world.stack().tcpFlowCount());
        world.expectWorking();
        world.expectNothingLeft();
    }

    @Test
    void shouldDropWhatComesForAnAttemptThatHasNoAnswerYet() {
        // Both frames are read before the host's connection can have been made.
        world.in(segment(Frames.SYN), Frames.tcp(PORT, Frames.SERVER, 80, Frames.ACK, 1_001, 77, NONE, (byte) 1));
        assertEquals(1, world.count(Counter.DROP_TCP_STALE));
        assertEquals(Frames.SYN | Frames.ACK, world.only().flags());
        assertEquals(0, world.host().stream().taken().length);
        world.expectWorking();
    }

    @Test
    void shouldTakeSegmentsThroughIpOptionsToo() {
        final byte[] options = new byte[40];
        Arrays.fill(options, (byte) 1);
        world.in(Frames.withIpOptions(segment(Frames.SYN), options));
        assertEquals(Frames.SYN | Frames.ACK, world.only().flags());
        world.expectWorking();
    }
}
