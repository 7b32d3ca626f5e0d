package dev.tailrace.netstack.hostile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tailrace.netstack.status.Counter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Virtio-net headers that no kernel would make. The kernel makes them for a TAP, but a peer that hands us its
/// descriptor may be
/// anybody.
final class HostileVnetHeaderTest {
    private static final int FLAGS = 0;
    private static final int TYPE = 1;
    private static final int HEADER_LENGTH = 2;
    private static final int SIZE = 4;
    private static final int START = 6;
    private static final int OFFSET = 8;

    private final HostileWorld world = HostileWorld.start();
    private final byte[] frame = Frames.udp(40_000, Frames.SERVER, 9, Frames.counting(40));

    private byte[] open(final int start, final int offset) {
        Raw.put8(frame, FLAGS, 1);
        Raw.putNative16(frame, START, start);
        return Raw.putNative16(frame, OFFSET, offset);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 13, 14, 33, 82, 1_000, 0xffff})
    void shouldDropAChecksumThatStartsOutsideTheTransport(final int start) {
        world.expectDrop(Counter.DROP_VNET_HEADER_BAD, open(start, 6));
    }

    @ParameterizedTest
    @ValueSource(ints = {47, 48, 1_000, 0xfffe, 0xffff})
    void shouldDropAChecksumThatWouldBeWrittenBehindThePacket(final int offset) {
        world.expectDrop(Counter.DROP_VNET_HEADER_BAD, open(34, offset));
    }

    @Test
    void shouldMakeOpenChecksumsInsideThePacketAndJudgeThePacketByTheResult() {
        for (int start = 34; start < 80; start++) {
            for (int offset = 0; start + offset + 2 <= 82; offset++) {
                if (start != 34 || offset != 6) {
                    world.in(open(start, offset).clone());
                }
            }
        }
        // Whatever was written over, the ports and the length are checked afterwards.
        world.expectWorking();
    }

    @Test
    void shouldDropSegmentationOfWhatCannotBeCut() {
        for (int type = 0; type < 256; type++) {
            final int kind = type & 0x7f;
            if (kind != 0 && kind != 5) {
                world.expectDrop(
                        Counter.DROP_VNET_HEADER_BAD, Raw.putNative16(Raw.put8(frame.clone(), TYPE, type), SIZE, 16));
            }
        }
        final byte[] echo = Frames.echo(Frames.GATEWAY, 1, 1, Frames.counting(40));
        for (final int type : new int[] {1, 3, 4, 5}) {
            world.expectDrop(
                    Counter.DROP_VNET_HEADER_BAD, Raw.putNative16(Raw.put8(echo.clone(), TYPE, type), SIZE, 16));
        }
    }

    @Test
    void shouldDropSegmentsOfNoBytes() {
        world.expectDrop(Counter.DROP_VNET_HEADER_BAD, Raw.put8(open(34, 6), TYPE, 5));
    }

    @Test
    void shouldDropMoreDatagramsInAFrameThanAnyKernelPutsThere() {
        // linux/udp.h, UDP_MAX_SEGMENTS: 128. Without a bound one frame would have us send 65,507 datagrams of a byte.
        final byte[] many = open(Frames.udp(40_000, Frames.SERVER, 9, new byte[1_290]), 10);
        world.expectDrop(Counter.DROP_VNET_HEADER_BAD, many);
        world.expectDrop(Counter.DROP_VNET_HEADER_BAD, open(Frames.udp(40_000, Frames.SERVER, 9, new byte[129]), 1));
        world.in(open(Frames.udp(40_000, Frames.SERVER, 9, new byte[1_280]), 10));
        assertEquals(1, world.host().datagrams().size());
        world.expectWorking();
    }

    private static byte[] open(final byte[] frame, final int segmentBytes) {
        Raw.put8(frame, FLAGS, 1);
        Raw.put8(frame, TYPE, 5);
        Raw.putNative16(frame, SIZE, segmentBytes);
        Raw.putNative16(frame, START, 34);
        return Raw.putNative16(frame, OFFSET, 6);
    }

    @Test
    void shouldDropDatagramsToCutWhoseChecksumIsNotOpen() {
        world.expectDrop(Counter.DROP_UDP_CHECKSUM, Raw.putNative16(Raw.put8(frame, TYPE, 5), SIZE, 16));
    }

    @Test
    void shouldTrustNoHeaderLength() {
        for (final int told : new int[] {0, 1, 41, 42, 43, 1_000, 0xffff}) {
            world.in(Raw.putNative16(frame.clone(), HEADER_LENGTH, told));
            assertArrayEquals(
                    Frames.counting(40), world.host().datagrams().getLast().payload());
        }
        world.expectWorking();
    }

    @Test
    void shouldPassOverFlagsThatSayNothingToUs() {
        for (int flags = 0; flags < 256; flags += 2) {
            world.in(Raw.put8(frame.clone(), FLAGS, flags));
        }
        assertEquals(128, world.host().datagrams().size());
        world.expectWorking();
    }

    @Test
    void shouldDropOpenChecksumsOfShortHeaders() {
        for (int length = 0; length < 8; length++) {
            final byte[] cut = Frames.ipv4(17, Frames.SERVER, new byte[length]);
            Raw.put8(cut, FLAGS, 1);
            Raw.putNative16(cut, START, 34);
            world.expectDrop(Counter.DROP_VNET_HEADER_BAD, Raw.putNative16(cut, OFFSET, 6));
        }
    }
}
