package dev.tailrace.netstack.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class DhcpFlyweightTest {
    /// A DISCOVER of busybox udhcpc 1.35.
    private static final String DISCOVER = "0101 0600 eaae 8a7a 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000"
            + "5254 0012 3456" + "00".repeat(202) + "6382 5363"
            + "3501 0132 040a 0002 6439 0202 4037 0701 0306 0c0f 1c2a 3c0c 7564 6863 7020 312e 3335 2e30"
            + "3d07 0152 5400 1234 56ff";
    private static final long SEED = 2131;

    private final DhcpFlyweight dhcp = new DhcpFlyweight();
    private final DhcpOptionsDecoder options = new DhcpOptionsDecoder();

    @Test
    void shouldReadGoldenBytes() {
        final UnsafeBuffer buffer = Bytes.hex(DISCOVER);
        dhcp.wrap(buffer, 0);
        assertTrue(dhcp.check(buffer.capacity()));
        assertEquals(DhcpFlyweight.REQUEST, dhcp.operation());
        assertEquals(0xeaae_8a7a, dhcp.transaction());
        assertEquals(0x5254_0012_3456L, dhcp.clientMac());
        assertEquals(DhcpFlyweight.MAGIC, dhcp.magic());
        assertFalse(dhcp.isBroadcast());
        options.wrap(buffer, 240, buffer.capacity() - 240);
        final int[] codes = {53, 50, 57, 55, 60, 61};
        final int[] lengths = {1, 4, 2, 7, 12, 7};
        for (int index = 0; index < codes.length; index++) {
            assertTrue(options.next());
            assertEquals(codes[index], options.code());
            assertEquals(lengths[index], options.valueLength());
        }
        assertFalse(options.next());
        assertFalse(options.next());
        assertFalse(options.isMalformed());
    }

    @Test
    void shouldRefuseEveryTruncation() {
        final UnsafeBuffer whole = Bytes.hex(DISCOVER);
        for (int length = 0; length < DhcpFlyweight.HEADER_LENGTH; length++) {
            assertFalse(dhcp.wrap(Bytes.prefix(whole, length), 0).check(length), "length " + length);
        }
        assertTrue(dhcp.wrap(whole, 0).check(DhcpFlyweight.HEADER_LENGTH));
    }

    @Test
    void shouldRefuseOtherHardware() {
        final UnsafeBuffer buffer = Bytes.hex(DISCOVER);
        dhcp.wrap(buffer, 0);
        buffer.putByte(2, (byte) 16);
        assertFalse(dhcp.check(buffer.capacity()));
        buffer.putByte(2, (byte) 6);
        buffer.putByte(1, (byte) 6);
        assertFalse(dhcp.check(buffer.capacity()));
    }

    @Test
    void shouldWalkOptionsOfEveryTruncation() {
        final UnsafeBuffer whole = Bytes.hex(DISCOVER);
        for (int length = 240; length <= whole.capacity(); length++) {
            int seen = 0;
            options.wrap(Bytes.prefix(whole, length), 240, length - 240);
            while (options.next()) {
                assertTrue(options.valueOffset() + options.valueLength() <= length);
                seen++;
            }
            assertTrue(seen <= 6);
        }
    }

    @Test
    void shouldStopAtAnOptionThatOverruns() {
        final UnsafeBuffer buffer = Bytes.hex("0000 3501 01 3205 0a00 0264");
        options.wrap(buffer, 0, buffer.capacity());
        assertTrue(options.next());
        assertFalse(options.next());
        assertTrue(options.isMalformed());
        assertFalse(options.next());
    }

    @Test
    void shouldTakeAMissingEndForAnEnd() {
        final UnsafeBuffer buffer = Bytes.hex("3501 01 0000");
        options.wrap(buffer, 0, buffer.capacity());
        assertTrue(options.next());
        assertFalse(options.next());
        assertFalse(options.isMalformed());
    }

    @Test
    void shouldReadBackWhatItWrites() {
        final SplittableRandom random = new SplittableRandom(SEED);
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[256]);
        for (int round = 0; round < 1000; round++) {
            final String where = "seed " + SEED + ", round " + round;
            final int value = random.nextInt();
            final long mac = random.nextLong() >>> 16;
            dhcp.wrap(buffer, random.nextInt(16))
                    .writeHeader(DhcpFlyweight.REPLY)
                    .transaction(value)
                    .flags(value & 0xffff)
                    .clientAddress(value ^ 1)
                    .yourAddress(value ^ 2)
                    .serverAddress(value ^ 3)
                    .relayAddress(value ^ 4)
                    .clientMac(mac);
            assertTrue(dhcp.check(240), where);
            assertEquals(DhcpFlyweight.REPLY, dhcp.operation(), where);
            assertEquals(value, dhcp.transaction(), where);
            assertEquals(value & 0xffff, dhcp.flags(), where);
            assertEquals((value & 0x8000) != 0, dhcp.isBroadcast(), where);
            assertEquals(value ^ 1, dhcp.clientAddress(), where);
            assertEquals(value ^ 2, dhcp.yourAddress(), where);
            assertEquals(value ^ 3, dhcp.serverAddress(), where);
            assertEquals(value ^ 4, dhcp.relayAddress(), where);
            assertEquals(mac, dhcp.clientMac(), where);
            assertEquals(DhcpFlyweight.MAGIC, dhcp.magic(), where);
        }
    }
}
