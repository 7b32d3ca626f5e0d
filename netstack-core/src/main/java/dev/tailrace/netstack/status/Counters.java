package dev.tailrace.netstack.status;

/// One count per [Counter]. Owned by the stack's thread.
public final class Counters {
    private static final Counter[] ALL = Counter.values();

    private final long[] counts = new long[ALL.length];

    /// Counts one.
    public void increment(final Counter counter) {
        counts[counter.ordinal()]++;
    }

    /// Counts `amount`.
    public void add(final Counter counter, final long amount) {
        counts[counter.ordinal()] += amount;
    }

    /// Counts all that `others` have.
    public void add(final Counters others) {
        for (int counter = 0; counter < counts.length; counter++) {
            counts[counter] += others.counts[counter];
        }
    }

    /// The count so far.
    public long get(final Counter counter) {
        return counts[counter.ordinal()];
    }

    /// One line `name value` for each count that is not 0, in the enum's order.
    public void format(final StringBuilder out) {
        for (final Counter counter : ALL) {
            final long count = counts[counter.ordinal()];
            if (count != 0) {
                out.append(counter.name()).append(' ').append(count).append('\n');
            }
        }
    }
}
