package dev.tailrace.perf.traffic;

import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Namespace;
import dev.tailrace.perf.lab.Programs;
import dev.tailrace.perf.lab.Route;
import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.matrix.Direction;
import dev.tailrace.perf.matrix.Protocol;
import dev.tailrace.perf.stats.Median;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One TCP stream by iperf3 that runs beside other traffic on the same route, from before it until after it.
final class BulkBeside {
    /// Ended by us; this is for the case that we cannot.
    private static final int AT_MOST_SECONDS = 600;

    /// How often iperf3 says what it carried.
    private static final String INTERVAL_SECONDS = "0.5";

    private static final double BITS_PER_MEGABIT = 1e6;

    /// `[  5]   0.00-0.50   sec  1.15 GBytes  19765 Mbits/sec    0   3.12 MBytes`, with `--format m`.
    private static final Pattern INTERVAL =
            Pattern.compile("\\[ *[0-9]+\\] .* sec .* ([0-9]+(?:\\.[0-9]+)?) Mbits/sec.*");

    private final Process client;

    private BulkBeside(final Process client) {
        this.client = client;
    }

    /// Starts it, and waits until it has carried bytes for an interval.
    ///
    /// @param cell whose round trips use the first port of the route
    /// @throws LabException in one line, if it carries none; its processes end with `processes`
    static BulkBeside start(final Processes processes, final Route route, final Cell cell, final Direction direction) {
        final Cell bulk = new Cell(Protocol.TCP, cell.path(), direction, cell.mtu(), 1);
        final Process server = BulkTransfer.startServer(processes, route, 1);
        final List<String> command = new ArrayList<>(BulkTransfer.client(route, bulk, 1, AT_MOST_SECONDS));
        command.addAll(List.of("--interval", INTERVAL_SECONDS, "--format", "m", "--forceflush"));
        final Process client =
                processes.start(new ProcessBuilder(route.enterClient().apply(command)).redirectErrorStream(true));
        Namespace.awaitLine(client, "Mbits/sec", "a stream beside the round trips");
        if (!server.isAlive()) {
            throw new LabException("the server of the stream beside the round trips ended");
        }
        return new BulkBeside(client);
    }

    /// Ends it. It must have run until now: otherwise nothing was measured under load.
    ///
    /// @return what it carried, bit/s: the median of its intervals
    double bitsPerSecond() {
        final boolean ran = client.isAlive();
        client.destroyForcibly();
        final String said;
        try {
            said = client.inputReader().readAllAsString();
        } catch (IOException failure) {
            throw new LabException("reading what the stream beside the round trips said", failure);
        }
        if (!ran) {
            throw new LabException("the stream beside the round trips ended before them: " + Programs.quote(said));
        }
        return bitsPerSecond(said);
    }

    /// @param said by iperf3 as text
    static double bitsPerSecond(final String said) {
        final double[] rates = said.lines()
                .map(INTERVAL::matcher)
                .filter(Matcher::matches)
                .mapToDouble(line -> Double.parseDouble(line.group(1)) * BITS_PER_MEGABIT)
                .toArray();
        if (rates.length == 0) {
            throw new LabException("the stream beside the round trips carried nothing: " + Programs.quote(said));
        }
        return Median.of(rates);
    }
}
