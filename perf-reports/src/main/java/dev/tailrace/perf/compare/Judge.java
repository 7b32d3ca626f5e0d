package dev.tailrace.perf.compare;

import dev.tailrace.perf.result.BackendIdentity;
import dev.tailrace.perf.result.BackendIdentity.Role;
import dev.tailrace.perf.result.CellResult;
import dev.tailrace.perf.result.Comparison;
import dev.tailrace.perf.result.RunRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Finds out what a session shows.
public final class Judge {
    private final RunRecord run;
    private final List<Comparison> comparisons = new ArrayList<>();
    private final List<Comparison> calibration = new ArrayList<>();

    private Judge(final RunRecord run) {
        this.run = run;
    }

    /// The same session with its comparisons, its calibration, a verdict, and why.
    public static RunRecord judge(final RunRecord run, final Budgets budgets) {
        final Judge judge = new Judge(run);
        judge.compare();
        final RunRecord compared = run.judged(judge.comparisons, judge.calibration, run.verdict(), List.of());
        return SessionVerdict.of(compared, budgets);
    }

    /// What became of each promise in each cell that was measured.
    public static List<BudgetOutcome> budgets(final RunRecord run, final Budgets budgets) {
        final Judge judge = new Judge(run);
        judge.compare();
        return budgets.outcomes(run.judged(judge.comparisons, judge.calibration, run.verdict(), List.of()));
    }

    private void compare() {
        final Optional<String> ours = run.first(Role.OURS).map(BackendIdentity::id);
        if (ours.isEmpty()) {
            return;
        }
        final Comparer strict = new Comparer(run.backends(), Policy.GATE);
        final Comparer peers = new Comparer(run.backends(), Policy.PEERS);
        for (final CellResult cell : run.cells()) {
            final Set<String> present = cell.backends();
            for (final BackendIdentity other : run.backends()) {
                if (!present.contains(other.id()) || !present.contains(ours.get())) {
                    continue;
                }
                switch (other.role()) {
                    case OURS -> {}
                    case BASELINE ->
                        (isTwin(other) ? calibration : comparisons)
                                .addAll(strict.compare(cell, other.id(), ours.get()));
                    case PEER, RULER -> comparisons.addAll(peers.compare(cell, other.id(), ours.get()));
                }
            }
        }
    }

    /// The same image again, not an older one.
    static boolean isTwin(final BackendIdentity other) {
        return other.role() == Role.BASELINE && !other.id().contains("@");
    }

    /// Which cell, which metric, by how much, how sure.
    public static String describe(final Comparison comparison) {
        if (comparison.baseline().equals(Comparison.NOTHING)) {
            return String.format(
                    Locale.ROOT,
                    "%s, %s of %s: %.3f [%.3f to %.3f] %s in %d blocks at %.1f %%",
                    comparison.cell(),
                    comparison.metric().title(),
                    comparison.candidate(),
                    comparison.ratio(),
                    comparison.lower(),
                    comparison.upper(),
                    comparison.metric().key(),
                    comparison.pairs(),
                    comparison.confidence() * 100);
        }
        return String.format(
                Locale.ROOT,
                "%s, %s of %s to %s: %.3f [%.3f to %.3f] in %d pairs at %.1f %%",
                comparison.cell(),
                comparison.metric().title(),
                comparison.candidate(),
                comparison.baseline(),
                comparison.ratio(),
                comparison.lower(),
                comparison.upper(),
                comparison.pairs(),
                comparison.confidence() * 100);
    }
}
