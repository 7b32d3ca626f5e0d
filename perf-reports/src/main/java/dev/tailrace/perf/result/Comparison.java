package dev.tailrace.perf.result;

/// A backend against another one in the same blocks of one cell.
///
/// @param cell id of the cell
/// @param stage of the cell's blocks, see [CellResult]
/// @param baseline id of the backend in the denominator
/// @param candidate id of the backend in the numerator
/// @param pairs blocks in which both have a value
/// @param ratio candidate to baseline: Hodges-Lehmann estimate; 0 if there is no pair
/// @param lower end of the interval of the ratio
/// @param upper end of the interval of the ratio
/// @param confidence that each of the two ends really has, 0 to 1; it is less than what was asked for when there are
/// few pairs
/// @param verdict about the candidate, with regard to which way the metric is better
/// @param remark why it is invalid, or the noise floor; may be empty
public record Comparison(
        String cell,
        String stage,
        Metric metric,
        String baseline,
        String candidate,
        int pairs,
        double ratio,
        double lower,
        double upper,
        double confidence,
        Verdict verdict,
        String remark) {
    /// The baseline of what is no ratio, but a value.
    public static final String NOTHING = "";

    /// Of two that cannot be compared in a cell. It is about the cell's rate.
    public static Comparison invalid(
            final CellResult cell, final String baseline, final String candidate, final String why) {
        return new Comparison(
                cell.cell().id(),
                cell.stage(),
                Metric.primary(cell.cell()),
                baseline,
                candidate,
                0,
                0,
                0,
                0,
                0,
                Verdict.INVALID,
                why);
    }
}
