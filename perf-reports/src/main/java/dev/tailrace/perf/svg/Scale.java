package dev.tailrace.perf.svg;

/// From a value to a place along an axis.
public sealed interface Scale {
    /// Where the value is, in units of the picture; values outside are put at the ends.
    double at(double value);

    /// The least value.
    double low();

    /// The largest value.
    double high();

    /// Whether the value has a place of its own on it.
    default boolean holds(final double value) {
        return value >= low() && value <= high();
    }

    /// Equal differences are equally far apart.
    ///
    /// @param from place of `low`
    /// @param to place of `high`
    record Linear(double low, double high, double from, double to) implements Scale {
        public Linear {
            check(low, high);
        }

        @Override
        public double at(final double value) {
            return place(low, high, from, to, Math.clamp(value, low, high));
        }
    }

    /// Equal ratios are equally far apart.
    ///
    /// @param low more than 0
    record Logarithmic(double low, double high, double from, double to) implements Scale {
        public Logarithmic {
            check(low, high);
            if (low <= 0) {
                throw new IllegalArgumentException("a logarithmic scale cannot begin at " + low);
            }
        }

        @Override
        public double at(final double value) {
            return place(Math.log(low), Math.log(high), from, to, Math.log(Math.clamp(value, low, high)));
        }
    }

    /// Every further nine of a percentile is equally far from the last: 90, 99, 99.9 ...
    ///
    /// @param low percentile, less than 100
    /// @param high percentile, less than 100
    record Percentile(double low, double high, double from, double to) implements Scale {
        private static final double ALL = 100;

        public Percentile {
            check(low, high);
            if (low < 0 || high >= ALL) {
                throw new IllegalArgumentException("percentiles %s to %s are not from 0 to 100".formatted(low, high));
            }
        }

        @Override
        public double at(final double value) {
            return place(nines(low), nines(high), from, to, nines(Math.clamp(value, low, high)));
        }

        private static double nines(final double percentile) {
            return -Math.log10(1 - percentile / ALL);
        }
    }

    private static void check(final double low, final double high) {
        if (!(low < high) || !Double.isFinite(high - low)) {
            throw new IllegalArgumentException("a scale cannot go from %s to %s".formatted(low, high));
        }
    }

    private static double place(
            final double low, final double high, final double from, final double to, final double value) {
        return from + (to - from) * (value - low) / (high - low);
    }
}
