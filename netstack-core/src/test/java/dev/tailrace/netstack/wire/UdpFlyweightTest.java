package dev.tailrace.netstack.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class UdpFlyweightTest {
    private static final String DATAGRAM = "a389 1e62 000c 4415 6865 790a";
    private static final long SEED = 768;

    private final UdpFlyweight udp = new UdpFlyweight();

    @Test
    void shouldReadGoldenBytes() {
        udp.wrap(Bytes.hex(DATAGRAM), 0);
        assertTrue(udp.check(12));
        assertEquals(41865, udp.sourcePort());
        assertEquals(7778, udp.destinationPort());
        assertEquals(12, udp.length());
        assertEquals(4, udp.payloadLength());
        assertEquals(0x4415, udp.checksum());
        assertEquals("41865 > 7778: UDP, length 4", udp.toString());
    }

    @Test
    void shouldRefuseEveryTruncation() {
        final UnsafeBuffer whole = Bytes.hex(DATAGRAM);
        for (int length = 0; length < whole.capacity(); length++) {
            assertFalse(udp.wrap(Bytes.prefix(whole, length), 0).check(length), "length " + length);
        }
        assertTrue(udp.wrap(whole, 0).check(whole.capacity()));
    }

    @Test
    void shouldRefuseLengthsBelowTheHeaderAndBeyondThePacket() {
        udp.wrap(Bytes.hex(DATAGRAM), 0);
        for (int length = 0; length < 0x1_0000; length++) {
            assertEquals(length >= 8 && length <= 12, udp.length(length).check(12), "length " + length);
        }
    }

    @Test
    void shouldReadBackWhatItWrites() {
        final SplittableRandom random = new SplittableRandom(SEED);
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[64]);
        for (int round = 0; round < 1000; round++) {
            final String where = "seed " + SEED + ", round " + round;
            final int value = random.nextInt(0x1_0000);
            udp.wrap(buffer, random.nextInt(56))
                    .sourcePort(value)
                    .destinationPort(value ^ 1)
                    .length(value ^ 2)
                    .checksum(value ^ 3);
            assertEquals(value, udp.sourcePort(), where);
            assertEquals(value ^ 1, udp.destinationPort(), where);
            assertEquals(value ^ 2, udp.length(), where);
            assertEquals(value ^ 3, udp.checksum(), where);
        }
    }
}
