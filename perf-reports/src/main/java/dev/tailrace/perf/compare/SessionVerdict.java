package dev.tailrace.perf.compare;

import dev.tailrace.perf.result.BackendIdentity;
import dev.tailrace.perf.result.BackendIdentity.Role;
import dev.tailrace.perf.result.CellResult;
import dev.tailrace.perf.result.Comparison;
import dev.tailrace.perf.result.RunRecord;
import dev.tailrace.perf.result.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the comparisons of a session come to. The remarks say what is worth knowing first, and last what decided.
final class SessionVerdict {
    private static final String GATE = "gate";
    private static final String CALIBRATE = "calibrate";

    private final RunRecord run;
    private final Budgets budgets;
    private final Optional<String> ours;
    private final Optional<String> baseline;
    private final List<String> remarks = new ArrayList<>();

    private SessionVerdict(final RunRecord run, final Budgets budgets) {
        this.run = run;
        this.budgets = budgets;
        ours = run.first(Role.OURS).map(BackendIdentity::id);
        baseline = run.backends().stream()
                .filter(each -> each.role() == Role.BASELINE && !Judge.isTwin(each))
                .map(BackendIdentity::id)
                .findFirst();
    }

    /// @param run with its comparisons
    static RunRecord of(final RunRecord run, final Budgets budgets) {
        final SessionVerdict session = new SessionVerdict(run, budgets);
        final Verdict verdict = session.verdict();
        return run.judged(run.comparisons(), run.calibration(), verdict, session.remarks);
    }

    private Verdict verdict() {
        final List<Comparison> shown = shown();
        remarks.addAll(SessionNotes.of(run, shown, budgets));
        if (isInvalid(shown)) {
            return Verdict.INVALID;
        }
        final boolean regressed = isGate() && isRegressed(shown);
        final boolean broken = isPromiseBroken();
        if (regressed || broken) {
            return Verdict.REGRESSED;
        }
        final boolean unconfirmed = isAnyUnconfirmed();
        if (run.partial()) {
            remarks.add("the session was ended before all was measured");
        }
        final boolean conclusive = isGate() || run.kind().equals(CALIBRATE) ? isUnchanged(shown) : isEveryPromiseKept();
        return conclusive && !unconfirmed && !run.partial() ? Verdict.UNCHANGED : Verdict.INCONCLUSIVE;
    }

    private static boolean isUnchanged(final List<Comparison> shown) {
        return !shown.isEmpty()
                && shown.stream()
                        .map(Comparison::verdict)
                        .allMatch(each -> each == Verdict.UNCHANGED || each == Verdict.IMPROVED);
    }

    /// A session without a baseline is held to the promises alone: ratios to other programs are news, good or
    /// bad.
    private boolean isEveryPromiseKept() {
        final List<BudgetOutcome> outcomes = budgets.outcomes(run);
        final long kept = outcomes.stream()
                .filter(each -> each.state() == BudgetOutcome.State.KEPT)
                .count();
        if (!outcomes.isEmpty()) {
            remarks.add("%d of %d promises are kept for sure".formatted(kept, outcomes.size()));
        }
        return kept > 0 && kept == outcomes.size();
    }

    private boolean isGate() {
        return run.kind().equals(GATE);
    }

    /// What the session was held for: our program with the baseline, with itself, or with the others. What was
    /// measured again counts instead of what the screen saw.
    private List<Comparison> shown() {
        if (run.kind().equals(CALIBRATE)) {
            return deciding(run.calibration());
        }
        if (!isGate()) {
            return deciding(run.comparisons());
        }
        return deciding(run.comparisons()).stream()
                .filter(each -> baseline.filter(each.baseline()::equals).isPresent())
                .filter(each -> !each.stage().equals(CellResult.SCREEN) || !isConfirmed(each.cell()))
                .toList();
    }

    private static List<Comparison> deciding(final List<Comparison> comparisons) {
        return comparisons.stream()
                .filter(each -> Comparer.decides(each.metric()))
                .toList();
    }

