package dev.tailrace.netstack.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.host.HostErrno;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.testkit.HostScript;
import dev.tailrace.netstack.testkit.Packet;
import dev.tailrace.netstack.testkit.PacketAssert;
import dev.tailrace.netstack.testkit.RawTcp;
import dev.tailrace.netstack.testkit.Seg;
import dev.tailrace.netstack.testkit.TcpBench;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Windows of both directions: closing, opening, probing.
class TcpWindowTest {
    private static final int PORT = 80;

    private final TcpBench bench = TcpBench.of("window");

    // case 1: the window closes without its right edge moving left, and what was promised is taken
    @Test
    void shouldTakeAllThatWasAdvertisedWhenTheHostStopsReading() {
        final RawTcp tcp = stuckHost();
        final int sent = fill(tcp);
        assertEquals(0, bench.sim().count(Counter.DROP_TCP_NO_MEMORY));
        tcp.host().reading(true);
        bench.settle();
        assertEquals(sent, tcp.host().taken());
    }

    // case 1, 6, 37: a window that was closed is told open again without the guest asking
    @Test
    void shouldTellTheGuestWhenAClosedWindowOpens() {
        final RawTcp tcp = stuckHost();
        final int sent = fill(tcp);
        tcp.host().reading(true);
        final List<Packet> updates = bench.drain();
        assertFalse(updates.isEmpty(), "no window update");
        final PacketAssert last = new WindowReader(tcp, updates.getLast()).read();
        last.flags(Packet.ACK).ack(sent + 1).length(0);
        assertTrue(last.windowBytes() > 100_000, "window " + last.windowBytes());
    }

    // case 13: a window update carries ACK and the current numbers
    @Test
    void shouldSendWindowUpdatesAsAcknowledgements() {
        final RawTcp tcp = stuckHost();
        final int sent = fill(tcp);
        tcp.host().reading(true);
        for (final Packet update : bench.drain()) {
            assertTrue(update.has(Packet.ACK));
            assertEquals(sent + 1, update.ack() - tcp.guestIss());
        }
    }

    @Test
    void shouldAnswerProbesOfAClosedWindowWithoutTakingThem() {
        final RawTcp tcp = stuckHost();
        final int sent = fill(tcp);
        tcp.data(sent + 1, 1);
        tcp.expectAck(sent + 1);
        tcp.in(Seg.ack().seq(sent).ack(1));
        tcp.expectAck(sent + 1);
        final long taken = tcp.host().taken();
        tcp.host().reading(true);
        bench.settle();
        assertTrue(
                tcp.host().taken() == sent && taken < sent,
                "taken " + tcp.host().taken() + " of " + sent);
    }

    // case 57: bytes beyond the window are cut off, those before are taken
    @Test
    void shouldTakeThePartOfASegmentThatIsInTheWindow() {
        final RawTcp tcp = stuckHost();
        int next = 1;
        int window = Integer.MAX_VALUE;
        while (window > 5_000) {
            final int length = Math.min(60_000, window - 2_000);
            tcp.data(next, length);
            next += length;
            final Packet last = bench.drain().getLast();
            window = last.window() << tcp.stackShift();
        }
        assertTrue(window > 0, "the test needs an open rest of the window");
        tcp.data(next, window + 10_000);
        final PacketAssert answer = tcp.expect(Packet.ACK);
        final int acknowledged = answer.packet().ack() - tcp.guestIss();
        assertTrue(acknowledged <= next + window, "took " + (acknowledged - next) + " of a window of " + window);
        tcp.host().reading(true);
        bench.settle();
        assertEquals(acknowledged - 1, tcp.host().taken());
    }

    @Test
    void shouldAnswerDataBehindTheWindowWithAnAck() {
        final RawTcp tcp = bench.established();
        tcp.data(0x4000_0000, 100);
        tcp.expectAck(1);
        assertEquals(1, bench.sim().count(Counter.DROP_TCP_OUT_OF_WINDOW));
    }

    // case 56: FIN on a closed window waits until there is room
    @Test
    void shouldNotTakeFinBehindBytesThatDidNotFit() {
        final RawTcp tcp = stuckHost();
        final int sent = fill(tcp);
        tcp.in(tcp.dataSegment(sent + 1, 100).and(Packet.FIN));
        tcp.expectAck(sent + 1);
        tcp.host().reading(true);
        bench.discard();
        assertFalse(tcp.host().isOutputShut());
        tcp.in(tcp.dataSegment(sent + 1, 100).and(Packet.FIN));
        tcp.expectAck(sent + 102);
        assertTrue(tcp.host().hasSeenEnd());
    }

