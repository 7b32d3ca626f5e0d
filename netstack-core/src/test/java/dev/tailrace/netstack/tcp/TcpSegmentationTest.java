package dev.tailrace.netstack.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.testkit.Packet;
import dev.tailrace.netstack.testkit.RawTcp;
import dev.tailrace.netstack.testkit.Seg;
import dev.tailrace.netstack.testkit.Sim;
import dev.tailrace.netstack.testkit.TcpBench;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Maximum segment sizes and super-segments.
class TcpSegmentationTest {
    // case 39: the MSS option is the link's MTU less 40
    @ParameterizedTest
    @CsvSource({"1500,1460", "9000,8960", "65520,65480", "576,536"})
    void shouldOfferTheMssOfTheLink(final int mtu, final int mss) {
        final TcpBench bench = new TcpBench(Sim.of("segmentation-mtu", 1).mtu(mtu));
        final RawTcp tcp = bench.tcp();
        tcp.in(tcp.linuxSyn());
        tcp.expectSynAck().mss(mss);
    }

    @ParameterizedTest
    @ValueSource(ints = {536, 1_000, 1_448, 1_460})
    void shouldCutBySegmentsOfTheGuest(final int mss) {
        final TcpBench bench = TcpBench.of("segmentation-cut");
        final RawTcp tcp = established(bench, mss);
        tcp.host().write(20_000);
        int next = 1;
        for (final Packet packet : bench.drain()) {
            assertTrue(packet.gsoSize() == mss || packet.payloadLength() <= mss, packet.toString());
            tcp.look(packet).seq(next).payload(tcp.hostKey(), next - 1L);
            next += packet.payloadLength();
        }
        assertEquals(20_001, next);
    }

    @Test
    void shouldNotMarkOneSegmentAsSuperSegment() {
        final TcpBench bench = TcpBench.of("segmentation-one");
        final RawTcp tcp = established(bench, 1_460);
        tcp.host().write(1_460);
        tcp.expectData(1, 1_460).gso(0);
        tcp.ack(1, 1_461);
        tcp.host().write(1_461);
        tcp.expectData(1_461, 1_461).gso(1_460);
    }

    // RFC 9293 section 3.7.1: without the option 536
    @Test
    void shouldAssumeTheDefaultMssWithoutTheOption() {
        final TcpBench bench = TcpBench.of("segmentation-default");
        final RawTcp tcp = bench.tcp();
        tcp.handshake(Seg.syn().windowScale(7));
        tcp.host().write(5_000);
        for (final Packet packet : bench.drain()) {
            assertTrue(packet.gsoSize() == 536 || packet.payloadLength() <= 536, packet.toString());
        }
    }

