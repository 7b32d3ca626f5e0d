package dev.tailrace.perf.report;

import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.result.Comparison;
import dev.tailrace.perf.result.Metric;
import dev.tailrace.perf.result.RunRecord;
import dev.tailrace.perf.result.Verdict;
import dev.tailrace.perf.svg.Sparkline;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// How the ratio of ours to the reference went, session by session.
final class HistorySection {
    private static final int MOST = 40;

    private final RunView view;
    private final List<RunView> sessions;

    private record Value(String runId, double ratio) {}

    /// @param history other sessions, in any order; later ones and this one do not count
    HistorySection(final RunView view, final List<RunRecord> history) {
        this.view = view;
        final RunRecord run = view.run();
        final List<RunView> all = new ArrayList<>(history.stream()
                .filter(each -> !each.runId().equals(run.runId()))
                .filter(each -> each.startedAt().compareTo(run.startedAt()) <= 0)
                .filter(each -> each.verdict() != Verdict.INVALID)
                .sorted(Comparator.comparing(RunRecord::startedAt).thenComparing(RunRecord::runId))
                .map(RunView::new)
                .toList());
        all.add(view);
        sessions = List.copyOf(all.subList(Math.max(0, all.size() - MOST), all.size()));
    }

    String html() {
        if (view.reference().isEmpty()) {
            return "";
        }
        final String reference = view.reference().get().id();
        final List<String> figures = new ArrayList<>();
        for (final Cell cell : view.cells()) {
            final List<Value> values = values(cell, reference);
            if (values.size() > 1 && values.getLast().runId().equals(view.run().runId())) {
                figures.add("<figure>\n" + sparkline(cell, values) + "</figure>\n");
            }
        }
        return figures.isEmpty()
                ? ""
                : "<section>\n" + Html.heading(2, "History of ours to " + reference)
                        + Html.paragraph(
                                "legend",
                                "Throughput (of requests: transactions) in up to %d sessions, the last is this one."
                                        .formatted(MOST))
                        + Html.grid("small", figures)
                        + "</section>\n";
    }

    private List<Value> values(final Cell cell, final String reference) {
        return sessions.stream()
                .flatMap(session ->
                        ratio(session, cell, reference)
                                .map(ratio -> new Value(session.run().runId(), ratio))
                                .stream())
                .toList();
    }

    private static Optional<Double> ratio(final RunView session, final Cell cell, final String reference) {
        return session.comparison(cell, Metric.primary(cell), reference)
                .filter(each -> each.verdict() != Verdict.INVALID)
                .map(Comparison::ratio);
    }

    private static String sparkline(final Cell cell, final List<Value> values) {
        final String tooltip = values.stream()
                .map(value -> value.runId() + " " + Wording.ratio(value.ratio()))
                .collect(Collectors.joining(", "));
        final String last = Wording.ratio(values.getLast().ratio()) + "×";
        return Sparkline.draw(cell.id(), values.stream().map(Value::ratio).toList(), last, tooltip)
                .inline();
    }
}
