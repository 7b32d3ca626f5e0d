package dev.tailrace.perf.traffic;

import dev.tailrace.perf.iperf.IperfReport;
import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Namespace;
import dev.tailrace.perf.lab.Programs;
import dev.tailrace.perf.lab.Route;
import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.matrix.Direction;
import dev.tailrace.perf.matrix.Protocol;
import dev.tailrace.perf.matrix.TrafficPath;
import dev.tailrace.perf.result.Metric;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Bulk data by iperf3. Each stream has a server and a client of its own: iperf3 before 3.16 serves all streams of
/// one client in one thread, which would be the limit.
final class BulkTransfer {
    private static final int GRACE_SECONDS = 15;
    private static final String CONNECT_TIMEOUT_MS = "3000";
    private static final int IP_AND_TCP_BYTES = 52;
    private static final double BITS_PER_BYTE = 8;

    private BulkTransfer() {}

    static Measurement run(final Route route, final Cell cell, final int seconds) {
        if (Programs.find("iperf3").isEmpty()) {
            throw new LabException("iperf3 is not installed. Fix: apt-get install iperf3");
        }
        try (Processes processes = new Processes()) {
            for (int k = 0; k < cell.streams(); k++) {
                startServer(processes, route, k);
            }
            final List<Process> clients = new ArrayList<>();
            for (int k = 0; k < cell.streams(); k++) {
                clients.add(
                        processes.start(new ProcessBuilder(route.enterClient().apply(report(route, cell, k, seconds)))
                                .redirectErrorStream(true)));
            }
            return sum(cell, reports(clients, seconds));
        }
    }

    private static List<IperfReport> reports(final List<Process> clients, final int seconds) {
        final List<IperfReport> reports = new ArrayList<>();
        for (final Process client : clients) {
            final Programs.Ending ending =
                    Programs.await(client, "iperf3", Duration.ofSeconds(seconds + GRACE_SECONDS));
            if (ending.text().isEmpty()) {
                throw new LabException("iperf3 ended with status " + ending.status() + " and said nothing");
            }
            reports.add(IperfReport.parse(ending.text()));
        }
        return reports;
    }

    /// Starts a server for one transfer, and waits until it listens.
    static Process startServer(final Processes processes, final Route route, final int stream) {
        final Process server = processes.start(
                new ProcessBuilder(route.enterServer().apply(server(route, stream))).redirectErrorStream(true));
        Namespace.awaitLine(server, "Server listening", Processes.listening(route, stream));
        return server;
    }

    private static List<String> server(final Route route, final int stream) {
        return List.of(
                "iperf3",
                "--server",
                "--one-off",
                "--bind",
                route.bindAddress(),
                "--port",
                "" + (route.serverPort() + stream),
                "--forceflush");
    }

    private static List<String> report(final Route route, final Cell cell, final int stream, final int seconds) {
        final List<String> command = new ArrayList<>(client(route, cell, stream, seconds));
        command.addAll(List.of("--json", "--interval", "0"));
        return command;
    }

    /// A client that sends, or has the server send, as fast as it can.
    static List<String> client(final Route route, final Cell cell, final int stream, final int seconds) {
        final List<String> command = new ArrayList<>(List.of(
                "iperf3",
                "--client",
                route.connectAddress(),
                "--port",
                "" + (route.clientPort() + stream),
                "--time",
                "" + seconds,
                "--connect-timeout",
                CONNECT_TIMEOUT_MS));
        if (cell.protocol() == Protocol.UDP) {
            command.addAll(List.of("--udp", "--bitrate", "0", "--length", "" + datagramBytes(cell)));
        }
        if (clientReceives(cell)) {
            command.add("--reverse");
        }
        return command;
    }

    /// What the cell says, or a little less than what needs no fragments: iperf3 warns of more than a TCP segment with
    /// its options would
    /// hold.
    static int datagramBytes(final Cell cell) {
        return cell.lengthBytes() == 0
                ? Math.min(cell.mtu() - IP_AND_TCP_BYTES, Cell.MAX_DATAGRAM_BYTES)
                : cell.lengthBytes();
    }

    /// The client is in the guest, or on the host for published ports.
    static boolean clientReceives(final Cell cell) {
        return (cell.direction() == Direction.DOWN) != (cell.path() == TrafficPath.H2C);
    }

    /// All streams together, over the longest of them.
    private static Measurement sum(final Cell cell, final List<IperfReport> reports) {
        final long bytes =
                reports.stream().mapToLong(IperfReport::receivedBytes).sum();
        final double seconds =
                reports.stream().mapToDouble(IperfReport::seconds).max().orElseThrow();
        final Map<Metric, Double> values = new EnumMap<>(Metric.class);
        values.put(Metric.GOODPUT, bytes * BITS_PER_BYTE / seconds);
        if (cell.protocol() == Protocol.UDP) {
            final long sent = reports.stream().mapToLong(IperfReport::datagrams).sum();
            final long lost =
                    reports.stream().mapToLong(IperfReport::lostDatagrams).sum();
            values.put(Metric.DATAGRAMS, (double) bytes / datagramBytes(cell) / seconds);
            if (sent > 0) {
                // iperf3 counts one lost less for a datagram that arrives twice.
                values.put(Metric.LOST, Math.max(0.0, (double) lost / sent));
            }
        } else {
            values.put(Metric.RETRANSMITS, (double)
                    reports.stream().mapToLong(IperfReport::retransmits).sum());
            reports.stream()
                    .mapToDouble(IperfReport::meanRoundTripMicros)
                    .filter(micros -> micros > 0)
                    .average()
                    .ifPresent(micros -> values.put(Metric.ROUND_TRIP, micros));
        }
        return new Measurement(values, bytes, 0, Optional.empty());
    }
}
