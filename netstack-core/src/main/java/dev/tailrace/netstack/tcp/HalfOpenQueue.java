package dev.tailrace.netstack.tcp;

import dev.tailrace.netstack.table.KeyedHash;
import org.jspecify.annotations.Nullable;

/// The attempts of one direction that have no answer yet, the oldest first, and which of them goes when there are too
/// many.
///
/// An attempt that will succeed does so within a round trip or two; the others wait for minutes. So the one that has
/// waited longest is the one least worth keeping, while to refuse the newcomer would let a flood, once it has filled
/// the places, keep everybody else out. But a fast flood turns the whole queue over within a round trip, too. Mostly
/// it is meant for one address: where some address has a quarter of all attempts, or more, the oldest of its attempts
/// goes, so that the flood takes places from itself only.
///
/// Addresses are counted by a keyed hash, in few classes: one that shares its class with a flood has bad luck, and can
/// neither choose nor avoid it. Owned by the stack's thread.
final class HalfOpenQueue {
    /// A power of two.
    private static final int CLASSES = 256;

    /// An address with at least this part of all attempts is one too many are made to.
    private static final int LARGE_PART = 4;

    /// Distinguishes this hash from those that place flows and make sequence numbers.
    private static final long PURPOSE = 3L << 32;

    private final KeyedHash hash;
    private final int[] perClass = new int[CLASSES];
    private @Nullable TcpFlow oldest;
    private @Nullable TcpFlow newest;
    private int size;

    HalfOpenQueue(final KeyedHash hash) {
        this.hash = hash;
    }

    int size() {
        return size;
    }

    void add(final TcpFlow flow) {
        flow.halfOpen = this;
        flow.older = newest;
        flow.newer = null;
        if (newest == null) {
            oldest = flow;
        } else {
            newest.newer = flow;
        }
        newest = flow;
        size++;
        perClass[classOf(flow)]++;
    }

    void remove(final TcpFlow flow) {
        final TcpFlow before = flow.older;
        final TcpFlow after = flow.newer;
        if (before == null) {
            oldest = after;
        } else {
            before.newer = after;
        }
        if (after == null) {
            newest = before;
        } else {
            after.older = before;
        }
        flow.halfOpen = null;
        flow.older = null;
        flow.newer = null;
        size--;
        perClass[classOf(flow)]--;
    }

    /// The attempt to give up first, or null when there is none.
    @Nullable
    TcpFlow victim() {
        int largest = 0;
        for (int index = 1; index < CLASSES; index++) {
            if (perClass[index] > perClass[largest]) {
                largest = index;
            }
        }
        TcpFlow flow = oldest;
        if (perClass[largest] * LARGE_PART >= size) {
            while (flow != null && classOf(flow) != largest) {
                flow = flow.newer;
            }
        }
        return flow;
    }

    /// Of the remote address: what the guest connects to, or who connects to the guest.
    private int classOf(final TcpFlow flow) {
        return (int) hash.hash(flow.remoteHi, flow.remoteLo, 0, 0, PURPOSE) & CLASSES - 1;
    }
}
