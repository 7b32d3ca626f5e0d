package dev.tailrace.netstack.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class VirtioNetHeaderFlyweightTest {
    private static final long SEED = 10;

    private final VirtioNetHeaderFlyweight header = new VirtioNetHeaderFlyweight();

    @Test
    void shouldReadGoldenBytes() {
        assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN);
        header.wrap(Bytes.hex("01 01 3600 b405 2200 1000"), 0);
        assertTrue(header.check(10));
        assertEquals(VirtioNetHeaderFlyweight.NEEDS_CSUM, header.flags());
        assertEquals(VirtioNetHeaderFlyweight.GSO_TCPV4, header.gsoType());
        assertEquals(54, header.headerLength());
        assertEquals(1460, header.gsoSize());
        assertEquals(34, header.checksumStart());
        assertEquals(16, header.checksumOffset());
    }

    @Test
    void shouldRefuseEveryTruncation() {
        for (int length = 0; length < VirtioNetHeaderFlyweight.HEADER_LENGTH; length++) {
            assertFalse(header.wrap(new UnsafeBuffer(new byte[length]), 0).check(length), "length " + length);
        }
    }

    @Test
    void shouldReadBackWhatItWrites() {
        final SplittableRandom random = new SplittableRandom(SEED);
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[64]);
        for (int round = 0; round < 1000; round++) {
            final int value = random.nextInt(0xff00);
            header.wrap(buffer, random.nextInt(54))
                    .flags(value & 0xff)
                    .gsoType(value >> 8)
                    .headerLength(value + 1)
                    .gsoSize(value + 2)
                    .checksumStart(value + 3)
                    .checksumOffset(value + 4);
            final String where = "seed " + SEED + ", round " + round;
            assertEquals(value & 0xff, header.flags(), where);
            assertEquals(value >> 8, header.gsoType(), where);
            assertEquals(value + 1, header.headerLength(), where);
            assertEquals(value + 2, header.gsoSize(), where);
            assertEquals(value + 3, header.checksumStart(), where);
            assertEquals(value + 4, header.checksumOffset(), where);
        }
    }

    @Test
    void shouldWriteNoSegmentationFieldsForASingleSegment() {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[12]);
        buffer.setMemory(0, 12, (byte) 0x55);
        header.wrap(buffer, 1).partialChecksum(VirtioNetHeaderFlyweight.GSO_NONE, 54, 1460, 34, 16);
        assertEquals(0, header.headerLength());
        assertEquals(0, header.gsoSize());
        assertEquals(34, header.checksumStart());
        header.clear();
        assertEquals("55" + "00".repeat(10) + "55", Bytes.format(buffer, 0, 12));
    }
}