    private boolean isConfirmed(final String cell) {
        return run.cell(cell, CellResult.CONFIRM).isPresent();
    }

    private boolean isInvalid(final List<Comparison> shown) {
        if (run.cells().isEmpty()) {
            remarks.add("nothing was measured");
            return true;
        }
        final int before = remarks.size();
        deciding(run.calibration()).stream()
                .filter(each -> each.verdict() == Verdict.REGRESSED || each.verdict() == Verdict.IMPROVED)
                .forEach(each -> remarks.add("the program differs from itself, so that nothing else can be believed: "
                        + Judge.describe(each)));
        ours.filter(id -> run.cells().stream().noneMatch(cell -> isMeasured(cell, id)))
                .ifPresent(id -> remarks.add("no block with %s counts".formatted(id)));
        if (isGate()) {
            run.cells().forEach(this::requireCandidate);
        }
        if (remarks.size() == before
                && !shown.isEmpty()
                && shown.stream().allMatch(each -> each.verdict() == Verdict.INVALID)) {
            remarks.add("no comparison is valid: " + shown.getFirst().remark());
        }
        return remarks.size() > before;
    }

    private static boolean isMeasured(final CellResult cell, final String id) {
        return cell.blocks().stream()
                .anyMatch(block -> block.isValid()
                        && block.samples().containsKey(id)
                        && block.samples().get(id).failure().isEmpty());
    }

    /// A candidate that fails where its baseline does not would otherwise pass, since nothing can be compared.
    private void requireCandidate(final CellResult cell) {
        if (ours.isEmpty() || baseline.isEmpty()) {
            return;
        }
        final List<String> failures = cell.failures(ours.get());
        if (cell.failures(baseline.get()).isEmpty()
                && failures.size() > Comparer.MAX_OBJECTED * cell.blocks().size()) {
            remarks.add("%s fails in %s and %s does not: %s"
                    .formatted(ours.get(), cell.cell(), baseline.get(), failures.getFirst()));
        }
    }

    private boolean isRegressed(final List<Comparison> shown) {
        final List<Comparison> confirmed = shown.stream()
                .filter(each -> each.stage().equals(CellResult.CONFIRM) && each.verdict() == Verdict.REGRESSED)
                .toList();
        confirmed.forEach(each -> remarks.add("worse: " + Judge.describe(each)));
        return !confirmed.isEmpty();
    }

    private boolean isPromiseBroken() {
        boolean byThis = false;
        for (final BudgetOutcome each : budgets.outcomes(run)) {
            if (each.state() == BudgetOutcome.State.BROKEN) {
                final boolean before = isBrokenByBaseline(each);
                remarks.add("a promise is broken%s: %s".formatted(before ? ", by the baseline too" : "", each.text()));
                byThis |= !before;
            }
        }
        return byThis;
    }

    /// A gate must not fail a change for what was so before it.
    private boolean isBrokenByBaseline(final BudgetOutcome outcome) {
        final Comparison comparison = outcome.comparison();
        final Comparer peers = new Comparer(run.backends(), Policy.PEERS);
        return baseline.stream()
                .flatMap(id -> run.cell(comparison.cell(), comparison.stage()).stream()
                        .flatMap(cell -> peers.compare(cell, comparison.baseline(), id).stream()))
                .filter(each -> each.metric() == comparison.metric())
                .anyMatch(each -> BudgetOutcome.of(outcome.promise(), each).state() == BudgetOutcome.State.BROKEN);
    }

    private boolean isAnyUnconfirmed() {
        if (!isGate() || ours.isEmpty() || baseline.isEmpty()) {
            return false;
        }
        final List<CellResult> screen = run.cells().stream()
                .filter(each -> each.stage().equals(CellResult.SCREEN))
                .filter(each -> !isConfirmed(each.cell().id()))
                .toList();
        final List<String> open = Screen.flagged(screen, run.backends(), baseline.get(), ours.get()).stream()
                .map(cell -> "%s looked worse in the first stage, and was not measured again".formatted(cell))
                .toList();
        remarks.addAll(open);
        return !open.isEmpty();
    }
}
