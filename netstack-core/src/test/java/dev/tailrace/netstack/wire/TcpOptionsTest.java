package dev.tailrace.netstack.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class TcpOptionsTest {
    private static final long SEED = 7323;

    private final TcpOptionsDecoder options = new TcpOptionsDecoder();

    @Test
    void shouldReadTheOptionsOfALinuxSyn() {
        decode("0204 05b4 0402 080a 4535 2dd5 675a b886 0103 030a");
        assertEquals(1460, options.mss());
        assertEquals(10, options.windowScale());
        assertTrue(options.sackPermitted());
        assertTrue(options.hasTimestamps());
        assertEquals(0x4535_2dd5, options.timestampValue());
        assertEquals(0x675a_b886, options.timestampEcho());
    }

    @Test
    void shouldForgetTheLastDecode() {
        decode("0204 05b4 0402 080a 4535 2dd5 675a b886 0103 030a");
        decode("");
        assertAbsent();
    }

    @Test
    void shouldClampTheWindowScale() {
        assertEquals(14, decode("0303 0f").windowScale());
        assertEquals(14, decode("0303 ff").windowScale());
        assertEquals(0, decode("0303 00").windowScale());
    }

    @Test
    void shouldStopAtBadLengths() {
        assertAbsent(decode("0200 0204 05b4"));
        assertAbsent(decode("0201 0204 05b4"));
        assertAbsent(decode("fe05 0204"));
        assertAbsent(decode("02"));
        assertAbsent(decode("0204 05"));
        assertEquals(1460, decode("0204 05b4 0300 0402").mss());
        assertFalse(options.sackPermitted());
    }

    @Test
    void shouldSkipOptionsWithAnUnusualLength() {
        assertEquals(
                536, decode("0203 05 0304 0101 0804 0000 0403 00 0204 0218").mss());
        assertEquals(TcpOptionsDecoder.ABSENT, options.windowScale());
        assertFalse(options.hasTimestamps());
        assertFalse(options.sackPermitted());
    }

    @Test
    void shouldStopAtTheEndOption() {
        assertAbsent(decode("0101 00 0204 05b4"));
    }

    @Test
    void shouldSkipUnknownOptions() {
        assertEquals(1460, decode("fd04 aabb 0204 05b4").mss());
    }

    @Test
    void shouldNotReadBeyondAnyBytes() {
        final SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 200_000; round++) {
            final UnsafeBuffer buffer = new UnsafeBuffer(new byte[random.nextInt(41)]);
            for (int index = 0; index < buffer.capacity(); index++) {
                buffer.putByte(index, (byte) random.nextInt(random.nextBoolean() ? 12 : 256));
            }
            options.decode(buffer, 0, buffer.capacity());
            assertTrue(options.windowScale() <= 14, "seed " + SEED + ", round " + round);
        }
    }

    @Test
    void shouldEncodeWhatItDecodes() {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[8]);
        assertEquals(8, TcpOptionsEncoder.encode(buffer, 0, 65_495, 8));
        assertEquals("0204ffd701030308", Bytes.format(buffer, 0, 8));
        options.decode(buffer, 0, 8);
        assertEquals(65_495, options.mss());
        assertEquals(8, options.windowScale());
        assertEquals(4, TcpOptionsEncoder.encode(buffer, 0, 1460, TcpOptionsDecoder.ABSENT));
        assertEquals(TcpOptionsDecoder.ABSENT, options.decode(buffer, 0, 4).windowScale());
        assertEquals(4, TcpOptionsEncoder.encode(buffer, 4, 0, 0));
        assertEquals(0, options.decode(buffer, 4, 4).windowScale());
        assertEquals(0, TcpOptionsEncoder.encode(buffer, 0, 0, TcpOptionsDecoder.ABSENT));
    }

    @Test
    void shouldEncodeSackAsItDecodesIt() {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[40]);
        assertEquals(4, TcpOptionsEncoder.sackPermitted(buffer, 0));
        assertEquals("01010402", Bytes.format(buffer, 0, 4));
        assertTrue(options.decode(buffer, 0, 4).sackPermitted());
        for (int blocks = 1; blocks <= 4; blocks++) {
            final int length = TcpOptionsEncoder.sack(buffer, 0, blocks);
            assertEquals(4 + 8 * blocks, length);
            for (int block = 0; block < blocks; block++) {
                TcpOptionsEncoder.sackBlock(buffer, 0, block, -block, 1_000 * block + 1);
            }
            options.decode(buffer, 0, length);
            assertEquals(blocks, options.sackBlocks());
            for (int block = 0; block < blocks; block++) {
                assertEquals(-block, options.sackStart(block));
                assertEquals(1_000 * block + 1, options.sackEnd(block));
            }
        }
    }

    @Test
    void shouldPassOverSackOfAWrongLength() {
        assertEquals(0, decode("0509 00000001 00000002".replace(" ", "")).sackBlocks());
        assertEquals(0, decode("0502").sackBlocks());
        assertEquals(0, decode("050a00000001000000").sackBlocks());
        assertEquals(1, decode("050a0000000100000002").sackBlocks());
    }

    private TcpOptionsDecoder decode(final String text) {
        final UnsafeBuffer buffer = Bytes.hex(text);
        return options.decode(buffer, 0, buffer.capacity());
    }

    private void assertAbsent() {
        assertAbsent(options);
    }

    private static void assertAbsent(final TcpOptionsDecoder options) {
        assertEquals(0, options.mss());
        assertEquals(TcpOptionsDecoder.ABSENT, options.windowScale());
        assertFalse(options.sackPermitted());
        assertFalse(options.hasTimestamps());
        assertEquals(0, options.timestampValue());
        assertEquals(0, options.timestampEcho());
    }
}
