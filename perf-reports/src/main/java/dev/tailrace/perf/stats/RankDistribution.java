package dev.tailrace.perf.stats;

/// Distributions of rank statistics when there is no effect, counted exactly.
final class RankDistribution {
    private RankDistribution() {}

    /// Of Wilcoxon's signed-rank statistic: the sum of those of the ranks 1 to n whose sign is positive, each
    /// sign as likely as the other.
    ///
    /// @return probability of each sum, from 0 to n(n+1)/2
    static double[] signedRank(final int n) {
        final int largest = n * (n + 1) / 2;
        final double[] probability = new double[largest + 1];
        probability[0] = 1;
        int reached = 0;
        for (int rank = 1; rank <= n; rank++) {
            reached += rank;
            for (int sum = reached; sum >= 0; sum--) {
                probability[sum] = (probability[sum] + (sum >= rank ? probability[sum - rank] : 0)) / 2;
            }
        }
        return probability;
    }

    /// Of the Mann-Whitney statistic: the number of pairs in which the first of m and n values is the larger one.
    ///
    /// @return probability of each number, from 0 to mn
    static double[] mannWhitney(final int m, final int n) {
        // p[i][j] of i and j values: the largest of all belongs to the first sample with the probability i / (i + j).
        final double[][][] p = new double[m + 1][n + 1][];
        for (int i = 0; i <= m; i++) {
            for (int j = 0; j <= n; j++) {
                p[i][j] = i == 0 || j == 0 ? new double[] {1} : step(p[i - 1][j], p[i][j - 1], i, j);
            }
        }
        return p[m][n];
    }

    /// If the largest is of the first sample it is larger than all j of the second.
    private static double[] step(final double[] firstLargest, final double[] secondLargest, final int i, final int j) {
        final double[] result = new double[i * j + 1];
        final double first = (double) i / (i + j);
        for (int u = 0; u < firstLargest.length; u++) {
            result[u + j] += first * firstLargest[u];
        }
        for (int u = 0; u < secondLargest.length; u++) {
            result[u] += (1 - first) * secondLargest[u];
        }
        return result;
    }

    /// The largest number of outcomes, counted from the smallest, that together are at most so likely.
    ///
    /// @return 0 if the smallest alone is more likely
    static int tail(final double[] probability, final double alpha) {
        // What is summed up of exact halves may be above a round alpha by the last bit.
        final double bound = alpha * (1 + 1e-12);
        double sum = 0;
        int count = 0;
        while (count < probability.length && sum + probability[count] <= bound) {
            sum += probability[count];
            count++;
        }
        return count;
    }

    /// How likely the first outcomes are.
    static double cumulative(final double[] probability, final int count) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += probability[i];
        }
        return sum;
    }
}