    // case 50: an MSS of 1 does not make frames of one byte
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7})
    void shouldNotFollowATinyMss(final int mss) {
        final TcpBench bench = TcpBench.of("segmentation-tiny");
        final RawTcp tcp = bench.tcp();
        final List<Packet> frames = tinyMssFrames(bench, tcp, mss);
        int segments = 0;
        for (final Packet packet : frames) {
            segments += packet.gsoSize() == 0 ? 1 : (packet.payloadLength() - 1) / packet.gsoSize() + 1;
        }
        assertTrue(segments < 100, segments + " segments for 5,000 bytes");
    }

    // case 11: MTU 65520 with an MSS of 65480, and everything between, ends
    @ParameterizedTest
    @ValueSource(ints = {65_480, 65_495, 65_535, 64_499, 40_000})
    void shouldSendWithTheLargestMss(final int mss) {
        final TcpBench bench = new TcpBench(Sim.of("segmentation-large", 1).mtu(65_520));
        final RawTcp tcp = established(bench, mss);
        tcp.in(Seg.ack().seq(1).ack(1).window(8_000));
        tcp.host().write(300_000);
        int end = 1;
        for (int round = 0; round < 40 && end < 300_001; round++) {
            bench.pass(1);
            for (final Packet packet : bench.drain()) {
                tcp.look(packet).payload(tcp.hostKey(), packet.seq() - tcp.stackIss() - 1L);
                end = Math.max(end, packet.seq() - tcp.stackIss() + packet.payloadLength());
            }
            tcp.in(Seg.ack().seq(1).ack(end).window(8_000));
        }
        assertEquals(300_001, end);
        bench.pass(5_000);
        bench.expectNothing();
    }

    // case 11: the window without scaling is smaller than one segment of a large MTU
    @Test
    void shouldSendIntoAnUnscaledWindowSmallerThanTheMss() {
        final TcpBench bench = new TcpBench(Sim.of("segmentation-unscaled", 1).mtu(65_520));
        final RawTcp tcp = bench.tcp();
        tcp.handshake(Seg.syn().mss(65_480).window(30_000));
        tcp.in(Seg.ack().seq(1).ack(1).window(30_000));
        tcp.host().write(100_000);
        int end = 1;
        for (int round = 0; round < 40 && end < 100_001; round++) {
            bench.pass(300);
            for (final Packet packet : bench.drain()) {
                end = Math.max(end, packet.seq() - tcp.stackIss() + packet.payloadLength());
            }
            tcp.in(Seg.ack().seq(1).ack(end).window(30_000));
        }
        assertEquals(100_001, end);
    }

    @Test
    void shouldFillSuperSegmentsWhenTheHostIsFaster() {
        final TcpBench bench = TcpBench.of("segmentation-full");
        final RawTcp tcp = bench.tcp();
        tcp.handshake();
        tcp.in(Seg.ack().seq(1).ack(1).window(8_000));
        tcp.host().write(1_000_000);
        int end = 1;
        int frames = 0;
        for (int round = 0; round < 100 && end < 1_000_001; round++) {
            for (final Packet packet : bench.drain()) {
                frames += packet.payloadLength() > 0 ? 1 : 0;
                end = Math.max(end, packet.seq() - tcp.stackIss() + packet.payloadLength());
            }
            tcp.in(Seg.ack().seq(1).ack(end).window(8_000));
        }
        assertEquals(1_000_001, end);
        assertTrue(frames <= 30, frames + " frames for 1 MB");
    }

    // case 66: PSH on what ends what the host wrote
    @Test
    void shouldPushTheEndOfWhatTheHostWrote() {
        final TcpBench bench = TcpBench.of("segmentation-push");
        final RawTcp tcp = established(bench, 1_460);
        tcp.host().write(10_000);
        assertTrue(bench.drain().getLast().has(Packet.PSH));
    }

    // case 66: FIN on a super-segment is on its last byte
    @Test
    void shouldPutFinBehindTheLastByteOfASuperSegment() {
        final TcpBench bench = TcpBench.of("segmentation-fin");
        final RawTcp tcp = established(bench, 1_460);
        tcp.in(Seg.ack().seq(1).ack(1).window(0));
        tcp.host().write(40_000);
        tcp.host().end();
        bench.settle();
        int end = 1;
        boolean isFinished = false;
        for (int round = 0; round < 10 && !isFinished; round++) {
            tcp.in(Seg.ack().seq(1).ack(end).window(80));
            final Packet packet = bench.next();
            assertTrue(packet.gsoSize() > 0, "needs a super-segment: " + packet);
            end = packet.seq() - tcp.stackIss() + packet.payloadLength();
            isFinished = packet.has(Packet.FIN);
            bench.expectNothing();
        }
        assertEquals(40_001, end);
    }

    private static List<Packet> tinyMssFrames(final TcpBench bench, final RawTcp tcp, final int mss) {
        bench.sim().checker().tolerateLongSegments();
        tcp.handshake(Seg.syn().mss(mss).windowScale(7));
        tcp.host().write(5_000);
        return bench.drain();
    }

    private static RawTcp established(final TcpBench bench, final int mss) {
        final RawTcp tcp = bench.tcp();
        tcp.handshake(Seg.syn().mss(mss).windowScale(7));
        return tcp;
    }
}
