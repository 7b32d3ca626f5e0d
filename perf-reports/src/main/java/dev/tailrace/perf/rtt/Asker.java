package dev.tailrace.perf.rtt;

import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;

/// Asks again and again, in one of two ways.
final class Asker {
    /// Longer than the kernel takes to wake a thread, so that the rest is spun.
    private static final long SPIN_NS = 60_000;

    private final Exchange exchange;
    private final LongSupplier nanoClock;
    private final LongConsumer sleepNanos;

    /// In real time.
    Asker(final Exchange exchange) {
        this(exchange, System::nanoTime, LockSupport::parkNanos);
    }

    /// @param sleepNanos waits for about so long
    Asker(final Exchange exchange, final LongSupplier nanoClock, final LongConsumer sleepNanos) {
        this.exchange = exchange;
        this.nanoClock = nanoClock;
        this.sleepNanos = sleepNanos;
    }

    /// As fast as answers come.
    ///
    /// @param max number of requests
    /// @param times of the answers in ns, each from its request on, recorded into
    /// @return how many were answered
    long closedLoop(final long untilNs, final long max, final Histogram times) throws IOException {
        long answered = 0;
        long askedNs = nanoClock.getAsLong();
        while (answered < max && askedNs - untilNs < 0) {
            exchange.ask();
            record(times, nanoClock.getAsLong() - askedNs);
            exchange.finish();
            answered++;
            askedNs = nanoClock.getAsLong();
        }
        return answered;
    }

    /// At a fixed rate; requests that are late are made up for as fast as possible, and their time counts from
    /// when they were due.
    ///
    /// @param firstNs when the first is due
    /// @param count of requests
    /// @param giveUpNs after which no more are sent; those that were due by then are recorded as
    /// waiting until then
    /// @param times of the answers in ns, recorded into
    /// @param roundTrips the same of those that came, from their sending on
    /// @return how many were answered
    long openLoop(
            final long firstNs,
            final long intervalNs,
            final long count,
            final long giveUpNs,
            final Histogram times,
            final Histogram roundTrips)
            throws IOException {
        for (long i = 0; i < count; i++) {
            final long dueNs = firstNs + i * intervalNs;
            await(dueNs);
            final long askedNs = nanoClock.getAsLong();
            if (askedNs - giveUpNs >= 0) {
                recordWaiting(firstNs, intervalNs, i, count, giveUpNs, times);
                return i;
            }
            exchange.ask();
            final long answeredNs = nanoClock.getAsLong();
            record(times, answeredNs - dueNs);
            record(roundTrips, answeredNs - askedNs);
            exchange.finish();
        }
        return count;
    }

    private static void recordWaiting(
            final long firstNs,
            final long intervalNs,
            final long next,
            final long count,
            final long giveUpNs,
            final Histogram times) {
        for (long i = next; i < count; i++) {
            record(times, Math.max(0, giveUpNs - (firstNs + i * intervalNs)));
        }
    }

    private static void record(final Histogram times, final long ns) {
        times.recordValue(Math.min(ns, times.getHighestTrackableValue()));
    }

    private void await(final long dueNs) {
        for (long leftNs = dueNs - nanoClock.getAsLong(); leftNs > 0; leftNs = dueNs - nanoClock.getAsLong()) {
            if (leftNs > SPIN_NS) {
                sleepNanos.accept(leftNs - SPIN_NS);
            } else {
                Thread.onSpinWait();
            }
        }
    }
}
