package dev.tailrace.netstack.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class Icmpv4FlyweightTest {
    private static final long SEED = 792;

    private final Icmpv4Flyweight icmp = new Icmpv4Flyweight();

    @Test
    void shouldReadAnEchoRequest() {
        final UnsafeBuffer message = Bytes.hex("0800 c67a 2574 0001 0001 0203 0405 0607");
        icmp.wrap(message, 0);
        assertTrue(icmp.check(16));
        assertEquals(Icmpv4Flyweight.ECHO_REQUEST, icmp.type());
        assertEquals(0, icmp.code());
        assertEquals(0xc67a, icmp.checksum());
        assertEquals(9588, icmp.identifier());
        assertEquals(1, icmp.sequence());
        assertTrue(InternetChecksum.isValid(InternetChecksum.sum(message, 0, 16, 0)));
    }

    @Test
    void shouldReadAnError() {
        icmp.wrap(Bytes.hex("0304 157e 0000 05dc"), 0);
        assertEquals(Icmpv4Flyweight.UNREACHABLE, icmp.type());
        assertEquals(Icmpv4Flyweight.FRAGMENTATION_NEEDED, icmp.code());
        assertEquals(1500, icmp.mtu());
    }

    @Test
    void shouldRefuseEveryTruncation() {
        for (int length = 0; length < Icmpv4Flyweight.HEADER_LENGTH; length++) {
            assertFalse(icmp.wrap(new UnsafeBuffer(new byte[length]), 0).check(length), "length " + length);
        }
    }

    @Test
    void shouldReadBackWhatItWrites() {
        final SplittableRandom random = new SplittableRandom(SEED);
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[64]);
        for (int round = 0; round < 1000; round++) {
            final String where = "seed " + SEED + ", round " + round;
            final int value = random.nextInt(0x1_0000);
            icmp.wrap(buffer, random.nextInt(56))
                    .type(value & 0xff)
                    .code(value >> 8)
                    .checksum(value ^ 1)
                    .identifier(value ^ 2)
                    .sequence(value ^ 3);
            assertEquals(value & 0xff, icmp.type(), where);
            assertEquals(value >> 8, icmp.code(), where);
            assertEquals(value ^ 1, icmp.checksum(), where);
            assertEquals(value ^ 2, icmp.identifier(), where);
            assertEquals(value ^ 3, icmp.sequence(), where);
            assertEquals(value ^ 3, icmp.mtu(), where);
        }
    }
}
