package dev.tailrace.netstack.testkit;

/// Endless byte streams, one per key, in which the byte at any offset is known: what arrives is checked without keeping
/// what was sent.
public final class Pattern {
    private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;

    private Pattern() {}

    /// The byte of stream `key` at `offset`.
    public static byte at(final long key, final long offset) {
        return (byte) (word(key, offset >>> 3) >>> ((offset & 7) << 3));
    }

    /// Writes `length` bytes of stream `key` from `streamOffset` on into `target`.
    public static void fill(
            final long key, final long streamOffset, final byte[] target, final int offset, final int length) {
        long word = 0;
        for (int index = 0; index < length; index++) {
            final long position = streamOffset + index;
            if (index == 0 || (position & 7) == 0) {
                word = word(key, position >>> 3);
            }
            target[offset + index] = (byte) (word >>> ((position & 7) << 3));
        }
    }

    /// The stream's bytes as an array.
    public static byte[] bytes(final long key, final long streamOffset, final int length) {
        final byte[] bytes = new byte[length];
        fill(key, streamOffset, bytes, 0, length);
        return bytes;
    }

    /// First index at which `bytes` differs from the stream, or -1.
    public static int mismatch(
            final long key, final long streamOffset, final byte[] bytes, final int offset, final int length) {
        long word = 0;
        for (int index = 0; index < length; index++) {
            final long position = streamOffset + index;
            if (index == 0 || (position & 7) == 0) {
                word = word(key, position >>> 3);
            }
            if (bytes[offset + index] != (byte) (word >>> ((position & 7) << 3))) {
                return index;
            }
        }
        return -1;
    }

    /// The final step of SplitMix64: spreads every bit.
    public static long mix(final long value) {
        long mixed = value;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d0_49bb_1331_11ebL;
        return mixed ^ (mixed >>> 31);
    }

    private static long word(final long key, final long index) {
        return mix(key * GOLDEN + index);
    }
}
