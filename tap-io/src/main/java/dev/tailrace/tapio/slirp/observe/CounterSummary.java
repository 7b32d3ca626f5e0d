package dev.tailrace.tapio.slirp.observe;

import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// What was counted since the last line, in one line, at most once a second and only when something
/// was: how much of what happens to frames is told without ever being told for each. Owned by the
/// loop's thread.
public final class CounterSummary {
    private static final long INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);
    private static final Counter[] ALL = Counter.values();

    private final Counters counters;
    private final Consumer<String> log;
    private final long[] told = new long[ALL.length];
    private long lastNs;

    /// @param nowNs the beginning of the first second
    public CounterSummary(final Counters counters, final long nowNs, final Consumer<String> log) {
        this.counters = counters;
        this.log = log;
        this.lastNs = nowNs;
    }

    /// Writes the line if it is due.
    public void doWork(final long nowNs) {
        if (nowNs - lastNs < INTERVAL_NS || !hasNews()) {
            return;
        }
        final StringBuilder line = new StringBuilder(256).append("counted in ");
        line.append((nowNs - lastNs) / 1_000_000).append(" ms:");
        for (final Counter counter : ALL) {
            final long more = counters.get(counter) - told[counter.ordinal()];
            if (more != 0) {
                line.append(' ').append(counter).append(" +").append(more);
                told[counter.ordinal()] += more;
            }
        }
        lastNs = nowNs;
        log.accept(line.toString());
    }

    /// Time until [#doWork] has something to write, or [Long#MAX_VALUE] as long as nothing is counted.
    public long leftNs(final long nowNs) {
        return hasNews() ? Math.max(0, lastNs + INTERVAL_NS - nowNs) : Long.MAX_VALUE;
    }

    private boolean hasNews() {
        for (final Counter counter : ALL) {
            if (counters.get(counter) != told[counter.ordinal()]) {
                return true;
            }
        }
        return false;
    }
}
