package dev.tailrace.netstack.table;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A bounded table of flows keyed by (address, number), with the order in which they were used last.
///
/// Open addressing with linear probing under a secret [KeyedHash], deletion by shifting back, capacity at least twice
/// the limit; the order of use is a doubly linked list through the entries. Nothing is allocated after construction.
/// Owned by the stack's thread.
///
/// @param <F> the kind of flow
public final class FlowTable<F extends FlowTable.Entry> {
    private final KeyedHash hash;
    private final @Nullable Entry[] slots;
    private final int mask;
    private final int limit;
    private int size;
    private @Nullable Entry oldest;
    private @Nullable Entry newest;

    /// @param limit most entries at a time, 1 to 2^28
    public FlowTable(final int limit, final KeyedHash hash) {
        if (limit < 1 || limit > 1 << 28) {
            throw new IllegalArgumentException("limit " + limit + " is not in 1 to 2^28");
        }
        this.limit = limit;
        this.hash = hash;
        final int capacity = Integer.highestOneBit(limit * 2 - 1) * 2;
        this.slots = new Entry[capacity];
        this.mask = capacity - 1;
    }

    /// The entry with this key, or null.
    public @Nullable F get(final long addressHi, final long addressLo, final int number) {
        int slot = home(addressHi, addressLo, number);
        while (true) {
            final Entry entry = slots[slot];
            if (entry == null) {
                return null;
            }
            if (entry.number == number && entry.addressLo == addressLo && entry.addressHi == addressHi) {
                return cast(entry);
            }
            slot = slot + 1 & mask;
        }
    }

    /// Adds an entry whose key is not in the table, as the one used last.
    public void add(final F entry) {
        if (size == limit || entry.isListed) {
            throw new IllegalStateException(size == limit ? "table is full" : "entry is in a table already");
        }
        entry.home = home(entry.addressHi, entry.addressLo, entry.number);
        int slot = entry.home;
        while (slots[slot] != null) {
            slot = slot + 1 & mask;
        }
        slots[slot] = entry;
        entry.isListed = true;
        append(entry);
        size++;
    }

    /// Notes that `entry` was used now.
    public void touch(final F entry) {
        if (entry != newest && entry.isListed) {
            unlink(entry);
            append(entry);
        }
    }

    /// Takes an entry out.
    ///
    /// @return whether it was there
    public boolean remove(final F entry) {
        if (!entry.isListed) {
            return false;
        }
        int slot = entry.home;
        while (slots[slot] != entry) {
            slot = slot + 1 & mask;
        }
        close(slot);
        unlink(entry);
        entry.isListed = false;
        size--;
        return true;
    }

    /// The entry not used for longest, or null when the table is empty.
    public @Nullable F oldest() {
        final Entry entry = oldest;
        return entry == null ? null : cast(entry);
    }

    /// Hands each entry over, the one not used for longest first. The table must not change meanwhile.
    public void forEach(final Consumer<? super F> visitor) {
        for (Entry entry = oldest; entry != null; entry = entry.newer) {
            visitor.accept(cast(entry));
        }
    }

    /// Those of one address. Control plane: this looks at all of them.
    public List<F> of(final long addressHi, final long addressLo) {
        final List<F> found = new ArrayList<>();
        forEach(entry -> {
            if (entry.addressHi() == addressHi && entry.addressLo() == addressLo) {
                found.add(entry);
            }
        });
        return found;
    }

    /// Entries now.
    public int size() {
        return size;
    }

    /// Whether another entry needs one to go first.
    public boolean isFull() {
        return size == limit;
    }

    /// Moves later entries of the probe run back, so that no tombstone is needed.
    private void close(final int removed) {
        int hole = removed;
        int slot = removed + 1 & mask;
        while (true) {
            final Entry entry = slots[slot];
            if (entry == null) {
                break;
            }
            final int distance = slot - entry.home & mask;
            if (distance >= (slot - hole & mask)) {
                slots[hole] = entry;
                hole = slot;
            }
            slot = slot + 1 & mask;
        }
        slots[hole] = null;
    }

    private void append(final Entry entry) {
        final Entry last = newest;
        entry.older = last;
        entry.newer = null;
        newest = entry;
        if (last == null) {
            oldest = entry;
        } else {
            last.newer = entry;
        }
    }

    private void unlink(final Entry entry) {
        final Entry older = entry.older;
        final Entry newer = entry.newer;
        if (older == null) {
            oldest = newer;
        } else {
            older.newer = newer;
        }
        if (newer == null) {
            newest = older;
        } else {
            newer.older = older;
        }
        entry.older = null;
        entry.newer = null;
    }

    private int home(final long addressHi, final long addressLo, final int number) {
        return (int) hash.hash(addressHi, addressLo, 0, 0, number) & mask;
    }

    @SuppressWarnings("unchecked")
    private F cast(final Entry entry) {
        return (F) entry;
    }

    /// What a flow inherits to be kept in a table: its key and its places.
    public abstract static class Entry {
        final long addressHi;
        final long addressLo;
        final int number;
        int home;
        boolean isListed;

        @Nullable
        Entry older;

        @Nullable
        Entry newer;

        /// @param number a port or an identifier, with the kind of flow above the low 16 bits where there are
        /// several
        protected Entry(final long addressHi, final long addressLo, final int number) {
            this.addressHi = addressHi;
            this.addressLo = addressLo;
            this.number = number;
        }

        /// Upper half of the key's address.
        public final long addressHi() {
            return addressHi;
        }

        /// Lower half of the key's address.
        public final long addressLo() {
            return addressLo;
        }

        /// The key's number.
        public final int number() {
            return number;
        }
    }
}
