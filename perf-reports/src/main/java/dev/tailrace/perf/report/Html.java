package dev.tailrace.perf.report;

import java.util.List;

/// Pieces of HTML.
final class Html {
    private Html() {}

    /// Text that cannot be taken for markup.
    static String escape(final String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    static String row(final String element, final List<String> cells) {
        final StringBuilder row = new StringBuilder("<tr>");
        for (final String cell : cells) {
            row.append('<').append(element).append('>').append(escape(cell));
            row.append("</").append(element).append('>');
        }
        return row.append("</tr>\n").toString();
    }
}
