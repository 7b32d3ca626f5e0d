package dev.tailrace.perf.compare;

import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.result.BackendIdentity;
import dev.tailrace.perf.result.Block;
import dev.tailrace.perf.result.CellResult;
import dev.tailrace.perf.result.Comparison;
import dev.tailrace.perf.result.Metric;
import dev.tailrace.perf.result.Sample;
import dev.tailrace.perf.stats.Location;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/// Compares two backends in one cell.
final class Comparer {
    /// More blocks than this share with an objection, and the cell shows nothing.
    static final double MAX_OBJECTED = 0.25;

    private static final List<Metric> OF_BULK = List.of(Metric.CPU_PER_GIB, Metric.GOODPUT);
    private static final List<Metric> OF_DATAGRAMS = List.of(Metric.CPU_PER_GIB, Metric.DATAGRAMS);
    private static final List<Metric> OF_TRANSACTIONS =
            List.of(Metric.CPU_PER_TRANSACTION, Metric.TRANSACTIONS, Metric.P50, Metric.P99);

    /// Also what the stream carried: answers are quick beside one that is held up.
    private static final List<Metric> BESIDE_BULK =
            List.of(Metric.TRANSACTIONS, Metric.P50, Metric.P99, Metric.GOODPUT);

    private static final List<Metric> OF_OPERATIONS = List.of(Metric.MEDIAN_TIME, Metric.TAIL_TIME);

    private final Map<String, BackendIdentity> identities;
    private final Policy policy;

    Comparer(final List<BackendIdentity> identities, final Policy policy) {
        this.identities = identities.stream().collect(Collectors.toMap(BackendIdentity::id, each -> each));
        this.policy = policy;
    }

    /// What is compared in a cell, what is trusted most first.
    static List<Metric> metrics(final Cell cell) {
        if (cell.operation().isPresent()) {
            return OF_OPERATIONS;
        }
        if (cell.lengthBytes() != 0) {
            return OF_DATAGRAMS;
        }
        if (cell.beside().isPresent()) {
            return BESIDE_BULK;
        }
        return cell.protocol().isBulk() ? OF_BULK : OF_TRANSACTIONS;
    }

    /// Whether a metric may decide. The tail of two seconds is a few answers.
    static boolean decides(final Metric metric) {
        return metric != Metric.P99 && metric != Metric.TAIL_TIME;
    }

    /// One comparison for each metric that both have; one that is INVALID, if they were not measured.
    List<Comparison> compare(final CellResult cell, final String baseline, final String candidate) {
        final Optional<String> objection = objection(cell, baseline, candidate);
        if (objection.isPresent()) {
            return List.of(Comparison.invalid(cell, baseline, candidate, objection.get()));
        }
        final List<Comparison> comparisons = new ArrayList<>();
        for (final Metric metric : metrics(cell.cell())) {
            final double[] logarithms = logarithms(cell, metric, baseline, candidate);
            if (logarithms.length > 0) {
                comparisons.add(comparison(cell, metric, baseline, candidate, logarithms));
            }
        }
        return comparisons;
    }

    /// What a backend took itself, in the form of a comparison with nothing; one that is INVALID, if it was not
    /// measured.
    Comparison value(final CellResult cell, final Metric metric, final String backend) {
        final Optional<String> objection = objection(cell, backend, backend);
        if (objection.isPresent()) {
            return Comparison.invalid(cell, Comparison.NOTHING, backend, objection.get());
        }
        final double[] logarithms = Arrays.stream(cell.values(backend, metric))
                .filter(value -> value > 0)
                .map(Math::log)
                .toArray();
        return logarithms.length == 0
                ? Comparison.invalid(cell, Comparison.NOTHING, backend, "no block has it")
                : comparison(cell, metric, Comparison.NOTHING, backend, logarithms);
    }

    /// Why the two cannot be compared in this cell, in one line.
    Optional<String> objection(final CellResult cell, final String baseline, final String candidate) {
        for (final String id : List.of(candidate, baseline)) {
            final BackendIdentity identity = identities.get(id);
            if (identity != null && !identity.objections().isEmpty()) {
                return Optional.of(
                        "%s is not what its name says: %s".formatted(id, String.join("; ", identity.objections())));
            }
            final List<String> failures = cell.failures(id);
            if (!failures.isEmpty()) {
                return Optional.of("%s failed %d times: %s".formatted(id, failures.size(), failures.getFirst()));
            }
        }
        final List<Block> objected =
                cell.blocks().stream().filter(block -> !block.isValid()).toList();
        if (objected.size() > MAX_OBJECTED * cell.blocks().size()) {
            return Optional.of("%d of %d blocks do not count: %s"
                    .formatted(
                            objected.size(),
                            cell.blocks().size(),
                            objected.getFirst().objections().getFirst()));
        }
        return logarithms(cell, Metric.primary(cell.cell()), baseline, candidate).length > 0
                ? Optional.empty()
                : Optional.of("no block has both");
    }

    /// Of candidate to baseline, in the blocks that count and in which both have a value above 0.
    static double[] logarithms(
            final CellResult cell, final Metric metric, final String baseline, final String candidate) {
        return cell.blocks().stream()
                .filter(Block::isValid)
                .flatMapToDouble(block -> {
                    final double ours = value(block, candidate, metric);
                    final double theirs = value(block, baseline, metric);
                    return ours > 0 && theirs > 0 ? DoubleStream.of(Math.log(ours / theirs)) : DoubleStream.empty();
                })
                .toArray();
    }

    private static double value(final Block block, final String backend, final Metric metric) {
        final Sample sample = block.samples().get(backend);
        return sample == null ? 0 : sample.value(metric).orElse(0);
    }

    private Comparison comparison(
            final CellResult cell,
            final Metric metric,
            final String baseline,
            final String candidate,
            final double[] logarithms) {
        final Ratio sure = Ratio.ofLogarithm(Location.of(logarithms, policy.alpha()));
        final Ratio equivalent = Ratio.ofLogarithm(Location.of(logarithms, policy.equivalenceAlpha()));
        return new Comparison(
                cell.cell().id(),
                cell.stage(),
                metric,
                baseline,
                candidate,
                logarithms.length,
                sure.value(),
                sure.lower(),
                sure.upper(),
                sure.confidence(),
                policy.of(metric).verdict(metric, sure, equivalent),
                remark(sure, logarithms.length));
    }

    private String remark(final Ratio ratio, final int pairs) {
        if (!ratio.reaches(policy.alpha())) {
            return String.format(
                    Locale.ROOT, "%d pairs give at most %.0f %% confidence", pairs, ratio.confidence() * 100);
        }
        return String.format(Locale.ROOT, "noise floor %.1f %%", ratio.noiseFloor() * 100);
    }
}
