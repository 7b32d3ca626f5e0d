package dev.tailrace.tapio.slirp.observe;

import dev.tailrace.tapio.capture.Captures;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// What can be asked of a running session. Used by the loop's thread.
public final class Observation {
    private final Observed observed;
    private final Captures captures;
    private final LongSupplier clock;
    private final long startNs;
    private final Supplier<String> version;

    /// @param clock the stack's, in nanoseconds
    /// @param version of the product
    public Observation(
            final Observed observed,
            final Captures captures,
            final LongSupplier clock,
            final Supplier<String> version) {
        this.observed = observed;
        this.captures = captures;
        this.clock = clock;
        this.startNs = clock.getAsLong();
        this.version = version;
    }

    /// The captures to start and end.
    public Captures captures() {
        return captures;
    }

    /// Time now on the stack's clock.
    public long nowNs() {
        return clock.getAsLong();
    }

    /// Counters and totals as JSON.
    public String stats() {
        return StatsJson.text(version.get(), nowNs() - startNs, observed.totals(), captures);
    }

    /// The same in the text format of Prometheus.
    public String metrics() {
        return PrometheusText.text(version.get(), nowNs() - startNs, observed.totals(), captures);
    }

    /// The table of flows.
    public ReplySource flows(final FlowFilter filter) {
        return new FlowsReply(observed.flows(), filter, clock);
    }
}
