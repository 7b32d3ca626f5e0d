package dev.tailrace.perf.report;

import dev.tailrace.perf.matrix.Direction;
import dev.tailrace.perf.model.Cell;
import dev.tailrace.perf.model.Identity;
import dev.tailrace.perf.model.Results;
import dev.tailrace.perf.model.Sample;
import dev.tailrace.perf.model.Series;
import dev.tailrace.perf.model.Spread;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The results as one page without scripts or other files, light or dark as the reader's system is.
public final class HtmlReport {
    private HtmlReport() {}

    public static String of(final Results results) {
        final StringBuilder page = new StringBuilder();
        page.append("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n");
        page.append("<meta name=\"viewport\" content=\"width=device-width\">\n");
        page.append("<title>Tailrace demo</title>\n<style>\n").append(styles()).append("</style>\n<main>\n");
        page.append("<h1>").append(Html.escape(headline(results))).append("</h1>\n");
        page.append("<p class=\"legend\">Throughput between an unprivileged network namespace and its host in Gbit/s, "
                + "one stream, receiver side");
        results.reference()
                .ifPresent(peer -> page.append(", and how many times that of ").append(Html.escape(peer.id())));
        page.append(".</p>\n");
        appendCharts(page, results);
        appendGreeting(page, results.greeting());
        appendDetails(page, results);
        return page.append("</main>\n</html>\n").toString();
    }

    private static String headline(final Results results) {
        if (results.ours().isEmpty() || results.reference().isEmpty()) {
            return "What an unprivileged network namespace gets";
        }
        final int mtu = results.mtus().getFirst();
        final String ours = results.ours().get().id();
        final Optional<Spread> up = results.ratio(ours, new Cell(mtu, Direction.UP));
        final Optional<Spread> down = results.ratio(ours, new Cell(mtu, Direction.DOWN));
        if (up.isEmpty() || down.isEmpty()) {
            return "Tailrace failed a transfer at MTU " + mtu;
        }
        return "At MTU %d Tailrace carries %s times as much as %s up, %s times down"
                .formatted(
                        mtu,
                        Format.number(up.get().median()),
                        results.reference().get().id(),
                        Format.number(down.get().median()));
    }

    private static void appendCharts(final StringBuilder page, final Results results) {
        final double largest = results.series().stream()
                .flatMap(series -> series.samples().stream())
                .mapToDouble(Sample::gigabitsPerSecond)
                .max()
                .orElse(1);
        final BarChart chart = new BarChart(results, largest);
        for (final int mtu : results.mtus()) {
            page.append("<section class=\"pair\">\n");
            for (final Direction direction : Direction.values()) {
                page.append("<figure>\n<figcaption>MTU %d <b>%s</b></figcaption>\n".formatted(mtu, direction.label()));
                page.append(chart.of(new Cell(mtu, direction))).append("</figure>\n");
            }
            page.append("</section>\n");
        }
    }

    private static void appendGreeting(final StringBuilder page, final Map<String, String> greeting) {
        if (greeting.isEmpty()) {
            return;
        }
        page.append("<h2>What the namespace reached</h2>\n<table class=\"facts\">\n");
        greeting.forEach((step, answer) -> page.append(Html.row("td", List.of(step, answer))));
        page.append("</table>\n");
    }

    private static void appendDetails(final StringBuilder page, final Results results) {
        page.append("<h2>Numbers</h2>\n<div class=\"wide\">\n<table class=\"numbers\">\n");
        for (final int mtu : results.mtus()) {
            page.append(Html.row("th", ResultRow.header(results, mtu)));
            for (final Identity backend : results.backends()) {
                page.append(Html.row("td", ResultRow.of(results, backend, mtu)));
            }
        }
        page.append("</table>\n</div>\n");
        appendFailures(page, results);
        page.append("<h2>How it was measured</h2>\n<table class=\"facts\">\n");
        for (final Identity backend : results.backends()) {
            page.append(Html.row("td", List.of(backend.id(), TextReport.describe(backend))));
        }
        results.ours().ifPresent(ours -> {
            for (final Identity ruler : results.rulers()) {
                page.append(Html.row("td", List.of("to " + ruler.id(), TextReport.ratios(results, ours, ruler))));
            }
        });
        results.environment().forEach((name, value) -> page.append(Html.row("td", List.of(name, value))));
        page.append("</table>\n");
    }

    private static void appendFailures(final StringBuilder page, final Results results) {
        for (final Series series : results.series()) {
            for (final String failure : series.failures()) {
                page.append("<p class=\"failure\">Failed: ")
                        .append(Html.escape("%s, MTU %d %s: %s"
                                .formatted(
                                        series.backend(),
                                        series.cell().mtu(),
                                        series.cell().direction().label(),
                                        failure)))
                        .append("</p>\n");
            }
        }
    }

    private static String styles() {
        try (InputStream styles = HtmlReport.class.getResourceAsStream("style.css")) {
            if (styles == null) {
                throw new IllegalStateException("style.css is not next to " + HtmlReport.class.getName());
            }
            return new String(styles.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
