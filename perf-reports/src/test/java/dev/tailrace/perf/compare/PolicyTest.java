package dev.tailrace.perf.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tailrace.perf.result.Metric;
import dev.tailrace.perf.result.Verdict;
import dev.tailrace.perf.stats.Location;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PolicyTest {
    /// Sixteen pairs within one per cent of a ratio; larger is better.
    private static Verdict verdict(final Metric metric, final double ratio) {
        final double[] logarithms = new double[16];
        Arrays.setAll(logarithms, i -> Math.log(ratio) + (i - 7.5) / 1000);
        final Policy policy = Policy.GATE.of(metric);
        return policy.verdict(
                Ratio.ofLogarithm(Location.of(logarithms, policy.alpha())),
                Ratio.ofLogarithm(Location.of(logarithms, policy.equivalenceAlpha())));
    }

    @ParameterizedTest
    @CsvSource({
        "GOODPUT, 1.0, UNCHANGED", "GOODPUT, 0.97, UNCHANGED", "GOODPUT, 0.93, REGRESSED", "GOODPUT, 1.07, IMPROVED",
        "CPU_PER_GIB, 0.93, REGRESSED", "TRANSACTIONS, 0.93, REGRESSED", "P50, 0.93, UNCHANGED", "P50, 0.88, REGRESSED",
        "P99, 0.93, UNCHANGED", "P50, 1.12, IMPROVED"
    })
    void shouldWantMoreOfTimesThanOfRates(final Metric metric, final double ratio, final Verdict expected) {
        assertEquals(expected, verdict(metric, ratio));
    }
}
