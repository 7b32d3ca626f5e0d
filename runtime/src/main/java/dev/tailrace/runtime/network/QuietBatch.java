package dev.tailrace.runtime.network;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Work that is in the way of others and takes as long for many as for one: it is collected until it has
/// been quiet for a while, but not for ever. Times are of one clock, in nanoseconds. For one thread at a
/// time.
final class QuietBatch<T> {
    private final long quietNs;
    private final long longestNs;
    private final int most;

    private List<T> collected = new ArrayList<>();
    private long firstNs;
    private long disturbedNs;

    /// @param quietNs how long nothing has happened when it is done
    /// @param longestNs how long the first may wait at most
    /// @param most how many are done at once, whatever happens
    QuietBatch(final long quietNs, final long longestNs, final int most) {
        this.quietNs = quietNs;
        this.longestNs = longestNs;
        this.most = most;
    }

    void add(final T work, final long nowNs) {
        if (collected.isEmpty()) {
            firstNs = nowNs;
        }
        collected.add(work);
        disturb(nowNs);
    }

    /// Something happens that this would be in the way of.
    void disturb(final long nowNs) {
        disturbedNs = nowNs;
    }

    boolean isEmpty() {
        return collected.isEmpty();
    }

    /// What is collected, not to be changed.
    List<T> work() {
        return Collections.unmodifiableList(collected);
    }

    /// How long to wait until it is to be done; not more than 0 if that is now. Meaningless when it is
    /// empty.
    long waitNs(final long nowNs) {
        if (collected.size() >= most) {
            return 0;
        }
        return Math.min(disturbedNs + quietNs - nowNs, firstNs + longestNs - nowNs);
    }

    /// All of it, for the caller to do.
    List<T> take() {
        final List<T> taken = collected;
        collected = new ArrayList<>();
        return taken;
    }
}
