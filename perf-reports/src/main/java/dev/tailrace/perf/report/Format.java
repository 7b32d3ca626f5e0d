package dev.tailrace.perf.report;

import dev.tailrace.perf.model.Spread;
import java.util.Locale;
import java.util.Optional;

/// Numbers as people read them: three digits that matter, and the range where there were several runs.
final class Format {
    static final double BYTES_PER_MIB = 1L << 20;

    private static final int TWO_DIGITS_BEFORE_POINT = 10;
    private static final int THREE_DIGITS_BEFORE_POINT = 100;
    private static final String ABSENT = "-";

    private Format() {}

    static String number(final double value) {
        if (value < TWO_DIGITS_BEFORE_POINT) {
            return String.format(Locale.ROOT, "%.2f", value);
        }
        return String.format(Locale.ROOT, value < THREE_DIGITS_BEFORE_POINT ? "%.1f" : "%.0f", value);
    }

    static String spread(final Optional<Spread> spread, final String unit) {
        return spread.map(each -> number(each.median()) + unit + range(each)).orElse(ABSENT);
    }

    /// The median alone.
    static String median(final Optional<Spread> spread, final String unit) {
        return spread.map(each -> number(each.median()) + unit).orElse(ABSENT);
    }

    static String whole(final double value) {
        return value <= 0 ? ABSENT : String.format(Locale.ROOT, "%.0f", value);
    }

    private static String range(final Spread spread) {
        return spread.min() == spread.max() ? "" : " [%s..%s]".formatted(number(spread.min()), number(spread.max()));
    }
}
