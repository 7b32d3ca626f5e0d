package dev.tailrace.perf.compare;

import dev.tailrace.perf.result.BackendIdentity;
import dev.tailrace.perf.result.BackendIdentity.Role;
import dev.tailrace.perf.result.CellResult;
import dev.tailrace.perf.result.Comparison;
import dev.tailrace.perf.result.RunRecord;
import dev.tailrace.perf.result.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Finds out what a session shows.
public final class Judge {
    private static final String GATE = "gate";
    private static final String CALIBRATE = "calibrate";

    private final RunRecord run;
    private final List<Comparison> comparisons = new ArrayList<>();
    private final List<Comparison> calibration = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();

    private Judge(final RunRecord run) {
        this.run = run;
    }

    /// The same session with its comparisons, its calibration, a verdict, and why.
    public static RunRecord judge(final RunRecord run, final Budgets budgets) {
        final Judge judge = new Judge(run);
        judge.compare();
        final Verdict verdict = judge.verdict(budgets);
        return run.judged(judge.comparisons, judge.calibration, verdict, judge.remarks);
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
    private boolean isTwin(final BackendIdentity other) {
        return !other.id().contains("@");
    }

    private Verdict verdict(final Budgets budgets) {
        final Optional<Verdict> invalid = invalid();
        if (invalid.isPresent()) {
            return invalid.get();
        }
        final boolean regressed = run.kind().equals(GATE) && regressed();
        final boolean broken = broken(budgets);
        if (regressed || broken) {
            return Verdict.REGRESSED;
        }
        if (run.partial()) {
            remarks.add("the session was ended before all was measured");
            return Verdict.INCONCLUSIVE;
        }
        if (!run.kind().equals(CALIBRATE) && !run.kind().equals(GATE)) {
            return promises(budgets);
        }
        final List<Comparison> shown = run.kind().equals(CALIBRATE) ? calibration : decisive();
        final boolean allUnchanged = !shown.isEmpty()
                && shown.stream()
                        .filter(each -> Comparer.decides(each.metric()))
                        .allMatch(each -> each.verdict() == Verdict.UNCHANGED || each.verdict() == Verdict.IMPROVED);
        return allUnchanged ? Verdict.UNCHANGED : Verdict.INCONCLUSIVE;
    }

    /// A session without a baseline is held to the promises alone: ratios to other programs are news, good or
    /// bad.
    private Verdict promises(final Budgets budgets) {
        final List<BudgetOutcome> outcomes = outcomes(budgets);
        final long kept = outcomes.stream()
                .filter(each -> each.state() == BudgetOutcome.State.KEPT)
                .count();
        if (!outcomes.isEmpty()) {
            remarks.add("%d of %d promises are kept for sure".formatted(kept, outcomes.size()));
        }
        return kept > 0 && kept == outcomes.size() ? Verdict.UNCHANGED : Verdict.INCONCLUSIVE;
    }

    private List<BudgetOutcome> outcomes(final Budgets budgets) {
        return budgets.outcomes(run.judged(comparisons, calibration, run.verdict(), List.of()));
    }

    /// With the baseline, if this is a gate; with peers otherwise.
    private List<Comparison> decisive() {
        return comparisons.stream()
                .filter(each -> !run.kind().equals(GATE) || roleOf(each.baseline()) == Role.BASELINE)
                .toList();
    }

    private Role roleOf(final String id) {
        return run.backend(id).map(BackendIdentity::role).orElse(Role.RULER);
    }

    private Optional<Verdict> invalid() {
        for (final BackendIdentity backend : run.backends()) {
            for (final String objection : backend.objections()) {
                remarks.add("%s is not what its name says, and its cells are invalid: %s"
                        .formatted(backend.id(), objection));
            }
        }
        if (run.cells().isEmpty()) {
            remarks.add("nothing was measured");
            return Optional.of(Verdict.INVALID);
        }
        final List<Comparison> moved = calibration.stream()
                .filter(each -> Comparer.decides(each.metric()))
                .filter(each -> each.verdict() == Verdict.REGRESSED || each.verdict() == Verdict.IMPROVED)
                .toList();
        for (final Comparison each : moved) {
            remarks.add("the program differs from itself, so that nothing else can be believed: " + describe(each));
        }
        final List<Comparison> all = new ArrayList<>(comparisons);
        all.addAll(calibration);
        if (!all.isEmpty() && all.stream().allMatch(each -> each.verdict() == Verdict.INVALID)) {
            remarks.add("no comparison is valid: " + all.getFirst().remark());
            return Optional.of(Verdict.INVALID);
        }
        final boolean nothingOfOurs = run.first(Role.OURS).isPresent()
                && failedEverywhere(run.first(Role.OURS).get());
        return moved.isEmpty() && !nothingOfOurs ? Optional.empty() : Optional.of(Verdict.INVALID);
    }

    /// Our own transfers must not fail.
    private boolean failedEverywhere(final BackendIdentity ours) {
        boolean measured = false;
        for (final CellResult cell : run.cells()) {
            final List<String> failures = cell.failures(ours.id());
            if (!failures.isEmpty()) {
                remarks.add("%s failed %d times in %s: %s"
                        .formatted(ours.id(), failures.size(), cell.cell(), failures.getFirst()));
            }
            measured |= cell.blocks().stream()
                    .anyMatch(block -> block.isValid()
                            && block.samples().containsKey(ours.id())
                            && block.samples().get(ours.id()).failure().isEmpty());
        }
        if (!measured) {
            remarks.add("no block with %s counts".formatted(ours.id()));
        }
        return !measured;
    }

    private boolean regressed() {
        final List<Comparison> confirmed = decisive().stream()
                .filter(each -> each.stage().equals(CellResult.CONFIRM))
                .filter(each -> Comparer.decides(each.metric()) && each.verdict() == Verdict.REGRESSED)
                .toList();
        confirmed.forEach(each -> remarks.add("worse: " + describe(each)));
        return !confirmed.isEmpty();
    }

    private boolean broken(final Budgets budgets) {
        final List<BudgetOutcome> broken = outcomes(budgets).stream()
                .filter(each -> each.state() == BudgetOutcome.State.BROKEN)
                .toList();
        boolean byThis = false;
        for (final BudgetOutcome each : broken) {
            final boolean before = isBrokenByBaseline(each);
            remarks.add("a promise is broken%s: %s".formatted(before ? ", by the baseline too" : "", each.text()));
            byThis |= !before;
        }
        return byThis;
    }

    /// A gate must not fail a change for what was so before it.
    private boolean isBrokenByBaseline(final BudgetOutcome outcome) {
        final Comparison comparison = outcome.comparison();
        final Comparer peers = new Comparer(run.backends(), Policy.PEERS);
        return run.backends().stream()
                .filter(each -> each.role() == Role.BASELINE && !isTwin(each))
                .flatMap(baseline -> run.cell(comparison.cell(), comparison.stage()).stream()
                        .flatMap(cell -> peers.compare(cell, comparison.baseline(), baseline.id()).stream()))
                .filter(each -> each.metric() == comparison.metric())
                .anyMatch(each -> BudgetOutcome.of(outcome.promise(), each).state() == BudgetOutcome.State.BROKEN);
    }

    /// Which cell, which metric, by how much, how sure.
    public static String describe(final Comparison comparison) {
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
