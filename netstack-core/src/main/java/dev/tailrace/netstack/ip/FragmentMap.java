package dev.tailrace.netstack.ip;

import java.util.Arrays;

/// Which blocks of 8 bytes of a datagram have arrived, and where each fragment began.
final class FragmentMap {
    /// The answer of [#add]: all blocks are new.
    static final int NEW = 0;

    /// The answer of [#add]: the very fragment is there already.
    static final int DUPLICATE = 1;

    /// The answer of [#add]: some blocks are there already.
    static final int OVERLAP = 2;

    private static final int BLOCKS = 8192;

    private final long[] present = new long[BLOCKS / Long.SIZE];
    private final long[] starts = new long[BLOCKS / Long.SIZE];
    private int count;

    void clear() {
        Arrays.fill(present, 0);
        Arrays.fill(starts, 0);
        count = 0;
    }

    /// Blocks present.
    int count() {
        return count;
    }

    /// Adds the fragment of blocks `first` to `end` (exclusive, more than `first`), unless any of them is present.
    int add(final int first, final int end) {
        int seen = 0;
        boolean isSame = has(starts, first);
        for (int block = first; block < end; block++) {
            if (has(present, block)) {
                seen++;
            }
            isSame &= block == first || !has(starts, block);
        }
        if (seen == 0) {
            for (int block = first; block < end; block++) {
                set(present, block);
            }
            set(starts, first);
            count += end - first;
            return NEW;
        }
        isSame &= seen == end - first && (end == BLOCKS || !has(present, end) || has(starts, end));
        return isSame ? DUPLICATE : OVERLAP;
    }

    private static boolean has(final long[] bits, final int block) {
        return (bits[block >>> 6] >>> block & 1) != 0;
    }

    private static void set(final long[] bits, final int block) {
        bits[block >>> 6] |= 1L << block;
    }
}
