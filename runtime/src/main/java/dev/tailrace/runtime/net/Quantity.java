package dev.tailrace.runtime.net;

import java.util.Locale;

/// Short numbers with units.
final class Quantity {
    private static final String[] BYTE_UNITS = {"", "K", "M", "G", "T", "P"};
    private static final int STEP = 1024;
    private static final long SECOND_MS = 1000;
    private static final long MINUTE_MS = 60 * SECOND_MS;
    private static final long HOUR_MS = 60 * MINUTE_MS;
    private static final long DAY_MS = 24 * HOUR_MS;

    private Quantity() {}

    /// Bytes in steps of 1024: `512`, `1.4K`, `23M`.
    static String bytes(final long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= STEP && unit < BYTE_UNITS.length - 1) {
            value /= STEP;
            unit++;
        }
        return unit == 0 ? Long.toString(bytes) : decimals(value) + BYTE_UNITS[unit];
    }

    /// A time in its two largest units: `250ms`, `1.5s`, `2m03s`, `4h10m`, `3d05h`.
    static String milliseconds(final long ms) {
        if (ms < SECOND_MS) {
            return ms + "ms";
        }
        if (ms < MINUTE_MS) {
            return decimals((double) ms / SECOND_MS) + "s";
        }
        if (ms < HOUR_MS) {
            return pair(ms, MINUTE_MS, "m", SECOND_MS, "s");
        }
        return ms < DAY_MS ? pair(ms, HOUR_MS, "h", MINUTE_MS, "m") : pair(ms, DAY_MS, "d", HOUR_MS, "h");
    }

    /// A round trip: `85us`, `1.2ms`, `2.0s`.
    static String microseconds(final long us) {
        if (us < 1000) {
            return us + "us";
        }
        return us < 1_000_000 ? decimals(us / 1e3) + "ms" : decimals(us / 1e6) + "s";
    }

    private static String pair(
            final long ms, final long large, final String largeName, final long small, final String smallName) {
        final long rest = ms % large / small;
        return ms / large + largeName + (rest < 10 ? "0" : "") + rest + smallName;
    }

    private static String decimals(final double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.1f" : "%.0f", value);
    }
}
