package dev.tailrace.netstack.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class Ipv4FlyweightTest {
    private static final String ECHO_REQUEST =
            "4500 0024 32fc 4000 4001 ef77 0a00 0264 0a00 0202" + "0800 c67a 2574 0001 0001 0203 0405 0607";
    private static final long SEED = 791;

    private final Ipv4Flyweight ip = new Ipv4Flyweight();

    @Test
    void shouldReadGoldenBytes() {
        ip.wrap(Bytes.hex(ECHO_REQUEST), 0);
        assertTrue(ip.check(36));
        assertEquals(4, ip.version());
        assertEquals(20, ip.headerLength());
        assertEquals(0, ip.dscpEcn());
        assertEquals(36, ip.totalLength());
        assertEquals(0x32fc, ip.identification());
        assertTrue(ip.dontFragment());
        assertFalse(ip.moreFragments());
        assertFalse(ip.isFragment());
        assertEquals(0, ip.fragmentOffset());
        assertEquals(64, ip.ttl());
        assertEquals(IpProtocol.ICMP, ip.protocol());
        assertEquals(0xef77, ip.checksum());
        assertTrue(ip.isChecksumValid());
        assertEquals(0x0a000264, ip.source());
        assertEquals(0x0a000202, ip.destination());
    }

    @Test
    void shouldReadFragments() {
        ip.wrap(Bytes.hex("4500 05dc 3338 2000 4001 0984 0a00 0264 0a00 0202"), 0);
        assertTrue(ip.moreFragments());
        assertTrue(ip.isFragment());
        assertEquals(0, ip.fragmentOffset());
        ip.wrap(Bytes.hex("4500 0224 3338 00b9 4001 2c83 0a00 0264 0a00 0202"), 0);
        assertFalse(ip.moreFragments());
        assertTrue(ip.isFragment());
        assertEquals(1480, ip.fragmentOffset());
        assertTrue(ip.isChecksumValid());
    }

    @Test
    void shouldWriteTheGoldenHeader() {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[24]);
        buffer.setMemory(0, 24, (byte) 0x55);
        ip.wrap(buffer, 2)
                .writeHeader(36, 0x32fc, Ipv4Flyweight.DONT_FRAGMENT, 64, IpProtocol.ICMP, 0x0a000264, 0x0a000202);
        assertEquals("555545000024" + "32fc40004001ef770a0002640a0002025555", Bytes.format(buffer, 0, 24));
    }

    @Test
    void shouldRefuseEveryTruncation() {
        final UnsafeBuffer whole = Bytes.hex(ECHO_REQUEST);
        for (int length = 0; length < whole.capacity(); length++) {
            assertFalse(ip.wrap(Bytes.prefix(whole, length), 0).check(length), "length " + length);
        }
        assertTrue(ip.wrap(whole, 0).check(whole.capacity()));
        assertTrue(ip.wrap(whole, 0).check(whole.capacity() + 1), "padding follows");
    }

    @Test
    void shouldRefuseBadVersionsAndLengths() {
        final UnsafeBuffer buffer = Bytes.hex(ECHO_REQUEST);
        ip.wrap(buffer, 0);
        for (int first = 0; first < 256; first++) {
            buffer.putByte(0, (byte) first);
            final int words = first & 0xf;
            assertEquals(first >> 4 == 4 && words >= 5 && words * 4 <= 36, ip.check(36), "first byte " + first);
        }
        buffer.putByte(0, (byte) 0x45);
        for (int length = 0; length < 0x1_0000; length++) {
            ip.totalLength(length);
            assertEquals(length >= 20 && length <= 36, ip.check(36), "total length " + length);
        }
    }

    @Test
    void shouldReadBackWhatItWrites() {
        final SplittableRandom random = new SplittableRandom(SEED);
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[64]);
        for (int round = 0; round < 1000; round++) {
            final String where = "seed " + SEED + ", round " + round;
            final int value = random.nextInt(0x1_0000);
            final int source = random.nextInt();
            ip.wrap(buffer, random.nextInt(44))
                    .writeHeader(value, value ^ 1, value ^ 2, value & 0xff, value >> 8, source, ~source);
            assertEquals(value, ip.totalLength(), where);
            assertEquals(value ^ 1, ip.identification(), where);
            assertEquals(value ^ 2, ip.flagsAndOffset(), where);
            assertEquals(((value ^ 2) & 0x1fff) * 8, ip.fragmentOffset(), where);
            assertEquals(value & 0xff, ip.ttl(), where);
            assertEquals(value >> 8, ip.protocol(), where);
            assertEquals(source, ip.source(), where);
            assertEquals(~source, ip.destination(), where);
            assertTrue(ip.isChecksumValid(), where);
            assertFalse(ip.ttl(ip.ttl() ^ 1).isChecksumValid(), where);
            assertTrue(ip.updateChecksum().isChecksumValid(), where);
        }
    }
}
