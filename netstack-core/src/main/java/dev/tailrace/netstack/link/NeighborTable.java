package dev.tailrace.netstack.link;

import java.util.Arrays;

/// Ethernet addresses of the guests seen, by their whole address: sets of a few places each, so that guests whose
/// addresses meet in a set do not push each other out. A full set replaces its entries in turn. Owned by the stack.
public final class NeighborTable {
    /// Answer of [#lookup] when the neighbour is not known.
    public static final long UNKNOWN = -1;

    /// A bridge has 1,024 ports at most, and a guest two or three addresses.
    private static final int SETS = 512;

    private static final int SET_SHIFT = 64 - 9;
    private static final int WAYS = 8;

    private final long[] hi = new long[SETS * WAYS];
    private final long[] lo = new long[SETS * WAYS];
    private final long[] mac = new long[SETS * WAYS];
    private int turn;
    private Listener listener = (addressHi, addressLo) -> {};

    /// Empty table.
    public NeighborTable() {
        Arrays.fill(mac, UNKNOWN);
    }

    /// Learns that `addressHi:addressLo` has the Ethernet address `macAddress` (low 48 bits).
    // hot path
    public void learn(final long addressHi, final long addressLo, final long macAddress) {
        int place = place(addressHi, addressLo);
        if (mac[place] == macAddress && hi[place] == addressHi && lo[place] == addressLo) {
            return;
        }
        if (mac[place] != UNKNOWN && (hi[place] != addressHi || lo[place] != addressLo)) {
            place += turn++ & WAYS - 1;
        }
        hi[place] = addressHi;
        lo[place] = addressLo;
        mac[place] = macAddress;
        listener.onLearned(addressHi, addressLo);
    }

    /// Who is told of each neighbour that was not known before, or has a new Ethernet address.
    public void listener(final Listener listener) {
        this.listener = listener;
    }

    /// The Ethernet address in the low 48 bits, or [#UNKNOWN].
    // hot path
    public long lookup(final long addressHi, final long addressLo) {
        final int place = place(addressHi, addressLo);
        return hi[place] == addressHi && lo[place] == addressLo ? mac[place] : UNKNOWN;
    }

    /// Where the address is, or where it may go; the first place of its set when that is full.
    private int place(final long addressHi, final long addressLo) {
        final long mixed = (addressHi * 31 + addressLo) * 0x9e37_79b9_7f4a_7c15L;
        final int first = (int) (mixed >>> SET_SHIFT) * WAYS;
        for (int place = first; place < first + WAYS; place++) {
            if (mac[place] == UNKNOWN || (hi[place] == addressHi && lo[place] == addressLo)) {
                return place;
            }
        }
        return first;
    }

    /// Waits for neighbours.
    @FunctionalInterface
    public interface Listener {
        /// The neighbour can be looked up now.
        void onLearned(long addressHi, long addressLo);
    }
}
