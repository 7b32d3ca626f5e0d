/// Estimates and exact intervals that assume no shape of the noise. One sample: the median of the averages of all
/// pairs (Hodges and Lehmann, 1963), with the interval that belongs to Wilcoxon's signed-rank test. Two samples: the
/// median of all differences, with that of the Mann-Whitney test. The distributions are counted, not approximated,
/// and nothing is random.
@NullMarked
package dev.tailrace.perf.stats;

import org.jspecify.annotations.NullMarked;
