package dev.tailrace.netstack.ip;

/// The Internet checksum word by word, to judge the product's by.
public final class NaiveChecksum {
    private NaiveChecksum() {}

    /// Folded ones' complement sum of big-endian words, an odd last byte being an upper half.
    public static int sum(final byte[] bytes, final int offset, final int length, final int initial) {
        long sum = initial;
        for (int index = 0; index < length; index++) {
            final int octet = bytes[offset + index] & 0xff;
            sum += (index & 1) == 0 ? octet << 8 : octet;
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (int) sum;
    }

    /// Folded sum of an IPv4 pseudo-header taken from the IPv4 header at `ip`.
    public static int pseudoHeader(final byte[] bytes, final int ip, final int protocol, final int length) {
        return sum(
                bytes, ip + 12, 8, sum(new byte[] {0, (byte) protocol, (byte) (length >> 8), (byte) length}, 0, 4, 0));
    }
}