    // case 56: a lone FIN on a window closed to zero is either taken or left, never half
    @Test
    void shouldTakeAFinOnAClosedWindowAtTheLatestWhenItOpens() {
        final RawTcp tcp = stuckHost();
        final int sent = fill(tcp);
        tcp.in(Seg.fin().seq(sent + 1).ack(1));
        bench.discard();
        tcp.host().reading(true);
        bench.discard();
        tcp.in(Seg.fin().seq(sent + 1).ack(1));
        tcp.expectAck(sent + 2);
        assertEquals(sent, tcp.host().taken());
        assertTrue(tcp.host().hasSeenEnd());
    }

    @Test
    void shouldSendNoMoreThanTheGuestsWindow() {
        final RawTcp tcp = bench.tcp().handshake(bench.tcp().linuxSyn());
        tcp.in(Seg.ack().seq(1).ack(1).window(20));
        tcp.host().write(100_000);
        int sent = 0;
        for (final Packet packet : bench.drain()) {
            sent += packet.payloadLength();
        }
        assertTrue(sent <= 2_560, "sent " + sent + " into a window of 2,560");
        assertTrue(sent >= 1_460, "sent only " + sent);
    }

    // case 46: the probe of a zero window carries a byte
    @Test
    void shouldProbeAZeroWindowWithOneByteOfPayload() {
        final RawTcp tcp = bench.established();
        tcp.in(Seg.ack().seq(1).ack(1).window(0));
        tcp.host().write(5_000);
        bench.expectNothing();
        bench.pass(250);
        tcp.expectData(1, 1);
        tcp.in(Seg.ack().seq(1).ack(1).window(0));
        bench.expectNothing();
        bench.pass(450);
        tcp.expectData(1, 1);
        assertTrue(bench.sim().count(Counter.TCP_ZERO_WINDOW_PROBES) >= 2);
    }

    // case 1: what the guest sends while its window is closed is acknowledged in that window, not behind our probe
    @Test
    void shouldAcknowledgeWithinAClosedWindowAfterAProbe() {
        final RawTcp tcp = bench.established();
        tcp.in(Seg.ack().seq(1).ack(1).window(0));
        tcp.host().write(5_000);
        bench.pass(250);
        tcp.expectData(1, 1);
        tcp.in(Seg.ack().seq(1).ack(1).window(0));
        tcp.in(tcp.dataSegment(1, 100).window(0));
        tcp.expectAck(101).seq(1);
    }

    // case 1: and so does a reset reach it
    @Test
    void shouldResetWithinAClosedWindowAfterAProbe() {
        final RawTcp tcp = bench.established();
        tcp.in(Seg.ack().seq(1).ack(1).window(0));
        tcp.host().write(5_000);
        bench.pass(250);
        tcp.expectData(1, 1);
        tcp.in(Seg.ack().seq(1).ack(1).window(0));
        tcp.host().fail(HostErrno.ECONNRESET);
        tcp.expect(Packet.RST | Packet.ACK).seq(1);
    }

    @Test
    void shouldSendAllWhenTheWindowOpens() {
        final RawTcp tcp = bench.established();
        tcp.in(Seg.ack().seq(1).ack(1).window(0));
        tcp.host().write(5_000);
        bench.pass(250);
        tcp.expectData(1, 1);
        tcp.in(Seg.ack().seq(1).ack(1).window(512));
        tcp.expectData(1, 5_000).gso(1_460);
        tcp.ack(1, 5_001);
        bench.pass(10_000);
        bench.expectNothing();
    }

    @Test
    void shouldGoOnBehindAProbeThatTheGuestTook() {
        final RawTcp tcp = bench.established();
        tcp.in(Seg.ack().seq(1).ack(1).window(0));
        tcp.host().write(3_000);
        bench.pass(250);
        tcp.expectData(1, 1);
        tcp.in(Seg.ack().seq(1).ack(2).window(512));
        tcp.expectData(2, 2_999);
    }

