package dev.tailrace.perf.compare;

import dev.tailrace.perf.result.Comparison;
import java.util.Locale;

/// What became of a promise in one cell.
public record BudgetOutcome(Budgets.Promise promise, Comparison comparison, State state) {
    /// Of four pairs. With fewer nothing is decided.
    private static final double MIN_CONFIDENCE = 0.9;

    /// How sure it is.
    public enum State {
        /// The whole interval is on the right side.
        KEPT,
        /// The interval has the bound in it, or there are too few pairs, or the measurement is invalid.
        UNDECIDED,
        /// The whole interval is on the wrong side.
        BROKEN
    }

    static BudgetOutcome of(final Budgets.Promise promise, final Comparison comparison) {
        if (comparison.confidence() < MIN_CONFIDENCE) {
            return new BudgetOutcome(promise, comparison, State.UNDECIDED);
        }
        final boolean larger = comparison.metric().isLargerBetter();
        final double best = larger ? comparison.upper() : comparison.lower();
        final double worst = larger ? comparison.lower() : comparison.upper();
        final boolean broken = larger ? best < promise.bound() : best > promise.bound();
        final boolean kept = larger ? worst >= promise.bound() : worst <= promise.bound();
        return new BudgetOutcome(promise, comparison, broken ? State.BROKEN : kept ? State.KEPT : State.UNDECIDED);
    }

    /// One line.
    public String text() {
        return String.format(
                Locale.ROOT,
                "%s: promised %s %.2f",
                Judge.describe(comparison),
                comparison.metric().isLargerBetter() ? "at least" : "at most",
                promise.bound());
    }
}
