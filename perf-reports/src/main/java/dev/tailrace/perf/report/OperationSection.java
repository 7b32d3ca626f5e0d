package dev.tailrace.perf.report;

import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.result.Metric;
import java.util.ArrayList;
import java.util.List;

/// What containers take: the times of operations, each on a scale of its own, since a start and ten thousand files have
/// nothing to do with each other.
final class OperationSection {
    private final RunView view;
    private final BarSection bars;

    OperationSection(final RunView view, final Extent extent) {
        this.view = view;
        this.bars = new BarSection(view, extent);
    }

    String html() {
        final List<String> figures = new ArrayList<>();
        for (final Cell cell : view.cells()) {
            if (cell.operation().isPresent()) {
                figures.addAll(
                        bars.figures(List.of(cell), Metric.MEDIAN_TIME, ", ms").values());
            }
        }
        return figures.isEmpty()
                ? ""
                : "<section>\n" + Html.heading(2, "Containers")
                        + Html.paragraph(
                                "legend",
                                "Milliseconds: shorter is better. The bar goes to the median of the blocks' medians, the"
                                        + " line from the least to the most, each dot is a block. The rows of crun and runc"
                                        + " are theirs alone, on a bundle of the same files: no engine, no image, no"
                                        + " network, no log.")
                        + Html.grid("pair", figures) + "</section>\n";
    }
}
