package dev.tailrace.perf.report;

import dev.tailrace.perf.svg.Xml;
import java.util.List;
import java.util.Map;

/// Pieces of HTML.
final class Html {
    private Html() {}

    /// Text that cannot be taken for markup.
    static String escape(final String text) {
        return Xml.escape(text);
    }

    static String row(final String element, final List<String> cells) {
        final StringBuilder row = new StringBuilder("<tr>");
        for (final String cell : cells) {
            row.append('<').append(element).append('>').append(escape(cell));
            row.append("</").append(element).append('>');
        }
        return row.append("</tr>\n").toString();
    }

    /// A table that scrolls by itself where the page is narrow.
    static String table(final String styleClass, final List<List<String>> rows) {
        final StringBuilder table =
                new StringBuilder("<div class=\"wide\"><table class=\"%s\">\n".formatted(styleClass));
        table.append("<thead>").append(row("th", rows.getFirst())).append("</thead><tbody>\n");
        rows.stream().skip(1).forEach(row -> table.append(row("td", row)));
        return table.append("</tbody></table></div>\n").toString();
    }

    /// A list of names with what belongs to them.
    static String facts(final Map<String, String> facts) {
        final StringBuilder table = new StringBuilder("<table class=\"facts\">\n");
        facts.forEach((name, value) -> table.append(row("td", List.of(name, value))));
        return table.append("</table>\n").toString();
    }

    static String list(final String styleClass, final List<String> items) {
        if (items.isEmpty()) {
            return "";
        }
        final StringBuilder list = new StringBuilder("<ul class=\"%s\">\n".formatted(styleClass));
        items.forEach(item -> list.append("<li>").append(escape(item)).append("</li>\n"));
        return list.append("</ul>\n").toString();
    }

    static String paragraph(final String styleClass, final String text) {
        return text.isEmpty() ? "" : "<p class=\"%s\">%s</p>\n".formatted(styleClass, escape(text));
    }

    static String heading(final int level, final String text) {
        return "<h%1$d>%2$s</h%1$d>\n".formatted(level, escape(text));
    }

    static String figure(final String caption, final String content) {
        return "<figure>\n<figcaption>%s</figcaption>\n%s</figure>\n".formatted(escape(caption), content);
    }

    /// Figures beside each other where there is room.
    static String grid(final String styleClass, final List<String> figures) {
        return figures.isEmpty()
                ? ""
                : "<div class=\"%s\">\n%s</div>\n".formatted(styleClass, String.join("", figures));
    }
}
