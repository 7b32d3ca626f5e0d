package dev.tailrace.perf.rtt;

import com.grack.nanojson.JsonWriter;
import dev.tailrace.perf.result.HistogramText;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;

/// Asks a [RoundTripServer] and writes what came out as one line of JSON.
public final class RoundTripClient {
    /// Each costs a port of the guest for a minute where the server closes last; guests get slow after 14,000.
    static final long MAX_CONNECTIONS = 10_000;

    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final long WARMUP_NS = NS_PER_SECOND / 2;

    /// A backend that stalls for longer has failed.
    private static final long HIGHEST_NS = 10 * NS_PER_SECOND;

    private static final int DIGITS = 3;
    private static final int ARGUMENTS = 6;

    private final InetSocketAddress first;
    private final boolean reconnects;
    private final int streams;
    private final long halfNs;
    private final long intervalNs;

    private RoundTripClient(final String... arguments) {
        first = new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1]));
        reconnects = arguments[2].equals("crr");
        streams = Integer.parseInt(arguments[3]);
        halfNs = Integer.parseInt(arguments[4]) * NS_PER_SECOND / 2;
        intervalNs = NS_PER_SECOND / Integer.parseInt(arguments[5]);
    }

    /// @param arguments address and port of the server, `rr` or `crr`, number of streams, seconds, and requests
    /// per second of each stream in the second half
    public static void main(final String[] arguments) throws InterruptedException {
        if (arguments.length != ARGUMENTS) {
            throw new IllegalArgumentException("usage: RoundTripClient ADDRESS PORT rr|crr STREAMS SECONDS RATE");
        }
        try {
            System.out.println(new RoundTripClient(arguments).run());
        } catch (ExecutionException failure) {
            System.out.println(
                    "asking %s:%s: %s".formatted(arguments[0], arguments[1], String.valueOf(failure.getCause())));
            System.exit(1);
        }
    }

    /// What one stream came to.
    private record Outcome(long all, long answered, long tookNs, Times times) {}

    /// Of answers, in ns: one request after the other, and at a fixed rate from when they were sent and from when
    /// they were due.
    private record Times(Histogram roundTrips, Histogram paced, Histogram due) {
        Times() {
            this(histogram(), histogram(), histogram());
        }

        void add(final Times others) {
            roundTrips.add(others.roundTrips);
            paced.add(others.paced);
            due.add(others.due);
        }
    }

    private String run() throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newFixedThreadPool(streams)) {
            final List<Future<Outcome>> running = new ArrayList<>();
            for (int k = 0; k < streams; k++) {
                final int number = k;
                running.add(threads.submit(() -> stream(number)));
            }
            final Times times = new Times();
            long all = 0;
            double rate = 0;
            for (final Future<Outcome> each : running) {
                final Outcome outcome = each.get();
                times.add(outcome.times());
                all += outcome.all();
                rate += outcome.answered() * (double) NS_PER_SECOND / outcome.tookNs();
            }
            return json(all, rate, times);
        }
    }

    /// The streams ask in turn when they ask at a fixed rate.
    private Outcome stream(final int number) throws IOException {
        try (Exchange exchange = new TcpExchange(first, reconnects)) {
            final Asker asker = new Asker(exchange);
            final long share = reconnects ? MAX_CONNECTIONS / streams : Long.MAX_VALUE;
            final long warmup = asker.closedLoop(System.nanoTime() + WARMUP_NS, share / 10, histogram());
            final Times times = new Times();
            final long startNs = System.nanoTime();
            final long answered = asker.closedLoop(startNs + halfNs, share / 2, times.roundTrips());
            final long tookNs = System.nanoTime() - startNs;
            final long firstNs = System.nanoTime() + intervalNs + intervalNs * number / streams;
            final long count = Math.min(halfNs / intervalNs, share - warmup - answered);
            final long giveUpNs = firstNs + 2 * halfNs + NS_PER_SECOND;
            final long asked = asker.openLoop(firstNs, intervalNs, count, giveUpNs, times.due(), times.paced());
            return new Outcome(warmup + answered + asked, answered, tookNs, times);
        }
    }

    static Histogram histogram() {
        return new Histogram(HIGHEST_NS, DIGITS);
    }

    private static String json(final long all, final double rate, final Times times) {
        return JsonWriter.string()
                .object()
                .value("transactions", all)
                .value("transactionsPerSecond", rate)
                .value("roundTripP50Ns", times.roundTrips().getValueAtPercentile(50))
                .value("pacedRoundTripP50Ns", times.paced().getValueAtPercentile(50))
                .value("p50Ns", times.due().getValueAtPercentile(50))
                .value("p99Ns", times.due().getValueAtPercentile(99))
                .value("histogram", HistogramText.encode(times.due()))
                .end()
                .done();
    }
}
