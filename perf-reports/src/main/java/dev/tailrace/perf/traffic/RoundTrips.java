package dev.tailrace.perf.traffic;

import com.grack.nanojson.JsonObject;
import dev.tailrace.perf.lab.Namespace;
import dev.tailrace.perf.lab.OwnJvm;
import dev.tailrace.perf.lab.Route;
import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.matrix.Protocol;
import dev.tailrace.perf.result.Metric;
import dev.tailrace.perf.rtt.RoundTripClient;
import dev.tailrace.perf.rtt.RoundTripServer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Requests and answers, by the programs of `dev.tailrace.perf.rtt`.
final class RoundTrips {
    private static final int GRACE_SECONDS = 15;
    private static final double NS_PER_MICRO = 1_000;

    /// Requests per second of each stream in the half with a fixed rate: what every backend can keep up with
    /// alone. Beside a stream it shows who cannot.
    private static final int RATE = 2_000;

    private static final int CONNECTION_RATE = 300;

    private RoundTrips() {}

    static Measurement run(final Route route, final Cell cell, final int seconds) {
        try (Processes processes = new Processes()) {
            final Optional<BulkBeside> bulk =
                    cell.beside().map(direction -> BulkBeside.start(processes, route, cell, direction));
            final Process server = processes.start(new ProcessBuilder(route.enterServer()
                            .apply(OwnJvm.command(
                                    RoundTripServer.class,
                                    route.bindAddress(),
                                    "" + route.serverPort(),
                                    cell.protocol().label())))
                    .redirectErrorStream(true));
            Namespace.awaitLine(server, "ready", Processes.listening(route, 0));
            final Process client =
                    processes.start(new ProcessBuilder(route.enterClient().apply(client(route, cell, seconds)))
                            .redirectErrorStream(true));
            final Measurement measurement = measurement(OwnReport.of(
                    client, "the client of round trips", Duration.ofSeconds(2L * seconds + GRACE_SECONDS)));
            return bulk.map(BulkBeside::bitsPerSecond)
                    .map(rate -> beside(measurement, rate))
                    .orElse(measurement);
        }
    }

    private static List<String> client(final Route route, final Cell cell, final int seconds) {
        return OwnJvm.command(
                RoundTripClient.class,
                route.connectAddress(),
                "" + route.clientPort(),
                cell.protocol().label(),
                "" + cell.streams(),
                "" + seconds,
                "" + rate(cell));
    }

    private static int rate(final Cell cell) {
        return cell.protocol() == Protocol.CRR ? CONNECTION_RATE : RATE;
    }

    /// Processor time cannot be told apart from the stream's, so that it is that of nobody.
    private static Measurement beside(final Measurement answers, final double bitsPerSecond) {
        final Map<Metric, Double> values = new EnumMap<>(answers.values());
        values.put(Metric.GOODPUT, bitsPerSecond);
        return new Measurement(values, 0, 0, answers.histogram());
    }

    private static Measurement measurement(final JsonObject report) {
        return new Measurement(
                Map.of(
                        Metric.TRANSACTIONS,
                        report.getDouble("transactionsPerSecond"),
                        Metric.ROUND_TRIP_P50,
                        report.getLong("roundTripP50Ns") / NS_PER_MICRO,
                        Metric.PACED_ROUND_TRIP_P50,
                        report.getLong("pacedRoundTripP50Ns") / NS_PER_MICRO,
                        Metric.P50,
                        report.getLong("p50Ns") / NS_PER_MICRO,
                        Metric.P99,
                        report.getLong("p99Ns") / NS_PER_MICRO),
                0,
                report.getLong("transactions"),
                Optional.of(report.getString("histogram")));
    }
}
