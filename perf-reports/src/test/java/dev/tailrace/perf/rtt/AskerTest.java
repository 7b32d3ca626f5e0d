package dev.tailrace.perf.rtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/// With a clock of its own: an answer takes as long as the script says.
final class AskerTest {
    private static final long MS = 1_000_000;
    private static final long INTERVAL_NS = MS;
    private static final long NEVER_NS = 1_000_000 * MS;

    private long nowNs;
    private long asked;

    /// Takes 0.1 ms for each answer, and a time of its own for one of them.
    private final class Scripted implements Exchange {
        private final long stalledAt;
        private final long stallNs;

        Scripted(final long stalledAt, final long stallNs) {
            this.stalledAt = stalledAt;
            this.stallNs = stallNs;
        }

        @Override
        public void ask() {
            nowNs += asked == stalledAt ? stallNs : MS / 10;
            asked++;
        }

        @Override
        public void finish() {
            // Nothing to wait for.
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }

    /// Time passes while a thread spins.
    private long clock() {
        nowNs += MS / 1000;
        return nowNs;
    }

    private void sleep(final long ns) {
        nowNs += ns;
    }

    @Test
    void shouldCountEveryRequestThatAStallHeldBack() throws IOException {
        final Histogram times = RoundTripClient.histogram();
        final Histogram roundTrips = RoundTripClient.histogram();
        final long answered = new Asker(new Scripted(100, 200 * MS), this::clock, this::sleep)
                .openLoop(0, INTERVAL_NS, 1000, NEVER_NS, times, roundTrips);
        assertEquals(1000, answered);
        assertEquals(1000, times.getTotalCount());
        final long late = times.getCountBetweenValues(100 * MS, times.getMaxValue());
        // One answer took 200 ms; of the 199 requests that were due meanwhile half waited for more than 100 ms. The
        // queue of
        // them shrinks by 0.9 ms with each answer.
        assertTrue(late > 90 && late < 130, late + " answers came late");
        assertTrue(times.getValueAtPercentile(50) < MS, times.getValueAtPercentile(50) + " ns");
        assertEquals(1000, roundTrips.getTotalCount());
        assertEquals(1, roundTrips.getCountBetweenValues(MS, roundTrips.getMaxValue()), "from sending on, one is late");
    }

    @Test
    void shouldRecordWhatWasNeverSent() throws IOException {
        final Histogram times = RoundTripClient.histogram();
        final Histogram roundTrips = RoundTripClient.histogram();
        final long answered = new Asker(new Scripted(10, 500 * MS), this::clock, this::sleep)
                .openLoop(0, INTERVAL_NS, 100, 300 * MS, times, roundTrips);
        assertEquals(11, answered);
        assertEquals(100, times.getTotalCount());
        assertEquals(11, roundTrips.getTotalCount());
        assertTrue(times.getValueAtPercentile(50) > 200 * MS, times.getValueAtPercentile(50) + " ns");
    }

    @Test
    void shouldAskAsFastAsAnswersComeUntilTheTimeIsUp() throws IOException {
        final Histogram times = RoundTripClient.histogram();
        final long answered =
                new Asker(new Scripted(-1, 0), this::clock, this::sleep).closedLoop(100 * MS, Long.MAX_VALUE, times);
        assertTrue(answered > 900 && answered <= 1000, answered + " answers");
        assertEquals(answered, times.getTotalCount());
        assertEquals(MS / 10.0, times.getValueAtPercentile(50), MS / 500.0, "without the time between requests");
    }

    @Test
    void shouldAskNoMoreThanAllowed() throws IOException {
        assertEquals(
                7,
                new Asker(new Scripted(-1, 0), this::clock, this::sleep)
                        .closedLoop(100 * MS, 7, RoundTripClient.histogram()));
    }
}
