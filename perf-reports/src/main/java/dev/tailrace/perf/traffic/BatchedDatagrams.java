package dev.tailrace.perf.traffic;

import com.grack.nanojson.JsonObject;
import dev.tailrace.perf.datagram.DatagramClient;
import dev.tailrace.perf.datagram.DatagramServer;
import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Namespace;
import dev.tailrace.perf.lab.OwnJvm;
import dev.tailrace.perf.lab.Route;
import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.result.Metric;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/// Bulk datagrams by the programs of `dev.tailrace.perf.datagram`, a pair for each stream.
final class BatchedDatagrams {
    private static final int GRACE_SECONDS = 20;
    private static final double BITS_PER_BYTE = 8;
    private static final double NS_PER_SECOND = 1e9;

    private BatchedDatagrams() {}

    static Measurement run(final Route route, final Cell cell, final int seconds) {
        final boolean clientSends = !BulkTransfer.clientReceives(cell);
        final int token = ThreadLocalRandom.current().nextInt();
        try (Processes processes = new Processes()) {
            for (int k = 0; k < cell.streams(); k++) {
                final String port = "" + (route.serverPort() + k);
                final Process server = processes.start(new ProcessBuilder(route.enterServer()
                                .apply(OwnJvm.command(
                                        DatagramServer.class,
                                        arguments(route.bindAddress(), port, !clientSends, cell, seconds, token))))
                        .redirectErrorStream(true));
                Namespace.awaitLine(server, "ready", Processes.listening(route, k));
            }
            final List<Process> clients = new ArrayList<>();
            for (int k = 0; k < cell.streams(); k++) {
                final String port = "" + (route.clientPort() + k);
                clients.add(processes.start(new ProcessBuilder(route.enterClient()
                                .apply(OwnJvm.command(
                                        DatagramClient.class,
                                        arguments(route.connectAddress(), port, clientSends, cell, seconds, token))))
                        .redirectErrorStream(true)));
            }
            final List<JsonObject> reports = new ArrayList<>();
            for (final Process client : clients) {
                reports.add(OwnReport.of(
                        client, "the client of datagrams", Duration.ofSeconds((long) seconds + GRACE_SECONDS)));
            }
            return sum(reports);
        }
    }

    private static String[] arguments(
            final String address,
            final String port,
            final boolean sends,
            final Cell cell,
            final int seconds,
            final int token) {
        return new String[] {
            address, port, sends ? "send" : "receive", "" + datagramBytes(cell), "" + seconds, "" + token
        };
    }

    /// What needs no fragments.
    static int datagramBytes(final Cell cell) {
        return Math.min(cell.mtu() - Cell.IP_AND_UDP_BYTES, Cell.MAX_DATAGRAM_BYTES);
    }

    /// All streams together, over the longest of them.
    private static Measurement sum(final List<JsonObject> reports) {
        final long sent = total(reports, "sentDatagrams");
        final long datagrams = total(reports, "receivedDatagrams");
        final long bytes = total(reports, "receivedBytes");
        final double seconds = reports.stream()
                        .mapToLong(report -> report.getLong("tookNs"))
                        .max()
                        .orElseThrow()
                / NS_PER_SECOND;
        if (seconds <= 0) {
            throw new LabException("%d of %d datagrams arrived, all at once".formatted(datagrams, sent));
        }
        return new Measurement(
                Map.of(
                        Metric.GOODPUT,
                        bytes * BITS_PER_BYTE / seconds,
                        Metric.DATAGRAMS,
                        datagrams / seconds,
                        Metric.LOST,
                        Math.max(0.0, (double) (sent - datagrams) / sent)),
                bytes,
                0,
                Optional.empty());
    }

    private static long total(final List<JsonObject> reports, final String key) {
        return reports.stream().mapToLong(report -> report.getLong(key)).sum();
    }
}
