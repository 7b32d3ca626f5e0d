package dev.tailrace.perf.compare;

import dev.tailrace.perf.result.Comparison;

/// What became of a promise in one cell.
public record BudgetOutcome(Budgets.Promise promise, Comparison comparison, State state) {
    /// Of four pairs. With fewer nothing is decided.
    private static final double MIN_CONFIDENCE = 0.9;

    /// How sure it is.
    public enum State {
        /// The whole interval is where it was promised to be.
        KEPT,
        /// The interval has a bound in it, or there are too few pairs, or the measurement is invalid.
        UNDECIDED,
        /// The whole interval is outside.
        BROKEN
    }

    static BudgetOutcome of(final Budgets.Promise promise, final Comparison comparison) {
        return new BudgetOutcome(promise, comparison, state(promise, comparison));
    }

    private static State state(final Budgets.Promise promise, final Comparison comparison) {
        if (comparison.confidence() < MIN_CONFIDENCE) {
            return State.UNDECIDED;
        }
        if (comparison.upper() < promise.least() || comparison.lower() > promise.most()) {
            return State.BROKEN;
        }
        return comparison.lower() >= promise.least() && comparison.upper() <= promise.most()
                ? State.KEPT
                : State.UNDECIDED;
    }

    /// One line.
    public String text() {
        return "%s: promised %s".formatted(Judge.describe(comparison), promise.words());
    }
}
