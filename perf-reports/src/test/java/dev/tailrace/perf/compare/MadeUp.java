package dev.tailrace.perf.compare;

import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.result.BackendIdentity;
import dev.tailrace.perf.result.Block;
import dev.tailrace.perf.result.CellResult;
import dev.tailrace.perf.result.Metric;
import dev.tailrace.perf.result.Noise;
import dev.tailrace.perf.result.RunRecord;
import dev.tailrace.perf.result.Sample;
import dev.tailrace.perf.result.SampleRuns;
import dev.tailrace.perf.result.Source;
import dev.tailrace.perf.result.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Sessions of two builds, whose true ratio is known.
final class MadeUp {
    static final String CELL = "tcp/c2h/up/mtu1500/x1";
    static final String BASELINE = "tailrace@baseline";
    static final String OURS = "tailrace";
    static final String TWIN = "tailrace (again)";

    private MadeUp() {}

    /// @param other id of the other backend
    /// @param ratio of our throughput to the other's; our processor time is the inverse
    /// @param spread of each value, relative
    static CellResult cell(
            final String stage,
            final String other,
            final double ratio,
            final double spread,
            final int blocks,
            final long seed) {
        return cell(stage, other, ratio, spread, 0.08, blocks, seed);
    }

    private static CellResult cell(
            final String stage,
            final String other,
            final double ratio,
            final double spread,
            final double outliers,
            final int blocks,
            final long seed) {
        final Random random = new Random(seed);
        final List<Block> all = new ArrayList<>();
        for (int number = 0; number < blocks; number++) {
            all.add(new Block(
                    number,
                    List.of(other, OURS),
                    new Noise(0, 0, 0, 0, 0),
                    List.of(),
                    Map.of(other, sample(1, spread, outliers, random), OURS, sample(ratio, spread, outliers, random))));
        }
        return new CellResult(Cell.parse(CELL), stage, all);
    }

    /// Without outliers.
    static CellResult quiet(
            final String stage, final String other, final double ratio, final int blocks, final long seed) {
        return cell(stage, other, ratio, 0.004, 0, blocks, seed);
    }

    private static Sample sample(final double level, final double spread, final double outliers, final Random random) {
        final double outlier = random.nextDouble() < outliers ? 0.7 : 1;
        final double value = level * outlier * Math.exp(spread * random.nextGaussian());
        return Sample.of(Map.of(Metric.GOODPUT, value * 1e10, Metric.CPU_PER_GIB, 0.2 / value));
    }

    static RunRecord run(final String kind, final List<BackendIdentity> backends, final CellResult... cells) {
        return new RunRecord(
                "20261124T174000Z-1a2b3c4-gate",
                kind,
                "gate",
                1,
                false,
                "2026-11-24T17:40:00Z",
                60,
                new Source("", false, ""),
                Map.of(),
                Map.of(),
                backends,
                List.of(),
                List.of(cells),
                List.of(),
                List.of(),
                Verdict.INCONCLUSIVE,
                List.of());
    }

    static List<BackendIdentity> backends(
            final String other, final BackendIdentity.Role role, final String... objections) {
        return List.of(
                SampleRuns.identity(OURS, BackendIdentity.Role.OURS, "/opt/bin/slirp4netns"),
                SampleRuns.identity(other, role, "/usr/bin/other", objections));
    }
}
