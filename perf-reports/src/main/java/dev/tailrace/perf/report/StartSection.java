package dev.tailrace.perf.report;

import dev.tailrace.perf.result.BackendIdentity;
import dev.tailrace.perf.result.Metric;
import dev.tailrace.perf.result.Start;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;

/// What it takes to start, and the first transfers of a life.
final class StartSection {
    private StartSection() {}

    static String html(final RunView view) {
        final List<List<String>> rows = new ArrayList<>();
        for (final BackendIdentity backend : view.backends()) {
            final List<Start> starts = view.run().starts().stream()
                    .filter(start -> start.backend().equals(backend.id()))
                    .toList();
            starts.stream()
                    .map(Start::mtu)
                    .distinct()
                    .sorted()
                    .map(mtu -> row(backend.id(), mtu, starts.stream().filter(start -> start.mtu() == mtu)))
                    .filter(row -> row.stream().skip(2).anyMatch(value -> !value.isEmpty()))
                    .forEach(rows::add);
        }
        if (rows.isEmpty()) {
            return "";
        }
        rows.addFirst(List.of(
                "", "MTU", "ready after, ms", "first transfer up, Gbit/s", "first down, Gbit/s", "peak memory, MiB"));
        return "<section>\n" + Html.heading(2, "Start")
                + Html.paragraph(
                        "legend",
                        "Median and range. The first transfers are of a program that has carried nothing yet.")
                + Html.table("numbers", rows) + "</section>\n";
    }

    private static List<String> row(final String backend, final int mtu, final Stream<Start> all) {
        final List<Start> starts = all.toList();
        return List.of(
                backend,
                String.valueOf(mtu),
                spread(starts, Metric.P50, Start::readyMs),
                spread(starts, Metric.GOODPUT, Start::coldUpBitsPerSecond),
                spread(starts, Metric.GOODPUT, Start::coldDownBitsPerSecond),
                spread(starts, Metric.RESIDENT, Start::peakResidentBytes));
    }

    private static String spread(
            final List<Start> starts, final Metric form, final Function<Start, OptionalDouble> value) {
        final Values values = Values.of(starts.stream()
                .map(value)
                .filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble)
                .toArray());
        return Quantity.spread(form, values);
    }
}
