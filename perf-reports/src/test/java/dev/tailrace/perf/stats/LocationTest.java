package dev.tailrace.perf.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.apache.commons.statistics.inference.AlternativeHypothesis;
import org.apache.commons.statistics.inference.MannWhitneyUTest;
import org.apache.commons.statistics.inference.PValueMethod;
import org.apache.commons.statistics.inference.WilcoxonSignedRankTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Held against commons-statistics, which tests hypotheses: a bound must exclude 0 exactly when the test rejects it.
final class LocationTest {
    private static final int SAMPLES = 300;
    private static final double ALPHA = 0.01;

    private static double[] sample(final Random random, final int n, final double shift) {
        return random.doubles(n).map(u -> u * u - 0.3 + shift).toArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 7, 8, 12, 16, 24})
    void shouldAgreeWithTheSignedRankTest(final int n) {
        final Random random = new Random(n);
        final WilcoxonSignedRankTest test =
                WilcoxonSignedRankTest.withDefaults().with(PValueMethod.EXACT);
        int rejected = 0;
        for (int i = 0; i < SAMPLES; i++) {
            final double[] values = sample(random, n, random.nextDouble() - 0.5);
            final Estimate estimate = Location.of(values, ALPHA);
            if (estimate.confidence() < 1 - ALPHA) {
                continue;
            }
            final double greater =
                    test.with(AlternativeHypothesis.GREATER_THAN).test(values).getPValue();
            final double less =
                    test.with(AlternativeHypothesis.LESS_THAN).test(values).getPValue();
            assertEquals(greater <= ALPHA, estimate.lower() > 0, () -> Arrays.toString(values));
            assertEquals(less <= ALPHA, estimate.upper() < 0, () -> Arrays.toString(values));
            rejected += greater <= ALPHA || less <= ALPHA ? 1 : 0;
        }
        assertTrue(n < 7 || (rejected > 10 && rejected < SAMPLES), "both outcomes must occur: " + rejected);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 6, 9, 15})
    void shouldAgreeWithTheMannWhitneyTest(final int n) {
        final Random random = new Random(n);
        final MannWhitneyUTest test = MannWhitneyUTest.withDefaults().with(PValueMethod.EXACT);
        int rejected = 0;
        for (int i = 0; i < SAMPLES; i++) {
            final double[] values = sample(random, n, random.nextDouble() - 0.5);
            final double[] others = sample(random, n + 2, 0);
            final Estimate estimate = Location.shift(values, others, ALPHA);
            final double greater = test.with(AlternativeHypothesis.GREATER_THAN)
                    .test(values, others)
                    .getPValue();
            final double less = test.with(AlternativeHypothesis.LESS_THAN)
                    .test(values, others)
                    .getPValue();
            assertEquals(greater <= ALPHA, estimate.lower() > 0);
            assertEquals(less <= ALPHA, estimate.upper() < 0);
            rejected += greater <= ALPHA || less <= ALPHA ? 1 : 0;
        }
        assertTrue(rejected > 10 && rejected < SAMPLES, "both outcomes must occur: " + rejected);
    }

    /// Hollander, Wolfe and Chicken, table of the signed-rank distribution: P(T >= 33) = 0.0195 for n = 8; so
    /// that of the sums 0 to 3 is the same.
    @Test
    void shouldCountTheSignedRankDistribution() {
        final double[] probability = RankDistribution.signedRank(8);
        assertEquals(37, probability.length);
        assertEquals(0.01953125, RankDistribution.cumulative(probability, 4), 1e-12);
        assertEquals(1, RankDistribution.cumulative(probability, 37), 1e-12);
    }

    @Test
    void shouldSayHowSureAFewValuesCanBe() {
        final Estimate five = Location.of(new double[] {1, 2, 3, 4, 5}, ALPHA);
        assertEquals(new Estimate(3, 1, 5, 1 - 1.0 / 32), five);
        assertEquals(new Estimate(7, 7, 7, 0.5), Location.of(new double[] {7}, ALPHA));
    }

    @Test
    void shouldNotMoveForOneOutlier() {
        final double[] values = {1, 1.01, 0.99, 1.02, 0.98, 1.005, 0.995, 100};
        assertEquals(1, Location.of(values, ALPHA).value(), 0.02);
    }

    /// The bounds are too far in with the probability that they promise, and no more; heavy outliers included.
    @Test
    void shouldKeepItsConfidence() {
        final Random random = new Random(2026);
        final int runs = 4000;
        int missed = 0;
        for (int i = 0; i < runs; i++) {
            final double[] values = new double[16];
            for (int k = 0; k < values.length; k++) {
                final double spread = random.nextDouble() < 0.08 ? 0.5 : 0.06;
                values[k] = spread * random.nextGaussian();
            }
            missed += Location.of(values, 0.05).lower() > 0 ? 1 : 0;
        }
        assertTrue(missed > runs * 0.03 && missed < runs * 0.06, missed + " of " + runs + ", seed 2026");
    }
}
