package dev.tailrace.netstack.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class InternetChecksumTest {
    private static final long SEED = 0x5eed_c0de_1071L;

    @Test
    void shouldSumTheExampleOfRfc1071() {
        final UnsafeBuffer buffer = Bytes.hex("0001 f203 f4f5 f6f7");
        assertEquals(0xddf2, InternetChecksum.fold(InternetChecksum.sum(buffer, 0, 8, 0)));
        assertEquals(0x220d, InternetChecksum.complement(InternetChecksum.sum(buffer, 0, 8, 0)));
    }

    @Test
    void shouldComputeTheHeaderChecksumWhateverTheFieldHolds() {
        final UnsafeBuffer header = Bytes.hex("4500 0073 0000 4000 4011 b861 c0a8 0001 c0a8 00c7");
        assertEquals(0xb861, InternetChecksum.ipv4Header(header, 0, 20));
        assertTrue(InternetChecksum.isIpv4HeaderValid(header, 0, 20));
        header.putShort(10, (short) 0x1234);
        assertEquals(0xb861, InternetChecksum.ipv4Header(header, 0, 20));
        assertFalse(InternetChecksum.isIpv4HeaderValid(header, 0, 20));
    }

    @Test
    void shouldVerifyAUdpDatagramWithItsPseudoHeader() {
        final UnsafeBuffer datagram = Bytes.hex("a389 1e62 000c 4415 6865 790a");
        final long pseudo = InternetChecksum.ipv4PseudoHeader(0x0a000264, 0x0a000202, IpProtocol.UDP, 12);
        assertTrue(InternetChecksum.isValid(InternetChecksum.sum(datagram, 0, 12, pseudo)));
        datagram.putByte(11, (byte) 0x0b);
        assertFalse(InternetChecksum.isValid(InternetChecksum.sum(datagram, 0, 12, pseudo)));
    }

    @Test
    void shouldVerifyATcpSegmentWithOptions() {
        final UnsafeBuffer segment = Bytes.hex(
                "ae52 1e61 7f10 340b 1db8 5ba1 8018 003f 8e17 0000 0101 080a 675a b889 4535" + "2dd5 6865 6c6c 6f0a");
        final long pseudo = InternetChecksum.ipv4PseudoHeader(0x0a000264, 0x0a000202, IpProtocol.TCP, 38);
        assertTrue(InternetChecksum.isValid(InternetChecksum.sum(segment, 0, 38, pseudo)));
    }

    @Test
    void shouldNotCareAboutPseudoHeadersOfHighAddresses() {
        final long sum = InternetChecksum.ipv4PseudoHeader(-1, -1, 255, 65_535);
        final UnsafeBuffer pseudo = Bytes.hex("ffff ffff ffff ffff 00ff ffff");
        assertEquals(naiveFold(pseudo, 0, 12, 0), InternetChecksum.fold(sum));
    }

    @Test
    void shouldAgreeWithTheNaiveSumOnTheHeap() {
        shouldAgreeWithTheNaiveSum(new UnsafeBuffer(new byte[2100]));
    }

    @Test
    void shouldAgreeWithTheNaiveSumOffTheHeap() {
        shouldAgreeWithTheNaiveSum(new UnsafeBuffer(ByteBuffer.allocateDirect(2100)));
    }

    private static void shouldAgreeWithTheNaiveSum(final UnsafeBuffer buffer) {
        final SplittableRandom random = new SplittableRandom(SEED);
        for (int length = 0; length <= 2000; length++) {
            fill(buffer, random);
            for (int offset = 0; offset < 16; offset++) {
                final long initial = random.nextLong(1L << 40);
                assertEquals(
                        naiveFold(buffer, offset, length, initial),
                        InternetChecksum.fold(InternetChecksum.sum(buffer, offset, length, initial)),
                        "seed " + SEED + ", offset " + offset + ", length " + length);
            }
        }
    }

    @Test
    void shouldNotOverflowOnTheLargestDataOfOnes() {
        final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(65_535));
        buffer.setMemory(0, 65_535, (byte) 0xff);
        assertEquals(
                naiveFold(buffer, 0, 65_535, 0), InternetChecksum.fold(InternetChecksum.sum(buffer, 0, 65_535, 0)));
    }

    @Test
    void shouldChainPartsOfEvenLength() {
        final SplittableRandom random = new SplittableRandom(SEED);
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[2100]);
        fill(buffer, random);
        for (int cut = 0; cut <= 1000; cut += 2) {
            final long head = InternetChecksum.sum(buffer, 3, cut, 7);
            assertEquals(
                    naiveFold(buffer, 3, 1001, 7),
                    InternetChecksum.fold(InternetChecksum.sum(buffer, 3 + cut, 1001 - cut, head)),
                    "seed " + SEED + ", cut " + cut);
        }
    }

    @Test
    void shouldFoldAnySum() {
        assertEquals(0, InternetChecksum.fold(0));
        assertEquals(0xffff, InternetChecksum.fold(0xffff));
        assertEquals(1, InternetChecksum.fold(0x1_0000));
        assertEquals(0xffff, InternetChecksum.fold(0x1_fffe_0000L + 0x1_fffe));
        assertEquals(0xffff, InternetChecksum.fold(-1L));
    }

    private static void fill(final UnsafeBuffer buffer, final SplittableRandom random) {
        for (int index = 0; index < buffer.capacity(); index++) {
            buffer.putByte(index, (byte) random.nextInt());
        }
    }

    /// RFC 1071 section 4.1, word by word.
    static int naiveFold(final UnsafeBuffer buffer, final int offset, final int length, final long initial) {
        long sum = initial;
        for (int index = 0; index < length; index++) {
            final int octet = buffer.getByte(offset + index) & 0xff;
            sum += (index & 1) == 0 ? octet << 8 : octet;
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (int) sum;
    }
}
