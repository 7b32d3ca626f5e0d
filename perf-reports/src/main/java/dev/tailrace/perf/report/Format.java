package dev.tailrace.perf.report;

import java.util.Locale;

/// Numbers as people read them: three digits that matter.
final class Format {
    static final double BYTES_PER_MIB = 1L << 20;

    private static final int TWO_DIGITS_BEFORE_POINT = 10;
    private static final int THREE_DIGITS_BEFORE_POINT = 100;

    private Format() {}

    static String number(final double value) {
        if (value < TWO_DIGITS_BEFORE_POINT) {
            return String.format(Locale.ROOT, "%.2f", value);
        }
        return String.format(Locale.ROOT, value < THREE_DIGITS_BEFORE_POINT ? "%.1f" : "%.0f", value);
    }
}
