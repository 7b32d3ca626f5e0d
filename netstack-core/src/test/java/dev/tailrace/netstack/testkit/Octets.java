package dev.tailrace.netstack.testkit;

/// Big-endian access and Internet checksums over byte arrays: the testkit's own, so that an error in the stack's is
/// seen.
final class Octets {
    private Octets() {}

    static int u8(final byte[] bytes, final int offset) {
        return bytes[offset] & 0xff;
    }

    static int u16(final byte[] bytes, final int offset) {
        return u8(bytes, offset) << 8 | u8(bytes, offset + 1);
    }

    /// 16 bits in the machine's order, as `struct virtio_net_hdr` has them (both our targets are little-endian).
    static int u16Native(final byte[] bytes, final int offset) {
        return u8(bytes, offset) | u8(bytes, offset + 1) << 8;
    }

    static int i32(final byte[] bytes, final int offset) {
        return u16(bytes, offset) << 16 | u16(bytes, offset + 2);
    }

    static long u48(final byte[] bytes, final int offset) {
        return (long) u16(bytes, offset) << 32 | i32(bytes, offset + 2) & 0xffff_ffffL;
    }

    /// The 32-bit words from `from` to before `to`.
    static int[] integers(final byte[] bytes, final int from, final int to) {
        final int[] words = new int[(to - from) / 4];
        for (int index = 0; index < words.length; index++) {
            words[index] = i32(bytes, from + 4 * index);
        }
        return words;
    }

    static void put16(final byte[] bytes, final int offset, final int value) {
        bytes[offset] = (byte) (value >>> 8);
        bytes[offset + 1] = (byte) value;
    }

    static void put16Native(final byte[] bytes, final int offset, final int value) {
        bytes[offset] = (byte) value;
        bytes[offset + 1] = (byte) (value >>> 8);
    }

    static void put32(final byte[] bytes, final int offset, final int value) {
        put16(bytes, offset, value >>> 16);
        put16(bytes, offset + 2, value);
    }

    static void put48(final byte[] bytes, final int offset, final long value) {
        put16(bytes, offset, (int) (value >>> 32));
        put32(bytes, offset + 2, (int) value);
    }

    /// One's complement sum of 16-bit words, folded to 16 bits, not complemented (RFC 1071).
    static int sum(final byte[] bytes, final int offset, final int length, final int initial) {
        long sum = initial;
        for (int index = 0; index + 1 < length; index += 2) {
            sum += u16(bytes, offset + index);
        }
        if ((length & 1) != 0) {
            sum += u8(bytes, offset + length - 1) << 8;
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (int) sum;
    }

    /// Sum of the IPv4 pseudo-header.
    static int pseudoHeader(final int source, final int destination, final int protocol, final int length) {
        final byte[] header = new byte[12];
        put32(header, 0, source);
        put32(header, 4, destination);
        put16(header, 8, protocol);
        put16(header, 10, length);
        return sum(header, 0, header.length, 0);
    }
}
