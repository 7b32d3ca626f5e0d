package dev.tailrace.tapio.kernel;

import java.util.Arrays;

/// A stream of bytes that is known at every position from a seed: what is lost, doubled or out of place shows.
final class Pattern {
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private final long seed;
    private long position;

    Pattern(final long seed, final long position) {
        this.seed = seed;
        this.position = position;
    }

    /// Where the next byte is.
    long position() {
        return position;
    }

    /// Writes the next `length` bytes into `bytes`.
    void fill(final byte[] bytes, final int length) {
        long word = word(position >>> 3);
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (word >>> ((position & 7) << 3));
            if ((++position & 7) == 0) {
                word = word(position >>> 3);
            }
        }
    }

    /// Compares with the next `length` bytes.
    ///
    /// @return index of the first byte that differs, or -1
    int mismatch(final byte[] bytes, final int length) {
        final byte[] expected = new byte[length];
        fill(expected, length);
        return Arrays.mismatch(expected, 0, length, bytes, 0, length);
    }

    private long word(final long index) {
        long z = seed + (index + 1) * GOLDEN;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
