package dev.tailrace.perf.result;

import dev.tailrace.perf.matrix.Cell;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;

/// Runs made up for tests: the values of each backend vary around a centre, from a seed.
public final class SampleRuns {
    public static final String OURS = "tailrace";
    public static final String AGAIN = "tailrace (again)";
    public static final String PEER = "slirp4netns";
    public static final String RULER = "copy proxy";

    private static final double SPREAD = 0.04;

    private SampleRuns() {}

    /// A bulk cell and a cell of transactions, with our program, the same again, a peer and a ruler.
    public static RunRecord small(final int blocks, final long seed) {
        final Random random = new Random(seed);
        final Map<String, Double> bulk = new LinkedHashMap<>();
        bulk.put(OURS, 38e9);
        bulk.put(AGAIN, 38e9);
        bulk.put(PEER, 1.2e9);
        bulk.put(RULER, 33e9);
        final Map<String, Double> transactions = new LinkedHashMap<>();
        transactions.put(OURS, 9_000.0);
        transactions.put(PEER, 9_500.0);
        return of(List.of(
                bulkCell("tcp/c2h/up/mtu1500/x1", bulk, blocks, random),
                bulkCell("tcp/c2h/down/mtu65520/x1", bulk, blocks, random),
                transactionCell("rr/c2h/mtu1500/x1", transactions, blocks, random)));
    }

    public static RunRecord of(final List<CellResult> cells) {
        return new RunRecord(
                "20261124T1740Z-1a2b3c4-gate",
                "run",
                "gate",
                4242,
                false,
                "2026-11-24T17:40:00Z",
                600,
                new Source("1a2b3c4d5e6f", true, ""),
                Map.of("blocks", "8"),
                Map.of("kernel", "6.18", "machine", "2 x <processor> & friends"),
                List.of(
                        identity(OURS, BackendIdentity.Role.OURS, "/opt/tailrace/bin/slirp4netns"),
                        identity(AGAIN, BackendIdentity.Role.BASELINE, "/opt/tailrace/bin/slirp4netns"),
                        identity(PEER, BackendIdentity.Role.PEER, "/usr/bin/slirp4netns"),
                        identity(RULER, BackendIdentity.Role.RULER, "")),
                List.of(new Start(
                        OURS,
                        1500,
                        0,
                        OptionalDouble.of(70),
                        OptionalDouble.of(45e6),
                        OptionalDouble.of(3e10),
                        OptionalDouble.empty())),
                cells,
                List.of(),
                List.of(),
                Verdict.INCONCLUSIVE,
                List.of());
    }

    public static BackendIdentity identity(
            final String id, final BackendIdentity.Role role, final String program, final String... objections) {
        return new BackendIdentity(
                id,
                role,
                program,
                program.isEmpty() ? "" : "ab".repeat(32),
                id + " 1.0",
                "",
                program,
                program,
                "cubic",
                List.of(objections));
    }

    public static CellResult bulkCell(
            final String cell, final Map<String, Double> centres, final int blocks, final Random random) {
        final List<Block> all = new ArrayList<>();
        for (int number = 0; number < blocks; number++) {
            final Map<String, Sample> samples = new LinkedHashMap<>();
            centres.forEach((backend, centre) -> {
                final double value = centre * Math.exp(SPREAD * random.nextGaussian());
                samples.put(
                        backend,
                        Sample.of(Map.of(
                                Metric.GOODPUT, value, Metric.CPU_PER_GIB, 8e9 / value, Metric.RETRANSMITS, 0.0)));
            });
            all.add(block(number, samples));
        }
        return new CellResult(Cell.parse(cell), CellResult.ONLY_STAGE, all);
    }

    public static CellResult transactionCell(
            final String cell, final Map<String, Double> centres, final int blocks, final Random random) {
        final List<Block> all = new ArrayList<>();
        for (int number = 0; number < blocks; number++) {
            final Map<String, Sample> samples = new LinkedHashMap<>();
            centres.forEach((backend, centre) -> {
                final double value = centre * Math.exp(SPREAD * random.nextGaussian());
                samples.put(
                        backend,
                        Sample.of(Map.of(
                                Metric.TRANSACTIONS, value,
                                Metric.CPU_PER_TRANSACTION, 5e5 / value,
                                Metric.P50, 1e6 / value,
                                Metric.P99, 3e6 / value)));
            });
            all.add(block(number, samples));
        }
        return new CellResult(Cell.parse(cell), CellResult.ONLY_STAGE, all);
    }

    private static Block block(final int number, final Map<String, Sample> samples) {
        return new Block(
                number, List.copyOf(samples.keySet()), new Noise(0.001, 0.01, 0.002, 1.5, 0.4), List.of(), samples);
    }

    /// With a failed sample, an objection, and a histogram.
    public static CellResult withTrouble() {
        final Map<String, Sample> samples = new LinkedHashMap<>();
        samples.put(
                OURS,
                new Sample(
                        Map.of(Metric.P50, 60.0),
                        Optional.empty(),
                        Optional.of("SElTVA=="),
                        List.of(Map.of(Metric.P50, 50.0), Map.of(Metric.P50, 70.0))));
        samples.put(PEER, Sample.failed("iperf3: unable to connect: \"refused\""));
        return new CellResult(
                Cell.parse("crr/h2c/mtu1500/x1"),
                CellResult.CONFIRM,
                List.of(block(0, samples).with("steal 0.3")));
    }
}