    // a persistent peer that answers each probe keeps the connection for as long as it likes (RFC 9293 3.8.6.1)
    @Test
    void shouldProbeAsLongAsTheGuestAnswers() {
        final RawTcp tcp = bench.established();
        tcp.in(Seg.ack().seq(1).ack(1).window(0));
        tcp.host().write(10);
        for (int minute = 0; minute < 30; minute++) {
            bench.pass(60_000);
            for (final Packet probe : bench.drain()) {
                assertFalse(probe.has(Packet.RST), "gave up on a guest that answers");
                tcp.in(Seg.ack().seq(1).ack(1).window(0));
            }
        }
        tcp.in(Seg.ack().seq(1).ack(1).window(512));
        assertEquals(10, bench.drain().getLast().payloadLength());
    }

    @Test
    void shouldGiveUpOnAGuestThatAnswersNoProbe() {
        final RawTcp tcp = bench.established();
        tcp.in(Seg.ack().seq(1).ack(1).window(0));
        tcp.host().write(10);
        bench.pass(3_600_000);
        assertTrue(bench.drain().getLast().has(Packet.RST));
        assertTrue(tcp.host().isReset());
        assertEquals(0, bench.sim().stack().slabUsedBytes());
    }

    // case 1: the guest's window shrinks under what is out already
    @Test
    void shouldLiveWithAGuestThatShrinksItsWindow() {
        final RawTcp tcp = bench.established();
        tcp.host().write(40_000);
        assertTrue(bench.discard() > 0);
        tcp.in(Seg.ack().seq(1).ack(1_461).window(10));
        bench.discard();
        tcp.host().write(40_000);
        bench.discard();
        tcp.in(Seg.ack().seq(1).ack(40_001).window(512));
        final Packet next = bench.next();
        assertEquals(40_001, next.seq() - tcp.stackIss());
        tcp.in(Seg.ack().seq(1).ack(80_001).window(512));
        bench.pass(5_000);
        bench.expectNothing();
    }

    @Test
    void shouldTakeTheWindowOfAnAcknowledgementWhoseSequenceNumberIsOld() {
        final RawTcp tcp = bench.established();
        tcp.data(1, 5_000);
        tcp.expectAck(5_001);
        tcp.in(Seg.ack().seq(5_001).ack(1).window(20));
        tcp.host().write(10_000);
        final Packet last = bench.drain().getLast();
        final int end = last.seq() - tcp.stackIss() + last.payloadLength();
        assertTrue(end > 1 && end <= 2_561);
        tcp.in(tcp.dataSegment(2_001, 3_001).ack(end).window(0));
        for (final Packet packet : bench.drain()) {
            assertEquals(0, packet.payloadLength(), "payload into a window that is closed");
        }
    }

    // silly window avoidance (RFC 9293 section 3.8.6.2.2): no update for a few bytes
    @Test
    void shouldNotAdvertiseCrumbs() {
        final RawTcp tcp = stuckHost();
        fill(tcp);
        tcp.host().sendLimit(1);
        bench.discard();
        tcp.host().readOnce(100);
        bench.settle();
        for (final Packet update : bench.drain()) {
            final int window = update.window() << tcp.stackShift();
            assertTrue(window == 0 || window >= 1_460, "window of " + window);
        }
    }

    @Test
    void shouldNotSendCrumbsBehindWhatIsInFlight() {
        final RawTcp tcp = bench.established();
        tcp.in(Seg.ack().seq(1).ack(1).window(23));
        tcp.host().write(20_000);
        for (final Packet packet : bench.drain()) {
            assertEquals(0, packet.payloadLength() % 1_460, "a crumb of " + packet.payloadLength());
        }
    }

    private RawTcp stuckHost() {
        bench.sim().host().script(PORT, HostScript.manual().buffers(20_000, 20_000));
        final RawTcp tcp = bench.tcp().handshake();
        tcp.host().reading(false);
        return tcp;
    }

    /// Sends until the window is closed.
    ///
    /// @return bytes acknowledged
    private int fill(final RawTcp tcp) {
        int next = 1;
        int window = 60_000;
        while (window > 0) {
            final int length = Math.min(60_000, window);
            tcp.data(next, length);
            next += length;
            final Packet last = bench.drain().getLast();
            assertEquals(next, last.ack() - tcp.guestIss(), "acknowledged less than advertised");
            window = last.window() << tcp.stackShift();
            assertTrue(next < 4 << 20, "the window never closes");
        }
        return next - 1;
    }

    private record WindowReader(RawTcp tcp, Packet packet) {
        PacketAssert read() {
            return tcp.look(packet);
        }
    }
}
