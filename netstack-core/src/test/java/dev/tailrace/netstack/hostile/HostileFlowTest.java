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

/// Segments of a connection that no kernel would send. Sequence numbers are the guest's, from 1,001 on, and `iss + 1`
/// is the first of
/// the stack.
final class HostileFlowTest {
    private static final int TCP = Raw.TRANSPORT;
    private static final int PORT = 40_000;
    private static final int NEXT = 1_001;
    private static final byte[] NONE = {};

    private final HostileWorld world = HostileWorld.start();
    private final int iss = connect();
    private final HostileStream host = world.host().stream();

    private int connect() {
        final byte[] options = {1, 3, 3, 0};
        world.in(Frames.tcp(PORT, Frames.SERVER, 80, Frames.SYN, NEXT - 1, 0, options));
        final int sequence = world.only().seq();
        world.in(Frames.tcp(PORT, Frames.SERVER, 80, Frames.ACK, NEXT, sequence + 1, NONE));
        assertEquals(List.of(), world.out());
        return sequence;
    }

    private byte[] segment(final int flags, final int sequence, final int acknowledgement, final byte... payload) {
        return Frames.tcp(PORT, Frames.SERVER, 80, flags, sequence, acknowledgement, NONE, payload);
    }

    private byte[] data(final int sequence, final byte... payload) {
        return segment(Frames.ACK | Frames.PSH, sequence, iss + 1, payload);
    }

    /// An acknowledgement of the stack that says what it has and what it sends next.
    private void expectAck(final int sequence, final int acknowledgement) {
        final Packet packet = world.only();
        assertEquals(Frames.ACK, packet.flags(), packet::toString);
        assertEquals(sequence, packet.seq());
        assertEquals(acknowledgement, packet.ack());
    }

    private void expectAlive(final int next) {
        world.out();
        final int before = host.taken().length;
        world.in(data(next, (byte) 'x'));
        assertEquals(before + 1, host.taken().length);
        assertFalse(host.isReset());
        world.expectWorking();
    }

