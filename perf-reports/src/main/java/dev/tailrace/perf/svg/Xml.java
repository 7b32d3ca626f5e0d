package dev.tailrace.perf.svg;

import java.util.Locale;

/// Pieces of XML.
public final class Xml {
    private static final double TENTHS = 10;

    private Xml() {}

    /// Text that cannot be taken for markup; what XML cannot contain becomes U+FFFD.
    public static String escape(final String text) {
        final StringBuilder escaped = new StringBuilder(text.length());
        text.codePoints().forEach(point -> append(escaped, point));
        return escaped.toString();
    }

    private static void append(final StringBuilder escaped, final int point) {
        switch (point) {
            case '&' -> escaped.append("&amp;");
            case '<' -> escaped.append("&lt;");
            case '>' -> escaped.append("&gt;");
            case '"' -> escaped.append("&quot;");
            case '\n', '\t' -> escaped.appendCodePoint(point);
            default -> escaped.appendCodePoint(isAllowed(point) ? point : 0xFFFD);
        }
    }

    private static boolean isAllowed(final int point) {
        final boolean control = point < ' ' || (point >= 0x7F && point < 0xA0);
        final boolean surrogate = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
        return !control && !surrogate && point != 0xFFFE && point != 0xFFFF;
    }

    /// A coordinate with one digit after the point, without it where it is 0.
    static String number(final double value) {
        final String text = String.format(Locale.ROOT, "%.1f", value);
        final String whole = text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
        return whole.equals("-0") ? "0" : whole;
    }

    /// The value that [#number] writes.
    static double rounded(final double value) {
        return Math.round(value * TENTHS) / TENTHS;
    }
}
