package dev.tailrace.perf.stats;

import java.util.OptionalDouble;

/// The smallest change that paired blocks would show in four of five sessions.
///
/// A change is found when the estimate is below a limit: half the width of the interval, so that the bound excludes
/// no change, or the threshold, if that is more. The estimate itself varies. Half the width divided by the
/// standardised critical value of the signed-rank statistic is taken for its standard error, since that is how the
/// test's normal approximation forms the interval. The change that is found with 80 % probability is therefore the
/// limit and 0.84 standard errors more. Simulated, with 3 to 10 % of noise, 8 to 24 pairs and 8 % of outliers, such a
/// change was found in 70 to 90 % of the sessions.
public final class Sensitivity {
    /// The standard normal distribution is below this with 80 % probability.
    private static final double POWER_80 = 0.8416;

    private Sensitivity() {}

    /// Of pairs whose interval is known.
    ///
    /// @param lower bound of the logarithm of the ratio
    /// @param upper bound of it
    /// @param pairs that gave the interval
    /// @param threshold smallest relative change that counts
    /// @param alpha 1 minus the confidence of each bound
    /// @return relative, 0 to 1; nothing if so few pairs cannot have that confidence
    public static OptionalDouble ofInterval(
            final double lower, final double upper, final int pairs, final double threshold, final double alpha) {
        final int cut = RankDistribution.tail(RankDistribution.signedRank(pairs), alpha);
        if (cut == 0) {
            return OptionalDouble.empty();
        }
        final double half = (upper - lower) / 2;
        final double limit = Math.max(half, -Math.log1p(-threshold));
        return OptionalDouble.of(-Math.expm1(-(limit + POWER_80 * half / critical(pairs, cut))));
    }

    /// Of pairs that are still to be measured.
    ///
    /// @param spread coefficient of variation of one value of one backend
    public static OptionalDouble smallestChange(
            final double spread, final int pairs, final double threshold, final double alpha) {
        if (pairs < 1) {
            return OptionalDouble.empty();
        }
        final double[] typical = new double[pairs];
        for (int i = 0; i < pairs; i++) {
            // Blom's approximation of the i-th of so many values of the normal distribution; two values for a ratio.
            typical[i] = spread * Math.sqrt(2) * normalQuantile((i + 1 - 0.375) / (pairs + 0.25));
        }
        final Estimate estimate = Location.of(typical, alpha);
        return ofInterval(estimate.lower(), estimate.upper(), pairs, threshold, alpha);
    }

    /// How many standard deviations from its mean the statistic is at the last outcome that is cut off, with the
    /// usual correction for continuity.
    private static double critical(final int pairs, final int cut) {
        final double n = pairs;
        final double mean = n * (n + 1) / 4;
        return (mean - (cut - 1) - 0.5) / Math.sqrt(n * (n + 1) * (2 * n + 1) / 24);
    }

    /// To 0.0005: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.23.
    private static double normalQuantile(final double probability) {
        if (probability > 0.5) {
            return -normalQuantile(1 - probability);
        }
        final double t = Math.sqrt(-2 * Math.log(probability));
        final double numerator = 2.515517 + t * (0.802853 + t * 0.010328);
        final double denominator = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308));
        return numerator / denominator - t;
    }
}