    @Test
    void shouldDropSegmentsWithoutAcknowledgement() {
        world.expectDrop(Counter.DROP_TCP_BAD, segment(0, NEXT, 0, (byte) 1));
        world.expectDrop(Counter.DROP_TCP_BAD, segment(Frames.FIN | Frames.PSH | Frames.URG, NEXT, 0));
        expectAlive(NEXT);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 1_000, 0xffff})
    void shouldDeliverUrgentDataInlineWhateverThePointerSays(final int pointer) {
        // RFC 6093: the pointer is not followed, so there is nothing that it could point outside of.
        world.in(Raw.fix(Raw.put16(
                segment(Frames.ACK | Frames.URG, NEXT, iss + 1, (byte) 1, (byte) 2, (byte) 3), TCP + 18, pointer)));
        assertArrayEquals(new byte[] {1, 2, 3}, host.taken());
        expectAlive(NEXT + 3);
    }

    @Test
    void shouldDeliverUrgentDataThatIsSplitOverSegments() {
        for (int index = 0; index < 4; index++) {
            world.in(Raw.fix(Raw.put16(
                    segment(Frames.ACK | Frames.URG, NEXT + index, iss + 1, (byte) index), TCP + 18, 4 - index)));
        }
        assertArrayEquals(Frames.counting(4), host.taken());
        expectAlive(NEXT + 4);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 65_536, 0x7fff_ffff})
    void shouldChallengeAnAcknowledgementOfWhatWasNotSent(final int beyond) {
        world.in(segment(Frames.ACK, NEXT, iss + beyond, (byte) 1));
        assertEquals(1, world.count(Counter.DROP_TCP_BAD_ACK));
        expectAck(iss + 1, NEXT);
        expectAlive(NEXT);
    }

    @Test
    void shouldChallengeAnAcknowledgementFromLongAgo() {
        world.in(segment(Frames.ACK, NEXT, iss - 70_000, (byte) 1));
        assertEquals(1, world.count(Counter.DROP_TCP_BAD_ACK));
        expectAck(iss + 1, NEXT);
        expectAlive(NEXT);
    }

    @Test
    void shouldEndByAResetAtExactlyTheNextByteOnly() {
        world.expectDrop(Counter.DROP_TCP_STALE, segment(Frames.RST, NEXT - 1, 0));
        world.expectDrop(Counter.DROP_TCP_STALE, segment(Frames.RST, NEXT + 0x1000_0000, 0));
        world.in(segment(Frames.RST, NEXT + 1, 0));
        expectAck(iss + 1, NEXT);
        assertFalse(host.isReset());
        world.in(segment(Frames.RST, NEXT, 0));
        assertTrue(host.isReset());
        assertEquals(0, world.stack().tcpFlowCount());
        world.expectWorking();
    }

    @Test
    void shouldChallengeASynInsideAConnection() {
        for (final int sequence : new int[] {NEXT, NEXT - 1, NEXT + 5_000, 0}) {
            world.in(segment(Frames.SYN, sequence, 0));
            expectAck(iss + 1, NEXT);
            world.in(segment(Frames.SYN | Frames.ACK, sequence, iss + 1));
            expectAck(iss + 1, NEXT);
        }
        assertEquals(8, world.count(Counter.TCP_CHALLENGE_ACKS));
        expectAlive(NEXT);
    }

    @Test
    void shouldBoundTheChallengesOfAFlood() {
        final byte[] frame = segment(Frames.SYN, NEXT, 0);
        for (int count = 0; count < 300; count++) {
            world.in(frame);
        }
        assertEquals(100, world.out().size());
        assertEquals(200, world.count(Counter.DROP_TCP_RATE));
        expectAlive(NEXT);
    }

    @Test
    void shouldDropWhatLiesOutsideTheWindowAndSayWhereItIs() {
        for (final int ahead : new int[] {1 << 20, 1 << 29, 0x7fff_ffff}) {
            world.in(data(NEXT + ahead, (byte) 1));
            expectAck(iss + 1, NEXT);
        }
        assertEquals(3, world.count(Counter.DROP_TCP_OUT_OF_WINDOW));
        world.in(data(NEXT - 5, (byte) 1));
        expectAck(iss + 1, NEXT);
        assertEquals(1, world.count(Counter.DROP_TCP_STALE));
        expectAlive(NEXT);
    }

    @Test
    void shouldTakeOnlyTheNewPartOfARepetition() {
        world.in(data(NEXT, Frames.counting(10)));
        world.in(data(NEXT - 3, Frames.counting(20)));
        assertEquals(17, host.taken().length);
        assertEquals(13, host.taken()[10]);
        expectAlive(NEXT + 17);
    }

    @Test
    void shouldWaitOutAWindowThatNeverOpens() {
        world.in(Raw.fix(Raw.put16(segment(Frames.ACK, NEXT, iss + 1), TCP + 14, 0)));
        host.write(100_000);
        world.settle();
        assertEquals(List.of(), world.out());
        int probes = 0;
        for (int second = 0; second < 600 && world.stack().tcpFlowCount() > 0; second++) {
            world.pass(1_000);
            for (final Packet packet : world.out()) {
                probes++;
                assertTrue(packet.payloadLength() <= 1, packet::toString);
            }
        }
        assertTrue(probes >= 5 && probes <= 20, "probes: " + probes);
        assertTrue(host.isReset());
        world.expectWorking();
        world.expectNothingLeft();
    }

    @Test
    void shouldSendNothingBeyondAWindowThatShrinks() {
        host.write(200_000);
        world.settle();
        final List<Packet> first = world.out();
        final int sent = first.stream().mapToInt(Packet::payloadLength).sum();
        assertTrue(sent <= 65_535 && sent > 65_535 - 536, "sent: " + sent);
        // The guest takes back nearly all of what it had offered.
        world.in(Raw.fix(Raw.put16(segment(Frames.ACK, NEXT, iss + 1 + 1_460), TCP + 14, 10)));
        assertEquals(List.of(), world.out());
        world.in(Raw.fix(Raw.put16(segment(Frames.ACK, NEXT, iss + 1 + sent), TCP + 14, 10)));
        assertEquals(10, world.out().stream().mapToInt(Packet::payloadLength).sum());
        expectAlive(NEXT);
    }

    @Test
    void shouldPassOverSackBlocksThatAreReversedOrOutside() {
        host.write(10_000);
        world.settle();
        world.out();
        final byte[] options = new byte[40];
        Arrays.fill(options, (byte) 1);
        options[0] = 5;
        options[1] = 34;
        Raw.put32(options, 2, iss + 5_000);
        Raw.put32(options, 6, iss + 10);
        Raw.put32(options, 10, iss + 0x7000_0000);
        Raw.put32(options, 14, 0);
        world.in(Frames.tcp(PORT, Frames.SERVER, 80, Frames.ACK, NEXT, iss + 1 + 1_460, options));
        options[1] = 3;
        world.in(Frames.tcp(PORT, Frames.SERVER, 80, Frames.ACK, NEXT, iss + 1 + 2_920, options));
        world.in(segment(Frames.ACK, NEXT, iss + 1 + 10_000));
        assertEquals(10_000, world.count(Counter.TCP_BYTES_TO_GUEST));
        expectAlive(NEXT);
    }

    @Test
    void shouldCarryBytesOverTheEndOfTheSequenceNumbers() {
        final int port = PORT + 1;
        world.in(Frames.tcp(port, Frames.SERVER, 80, Frames.SYN, -3, 0, NONE));
        final int other = world.only().seq();
        for (int index = 0; index < 10; index++) {
            world.in(Frames.tcp(port, Frames.SERVER, 80, Frames.ACK, -2 + index, other + 1, NONE, (byte) index));
        }
        assertArrayEquals(Frames.counting(10), world.host().stream().taken());
        world.expectWorking();
    }

    @Test
    void shouldTakeTheEndOnlyWhereItIsDue() {
        world.in(segment(Frames.FIN | Frames.ACK, NEXT + 10, iss + 1));
        expectAck(iss + 1, NEXT);
        assertFalse(host.isOutputShut());
        world.in(segment(Frames.FIN | Frames.ACK, NEXT, iss + 1));
        assertTrue(host.isOutputShut());
        expectAck(iss + 1, NEXT + 1);
        // Payload behind the end does not count.
        world.in(data(NEXT + 1, (byte) 9));
        assertEquals(0, host.taken().length);
        assertEquals(1, world.count(Counter.DROP_TCP_STALE));
        world.expectWorking();
    }

    @Test
    void shouldLeaveNothingOfAConnectionThatIsNeverSpokenOfAgain() {
        host.write(50_000);
        world.settle();
        world.expectNothingLeft();
        assertTrue(host.isReset());
        world.expectWorking();
    }
}
