package dev.tailrace.perf.svg;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/// Round values along an axis.
///
/// @param values from low to high
/// @param label of a value
public record Ticks(List<Double> values, DoubleFunction<String> label) {
    private static final double[] STEPS = {1, 2, 5, 10};
    private static final double SLACK = 1e-9;
    private static final double DECADE = 10;
    private static final int FEW_DECADES = 2;
    private static final int FEW = 3;

    public Ticks {
        values = List.copyOf(values);
    }

    /// Multiples of 1, 2 or 5 times a power of ten, about `count`, within `low` and `high`.
    public static Ticks linear(final double low, final double high, final int count) {
        final double step = step((high - low) / count);
        final List<Double> values = new ArrayList<>();
        for (long i = (long) Math.ceil(low / step - SLACK); i * step <= high + SLACK * step; i++) {
            values.add(i * step);
        }
        final int digits = Math.max(0, (int) -Math.floor(Math.log10(step) + SLACK));
        return new Ticks(values, value -> String.format(Locale.ROOT, "%." + digits + "f", value + 0.0));
    }

    /// The least of 1, 2, 5 times a power of ten that is not less.
    public static double step(final double atLeast) {
        final double power = Math.pow(DECADE, Math.floor(Math.log10(atLeast)));
        for (final double step : STEPS) {
            if (step * power >= atLeast * (1 - SLACK)) {
                return step * power;
            }
        }
        return DECADE * power;
    }

    /// Powers of ten, and 2 and 5 times them where there are few decades, within `low` and `high`;
    /// where there are none, round values.
    public static Ticks logarithmic(final double low, final double high) {
        final boolean few = Math.log10(high / low) <= FEW_DECADES;
        final List<Double> values = new ArrayList<>();
        for (int decade = (int) Math.floor(Math.log10(low)); decade <= Math.log10(high); decade++) {
            for (final double step : few ? STEPS : new double[] {1, DECADE}) {
                final double value = step * Math.pow(DECADE, decade);
                if (step < DECADE && value >= low * (1 - SLACK) && value <= high * (1 + SLACK)) {
                    values.add(value);
                }
            }
        }
        return new Ticks(values.size() < 2 ? linear(low, high, FEW).values() : values, Ticks::plain);
    }

    /// The value without zeros that say nothing: 0.5, 20.
    public static String plain(final double value) {
        final String text = String.format(Locale.ROOT, "%.4f", value);
        return text.replaceAll("0+$", "").replaceAll("\\.$", "");
    }
}
