package dev.tailrace.perf.compare;

import dev.tailrace.perf.result.BackendIdentity;
import dev.tailrace.perf.result.BackendIdentity.Role;
import dev.tailrace.perf.result.CellResult;
import dev.tailrace.perf.result.Comparison;
import dev.tailrace.perf.result.Metric;
import dev.tailrace.perf.result.ResultException;
import dev.tailrace.perf.result.RunRecord;
import dev.tailrace.perf.result.Verdict;
import dev.tailrace.perf.stats.Location;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Compares two sessions of different times. Machines drift, so that not the figures are compared but the ratios of
/// our program to the same other program, each formed within its session.
public final class RunComparison {
    private static final List<String> REFERENCES = List.of("slirp4netns", "loopback", "copy proxy");

    private RunComparison() {}

    /// One comparison for each cell and metric that both have; the baseline is the older session.
    ///
    /// @throws ResultException in one line, if they have nothing in common
    public static List<Comparison> of(final RunRecord older, final RunRecord newer) {
        final String reference = REFERENCES.stream()
                .filter(id -> older.backend(id).isPresent() && newer.backend(id).isPresent())
                .findFirst()
                .orElseThrow(() -> new ResultException(
                        "%s and %s have none of %s in common to refer to; measure both with one of them"
                                .formatted(older.runId(), newer.runId(), String.join(", ", REFERENCES))));
        final List<Comparison> comparisons = new ArrayList<>();
        for (final CellResult cell : newer.cells()) {
            older.cell(cell.cell().id(), cell.stage())
                    .ifPresent(before -> comparisons.addAll(compare(older, before, newer, cell, reference)));
        }
        if (comparisons.isEmpty()) {
            throw new ResultException("%s and %s have no cell in common that our program and %s took part in"
                    .formatted(older.runId(), newer.runId(), reference));
        }
        return comparisons;
    }

    /// Whether the newer session is worse in something that may decide.
    public static boolean isRegressed(final List<Comparison> comparisons) {
        return comparisons.stream()
                .anyMatch(each -> Comparer.decides(each.metric()) && each.verdict() == Verdict.REGRESSED);
    }

    private static List<Comparison> compare(
            final RunRecord older,
            final CellResult before,
            final RunRecord newer,
            final CellResult after,
            final String reference) {
        if (!tookPart(older, before, reference) || !tookPart(newer, after, reference)) {
            return List.of();
        }
        final Optional<String> objection =
                objection(older, before, reference).or(() -> objection(newer, after, reference));
        if (objection.isPresent()) {
            return List.of(Comparison.invalid(after, older.runId(), newer.runId(), objection.get()));
        }
        final List<Comparison> comparisons = new ArrayList<>();
        for (final Metric metric : Comparer.metrics(after.cell())) {
            final double[] oldRatios = Comparer.logarithms(before, metric, reference, ours(older));
            final double[] newRatios = Comparer.logarithms(after, metric, reference, ours(newer));
            if (oldRatios.length > 0 && newRatios.length > 0) {
                comparisons.add(comparison(older, newer, after, metric, reference, oldRatios, newRatios));
            }
        }
        return comparisons;
    }

    private static String ours(final RunRecord run) {
        return run.first(Role.OURS).map(BackendIdentity::id).orElse("");
    }

    private static boolean tookPart(final RunRecord run, final CellResult cell, final String reference) {
        return cell.backends().containsAll(List.of(ours(run), reference));
    }

    private static Optional<String> objection(final RunRecord run, final CellResult cell, final String reference) {
        return new Comparer(run.backends(), Policy.GATE)
                .objection(cell, reference, ours(run))
                .map(why -> "%s: %s".formatted(run.runId(), why));
    }

    private static Comparison comparison(
            final RunRecord older,
            final RunRecord newer,
            final CellResult cell,
            final Metric metric,
            final String reference,
            final double[] oldRatios,
            final double[] newRatios) {
        final Policy policy = Policy.GATE;
        final Ratio sure = Ratio.ofLogarithm(Location.shift(newRatios, oldRatios, policy.alpha()));
        final Ratio equivalent = Ratio.ofLogarithm(Location.shift(newRatios, oldRatios, policy.equivalenceAlpha()));
        return new Comparison(
                cell.cell().id(),
                cell.stage(),
                metric,
                older.runId(),
                newer.runId(),
                Math.min(oldRatios.length, newRatios.length),
                sure.value(),
                sure.lower(),
                sure.upper(),
                sure.confidence(),
                policy.verdict(metric, sure, equivalent),
                "both relative to " + reference);
    }
}
