package dev.tailrace.tapio.slirp;

import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
import java.util.concurrent.TimeUnit;

/// Collects what ended flows leave on the heap, while nothing happens. They live for minutes, so that all of them are
/// among the old objects, and the JVM would let these fill the whole heap before it looks at them: resident memory
/// would grow for most of an hour, and the collection come in the middle of traffic.
///
/// Owned by the loop's thread.
final class QuietCollection {
    /// At some 350 bytes each, 3 MB.
    static final long FLOWS = 8192;

    /// A collection takes some 8 ms of a processor, and longer where others want it: docs/adr/0002-image.md.
    static final long QUIET_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final Counter[] ENDS = {
        Counter.TCP_FLOWS_CLOSED,
        Counter.UDP_FLOWS_EXPIRED,
        Counter.UDP_FLOWS_EVICTED,
        Counter.ICMP_FLOWS_EXPIRED,
        Counter.ICMP_FLOWS_EVICTED
    };

    private final Counters counters;
    private final Runnable collector;
    private long collectedFlows;
    private long lastTurnNs;

    QuietCollection(final Counters counters, final long nowNs, final Runnable collector) {
        this.counters = counters;
        this.collector = collector;
        this.lastTurnNs = nowNs;
    }

    /// To be called in each turn, when all else is done.
    void doWork(final long nowNs) {
        final long quietNs = nowNs - lastTurnNs;
        lastTurnNs = nowNs;
        if (quietNs >= QUIET_NS && isDue()) {
            collectedFlows = endedFlows();
            collector.run();
        }
    }

    /// How long the loop may wait for the sake of this, from its last turn on; [Long#MAX_VALUE] for ever.
    long leftNs() {
        return isDue() ? QUIET_NS : Long.MAX_VALUE;
    }

    private boolean isDue() {
        return endedFlows() - collectedFlows >= FLOWS;
    }

    private long endedFlows() {
        long flows = 0;
        for (final Counter end : ENDS) {
            flows += counters.get(end);
        }
        return flows;
    }
}
