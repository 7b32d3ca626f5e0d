package dev.tailrace.netstack.link;

/// Ethernet addresses of the guests seen: a small direct-mapped table keyed by the whole address. Owned by the stack.
public final class NeighborTable {
    /// Answer of [#lookup] when the neighbour is not known.
    public static final long UNKNOWN = -1;

    private static final int CAPACITY = 1024;

    private final long[] hi = new long[CAPACITY];
    private final long[] lo = new long[CAPACITY];
    private final long[] mac = new long[CAPACITY];
    private Listener listener = (addressHi, addressLo) -> {};

    /// Empty table.
    public NeighborTable() {
        java.util.Arrays.fill(mac, UNKNOWN);
    }

    /// Learns that `addressHi:addressLo` has the Ethernet address `macAddress` (low 48 bits). A collision replaces.
    public void learn(final long addressHi, final long addressLo, final long macAddress) {
        final int slot = slot(addressHi, addressLo);
        if (mac[slot] == macAddress && hi[slot] == addressHi && lo[slot] == addressLo) {
            return;
        }
        hi[slot] = addressHi;
        lo[slot] = addressLo;
        mac[slot] = macAddress;
        listener.onLearned(addressHi, addressLo);
    }

    /// Who is told of each neighbour that was not known before, or has a new Ethernet address.
    public void listener(final Listener listener) {
        this.listener = listener;
    }

    /// The Ethernet address in the low 48 bits, or [#UNKNOWN].
    public long lookup(final long addressHi, final long addressLo) {
        final int slot = slot(addressHi, addressLo);
        return hi[slot] == addressHi && lo[slot] == addressLo ? mac[slot] : UNKNOWN;
    }

    private static int slot(final long addressHi, final long addressLo) {
        final long mixed = (addressHi * 31 + addressLo) * 0x9e37_79b9_7f4a_7c15L;
        return (int) (mixed >>> 54);
    }

    /// Waits for neighbours.
    @FunctionalInterface
    public interface Listener {
        /// The neighbour can be looked up now.
        void onLearned(long addressHi, long addressLo);
    }
}
