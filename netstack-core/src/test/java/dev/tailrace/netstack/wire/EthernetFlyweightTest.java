package dev.tailrace.netstack.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class EthernetFlyweightTest {
    private static final long SEED = 14;

    private final EthernetFlyweight ethernet = new EthernetFlyweight();

    @Test
    void shouldReadGoldenBytes() {
        final UnsafeBuffer frame = Bytes.hex("ffff ffff ffff 5254 0012 3456 0806");
        ethernet.wrap(frame, 0);
        assertTrue(ethernet.check(14));
        assertEquals(MacAddress.BROADCAST, ethernet.destination());
        assertEquals(0x5254_0012_3456L, ethernet.source());
        assertEquals(EtherType.ARP, ethernet.etherType());
        assertEquals("52:54:00:12:34:56 > ff:ff:ff:ff:ff:ff, ethertype 0x806", ethernet.toString());
    }

    @Test
    void shouldRefuseEveryTruncation() {
        for (int length = 0; length < EthernetFlyweight.HEADER_LENGTH; length++) {
            assertFalse(ethernet.wrap(new UnsafeBuffer(new byte[length]), 0).check(length), "length " + length);
        }
    }

    @Test
    void shouldReadBackWhatItWrites() {
        final SplittableRandom random = new SplittableRandom(SEED);
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[64]);
        for (int round = 0; round < 1000; round++) {
            final long destination = random.nextLong() >>> 16;
            final long source = random.nextLong() >>> 16;
            final int type = random.nextInt(0x1_0000);
            ethernet.wrap(buffer, random.nextInt(50))
                    .destination(destination)
                    .source(source)
                    .etherType(type);
            assertEquals(destination, ethernet.destination(), "seed " + SEED + ", round " + round);
            assertEquals(source, ethernet.source(), "seed " + SEED + ", round " + round);
            assertEquals(type, ethernet.etherType(), "seed " + SEED + ", round " + round);
        }
    }
}
