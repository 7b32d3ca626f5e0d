package dev.tailrace.perf.compare;

import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.result.BackendIdentity;
import dev.tailrace.perf.result.CellResult;
import dev.tailrace.perf.result.Verdict;
import java.util.List;

/// The first stage of the gate.
public final class Screen {
    private Screen() {}

    /// The cells in which the candidate may be worse, to be measured again.
    ///
    /// @param baseline id
    /// @param candidate id
    public static List<Cell> flagged(
            final List<CellResult> screen,
            final List<BackendIdentity> identities,
            final String baseline,
            final String candidate) {
        final Comparer comparer = new Comparer(identities, Policy.SCREEN);
        return screen.stream()
                .filter(cell -> comparer.compare(cell, baseline, candidate).stream()
                        .anyMatch(each -> Comparer.decides(each.metric()) && each.verdict() == Verdict.REGRESSED))
                .map(CellResult::cell)
                .toList();
    }
}
