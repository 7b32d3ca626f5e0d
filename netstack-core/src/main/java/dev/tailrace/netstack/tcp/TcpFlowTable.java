package dev.tailrace.netstack.tcp;

import dev.tailrace.netstack.table.KeyedHash;
import org.jspecify.annotations.Nullable;

/// All flows by guest and remote address and port: open addressing, linear probing under a keyed hash, removal by
/// shifting back. Grows by doubling, so that a small table stays in the cache. Owned by the stack's thread.
final class TcpFlowTable {
    private static final int INITIAL_CAPACITY = 256;

    private final KeyedHash hash;
    private @Nullable TcpFlow[] slots = new TcpFlow[INITIAL_CAPACITY];
    private int size;
    /// The flow found last: segments come in runs.
    private @Nullable TcpFlow recent;

    TcpFlowTable(final KeyedHash hash) {
        this.hash = hash;
    }

    int size() {
        return size;
    }

    @Nullable
    TcpFlow get(final long guestHi, final long guestLo, final long remoteHi, final long remoteLo, final int ports) {
        final TcpFlow hit = recent;
        if (hit != null && hit.isFor(guestHi, guestLo, remoteHi, remoteLo, ports)) {
            return hit;
        }
        final int mask = slots.length - 1;
        int slot = (int) hash.hash(guestHi, guestLo, remoteHi, remoteLo, ports) & mask;
        while (true) {
            final TcpFlow flow = slots[slot];
            if (flow == null) {
                return null;
            }
            if (flow.isFor(guestHi, guestLo, remoteHi, remoteLo, ports)) {
                recent = flow;
                return flow;
            }
            slot = slot + 1 & mask;
        }
    }

    /// Adds a flow whose addresses and ports are not in the table.
    void add(final TcpFlow flow) {
        if (2 * size >= slots.length) {
            grow();
        }
        insert(flow);
        flow.isListed = true;
        size++;
    }

    void remove(final TcpFlow flow) {
        if (!flow.isListed) {
            return;
        }
        flow.isListed = false;
        if (recent == flow) {
            recent = null;
        }
        final int mask = slots.length - 1;
        int hole = home(flow);
        while (slots[hole] != flow) {
            hole = hole + 1 & mask;
        }
        int slot = hole;
        while (true) {
            slot = slot + 1 & mask;
            final TcpFlow next = slots[slot];
            if (next == null) {
                break;
            }
            if ((slot - home(next) & mask) >= (slot - hole & mask)) {
                slots[hole] = next;
                hole = slot;
            }
        }
        slots[hole] = null;
        size--;
    }

    /// The flow in a slot, for walks over all; slots run from 0 to [#capacity] exclusive.
    @Nullable
    TcpFlow at(final int slot) {
        return slots[slot];
    }

    int capacity() {
        return slots.length;
    }

    private int home(final TcpFlow flow) {
        final int ports = flow.guestPort << 16 | flow.remotePort;
        return (int) hash.hash(flow.guestHi, flow.guestLo, flow.remoteHi, flow.remoteLo, ports) & slots.length - 1;
    }

    private void insert(final TcpFlow flow) {
        final int mask = slots.length - 1;
        int slot = home(flow);
        while (slots[slot] != null) {
            slot = slot + 1 & mask;
        }
        slots[slot] = flow;
    }

    private void grow() {
        final @Nullable TcpFlow[] old = slots;
        slots = new TcpFlow[old.length * 2];
        for (final TcpFlow flow : old) {
            if (flow != null) {
                insert(flow);
            }
        }
    }
}
