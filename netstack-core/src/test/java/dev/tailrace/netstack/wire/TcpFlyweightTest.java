package dev.tailrace.netstack.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class TcpFlyweightTest {
    private static final String SYN_ACK =
            "1e61 ae52 1db8 5ba0 7f10 340b a012 fe88 a4eb 0000" + "0204 05b4 0402 080a 4535 2dd5 675a b886 0103 030a";
    private static final long SEED = 9293;

    private final TcpFlyweight tcp = new TcpFlyweight();

    @Test
    void shouldReadGoldenBytes() {
        tcp.wrap(Bytes.hex(SYN_ACK), 0);
        assertTrue(tcp.check(40));
        assertEquals(7777, tcp.sourcePort());
        assertEquals(44626, tcp.destinationPort());
        assertEquals(498621344, tcp.sequence());
        assertEquals(2131768331, tcp.acknowledgement());
        assertEquals(40, tcp.headerLength());
        assertEquals(TcpFlags.SYN | TcpFlags.ACK, tcp.flags());
        assertTrue(tcp.hasFlag(TcpFlags.SYN));
        assertFalse(tcp.hasFlag(TcpFlags.RST));
        assertEquals(65160, tcp.window());
        assertEquals(0xa4eb, tcp.checksum());
        assertEquals(0, tcp.urgentPointer());
        assertEquals("7777 > 44626: Flags [S.], seq 498621344, ack 2131768331, win 65160", tcp.toString());
    }

    @Test
    void shouldRefuseEveryTruncation() {
        final UnsafeBuffer whole = Bytes.hex(SYN_ACK);
        for (int length = 0; length < whole.capacity(); length++) {
            assertFalse(tcp.wrap(Bytes.prefix(whole, length), 0).check(length), "length " + length);
        }
        assertTrue(tcp.wrap(whole, 0).check(whole.capacity()));
    }

    @Test
    void shouldRefuseDataOffsetsBelowTheHeaderAndBeyondTheSegment() {
        final UnsafeBuffer buffer = Bytes.hex(SYN_ACK);
        tcp.wrap(buffer, 0);
        for (int words = 0; words < 16; words++) {
            buffer.putByte(12, (byte) (words << 4 | 0xf));
            assertEquals(words >= 5 && words <= 10, tcp.check(40), "data offset " + words);
        }
    }

    @Test
    void shouldReadBackWhatItWrites() {
        final SplittableRandom random = new SplittableRandom(SEED);
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[64]);
        for (int round = 0; round < 1000; round++) {
            final String where = "seed " + SEED + ", round " + round;
            final int value = random.nextInt(0x1_0000);
            final int sequence = random.nextInt();
            final int headerLength = 20 + 4 * random.nextInt(11);
            tcp.wrap(buffer, random.nextInt(44))
                    .sourcePort(value)
                    .destinationPort(value ^ 1)
                    .sequence(sequence)
                    .acknowledgement(~sequence)
                    .headerLength(headerLength)
                    .flags(value & 0xff)
                    .window(value ^ 2)
                    .checksum(value ^ 3)
                    .urgentPointer(value ^ 4);
            assertEquals(value, tcp.sourcePort(), where);
            assertEquals(value ^ 1, tcp.destinationPort(), where);
            assertEquals(sequence, tcp.sequence(), where);
            assertEquals(~sequence, tcp.acknowledgement(), where);
            assertEquals(headerLength, tcp.headerLength(), where);
            assertEquals(value & 0xff, tcp.flags(), where);
            assertEquals(value ^ 2, tcp.window(), where);
            assertEquals(value ^ 3, tcp.checksum(), where);
            assertEquals(value ^ 4, tcp.urgentPointer(), where);
        }
    }
}
