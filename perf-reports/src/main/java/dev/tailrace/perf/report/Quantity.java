package dev.tailrace.perf.report;

import dev.tailrace.perf.result.Metric;
import dev.tailrace.perf.svg.Ticks;
import java.util.Locale;

/// How people read the values of a metric: in which unit, and with how many digits.
final class Quantity {
    private static final String PER_SECOND = "1/s";
    private static final double GIGA = 1e9;
    private static final double PERCENT = 100;
    private static final double SMALL = 0.1;
    private static final double LARGE = 1000;

    private Quantity() {}

    static double scaled(final Metric metric, final double value) {
        return switch (metric) {
            case GOODPUT -> value / GIGA;
            case LOST -> value * PERCENT;
            case RESIDENT -> value / Format.BYTES_PER_MIB;
            default -> value;
        };
    }

    static String unit(final Metric metric) {
        return switch (metric) {
            case GOODPUT -> "Gbit/s";
            case CPU_PER_GIB -> "s/GiB";
            case TRANSACTIONS, DATAGRAMS -> PER_SECOND;
            case MEDIAN_TIME, TAIL_TIME -> "ms";
            case CPU_PER_TRANSACTION, P50, P99, ROUND_TRIP, ROUND_TRIP_P50, PACED_ROUND_TRIP_P50 -> "us";
            case RETRANSMITS -> "segments";
            case LOST -> "%";
            case RESIDENT -> "MiB";
        };
    }

    /// Without its unit.
    static String number(final Metric metric, final double value) {
        return metric == Metric.RETRANSMITS ? Ticks.plain(value) : number(scaled(metric, value));
    }

    static String withUnit(final Metric metric, final double value) {
        final String unit = unit(metric);
        return number(metric, value) + (unit.equals(PER_SECOND) ? "/s" : " " + unit);
    }

    /// The median and, of several values, the range.
    static String spread(final Metric metric, final Values values) {
        if (values.isEmpty()) {
            return "";
        }
        final String median = number(metric, values.median());
        return values.count() == 1
                ? median
                : "%s [%s..%s]".formatted(median, number(metric, values.min()), number(metric, values.max()));
    }

    static String number(final double value) {
        if (value == 0) {
            return "0";
        }
        if (Math.abs(value) >= LARGE) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return Math.abs(value) < SMALL ? String.format(Locale.ROOT, "%.3f", value) : Format.number(value);
    }
}
