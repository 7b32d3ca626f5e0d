package dev.tailrace.netstack.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class ArpFlyweightTest {
    private static final String REPLY = "0001 0800 0604 0002 5255 0a00 0202 0a00 0202 5254 0012 3456 0a00 0264";
    private static final long SEED = 826;

    private final ArpFlyweight arp = new ArpFlyweight();

    @Test
    void shouldReadGoldenBytes() {
        arp.wrap(Bytes.hex(REPLY), 0);
        assertTrue(arp.check(28));
        assertEquals(ArpFlyweight.REPLY, arp.operation());
        assertEquals(0x5255_0a00_0202L, arp.senderMac());
        assertEquals(0x0a000202, arp.senderAddress());
        assertEquals(0x5254_0012_3456L, arp.targetMac());
        assertEquals(0x0a000264, arp.targetAddress());
        assertEquals("ARP op 2, 10.0.2.2 is-at 52:55:0a:00:02:02, target 10.0.2.100", arp.toString());
    }

    @Test
    void shouldWriteGoldenBytes() {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[28]);
        arp.wrap(buffer, 0)
                .writeHeader(ArpFlyweight.REPLY)
                .senderMac(0x5255_0a00_0202L)
                .senderAddress(0x0a000202)
                .targetMac(0x5254_0012_3456L)
                .targetAddress(0x0a000264);
        assertEquals(REPLY.replace(" ", ""), Bytes.format(buffer, 0, 28));
    }

    @Test
    void shouldRefuseEveryTruncation() {
        final UnsafeBuffer whole = Bytes.hex(REPLY);
        for (int length = 0; length < whole.capacity(); length++) {
            assertFalse(arp.wrap(Bytes.prefix(whole, length), 0).check(length), "length " + length);
        }
        assertTrue(arp.wrap(whole, 0).check(46), "padding follows");
    }

    @Test
    void shouldRefuseOtherHardwareAndProtocols() {
        for (int index = 0; index < 6; index++) {
            final UnsafeBuffer buffer = Bytes.hex(REPLY);
            buffer.putByte(index, (byte) (buffer.getByte(index) + 1));
            assertFalse(arp.wrap(buffer, 0).check(28), "byte " + index);
        }
    }

    @Test
    void shouldReadBackWhatItWrites() {
        final SplittableRandom random = new SplittableRandom(SEED);
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[64]);
        for (int round = 0; round < 1000; round++) {
            final String where = "seed " + SEED + ", round " + round;
            final long mac = random.nextLong() >>> 16;
            final int address = random.nextInt();
            arp.wrap(buffer, random.nextInt(36))
                    .writeHeader(address & 0xffff)
                    .senderMac(mac)
                    .senderAddress(address)
                    .targetMac(mac ^ 1)
                    .targetAddress(~address);
            assertTrue(arp.check(28), where);
            assertEquals(address & 0xffff, arp.operation(), where);
            assertEquals(mac, arp.senderMac(), where);
            assertEquals(address, arp.senderAddress(), where);
            assertEquals(mac ^ 1, arp.targetMac(), where);
            assertEquals(~address, arp.targetAddress(), where);
        }
    }
}
