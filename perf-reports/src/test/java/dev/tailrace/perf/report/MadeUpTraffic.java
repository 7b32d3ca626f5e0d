package dev.tailrace.perf.report;

import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.matrix.Direction;
import dev.tailrace.perf.matrix.Protocol;
import dev.tailrace.perf.matrix.TrafficPath;
import dev.tailrace.perf.result.Block;
import dev.tailrace.perf.result.CellResult;
import dev.tailrace.perf.result.HistogramText;
import dev.tailrace.perf.result.Metric;
import dev.tailrace.perf.result.Noise;
import dev.tailrace.perf.result.Sample;
import dev.tailrace.perf.result.Start;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.HdrHistogram.Histogram;

/// Values around round figures, from a seed.
final class MadeUpTraffic {
    static final String OURS = "tailrace";
    static final String AGAIN = "tailrace (again)";
    static final String SLIRP = "slirp4netns";
    static final String PASTA = "pasta";
    static final String TUNED = "pasta, tuned";
    static final String COPY = "copy proxy";
    static final String SPLICE = "splice proxy";
    static final String LOOPBACK = "loopback";
    static final String BRIDGE = "bridge";

    static final int[] MTUS = {1500, 9000, 65520};

    private static final int ANSWERS = 4000;

    /// Gbit/s and CPU seconds per GiB of each backend, MTU by MTU, up and then down; rulers have one of
    /// each.
    private static final Map<String, double[][]> RATES = Map.of(
            OURS, new double[][] {{38.2, 40.1, 36.2, 42.1, 37.2, 42.8}, {0.22, 0.21, 0.23, 0.20, 0.23, 0.20}},
            SLIRP, new double[][] {{1.20, 3.31, 5.67, 9.17, 10.3, 8.83}, {7.13, 2.56, 1.50, 0.86, 0.73, 0.69}},
            PASTA, new double[][] {{2.9, 5.2, 9.8, 14.1, 21.4, 19.3}, {2.75, 1.5, 0.81, 0.57, 0.37, 0.41}},
            TUNED, new double[][] {{3.4, 6.1, 12.7, 17.2, 29.8, 27.6}, {2.35, 1.3, 0.63, 0.46, 0.27, 0.29}},
            COPY, new double[][] {{32.9, 32.1, 31.8, 31.4, 32.1, 31.9}, {0.25, 0.25, 0.25, 0.25, 0.25, 0.25}},
            SPLICE, new double[][] {{46.1, 45.0, 45.8, 46.3, 45.2, 46.0}, {0.11, 0.11, 0.11, 0.11, 0.11, 0.11}},
            LOOPBACK, new double[][] {{61.2, 60.3, 61.9, 60.8, 61.1, 62.0}, {}});

    private final Random random;
    private final int blocks;

    MadeUpTraffic(final int blocks, final long seed) {
        this.blocks = blocks;
        this.random = new Random(seed);
    }

    CellResult bulk(final Cell cell) {
        final int at = 2 * Arrays.binarySearch(MTUS, cell.mtu()) + (cell.direction() == Direction.UP ? 0 : 1);
        final double factor = (cell.streams() > 1 ? 0.93 : 1)
                * (cell.path() == TrafficPath.H2C ? 0.9 : 1)
                * (cell.protocol() == Protocol.UDP ? 0.07 : 1);
        final double lost = cell.protocol() == Protocol.UDP ? 0.11 : 0;
        final List<Block> all = new ArrayList<>();
        for (int number = 0; number < blocks; number++) {
            final Map<String, Sample> samples = new LinkedHashMap<>();
            for (final String backend : List.of(OURS, AGAIN, SLIRP, PASTA, TUNED, COPY, SPLICE, LOOPBACK)) {
                final double[][] rates = RATES.getOrDefault(backend.equals(AGAIN) ? OURS : backend, new double[][] {});
                if (lost == 0 || rates[1].length == 0 || !backend.contains("proxy")) {
                    final double cpu = rates[1].length == 0 ? 0 : rates[1][at] / factor;
                    samples.put(backend, transfer(rates[0][at] * factor, cpu, lost));
                }
            }
            all.add(block(number, samples));
        }
        return new CellResult(cell, CellResult.ONLY_STAGE, all);
    }

    CellResult bridged(final Cell cell) {
        final List<Block> all = new ArrayList<>();
        for (int number = 0; number < blocks; number++) {
            all.add(block(number, Map.of(BRIDGE, transfer(54, 0, 0))));
        }
        return new CellResult(cell, CellResult.ONLY_STAGE, all);
    }

    CellResult answers(final Cell cell, final double cost) {
        final List<Block> all = new ArrayList<>();
        for (int number = 0; number < blocks; number++) {
            final Map<String, Sample> samples = new LinkedHashMap<>();
            samples.put(OURS, answer(9000, cost));
            samples.put(AGAIN, answer(9020, cost));
            samples.put(SLIRP, answer(9500, cost));
            samples.put(PASTA, answer(11200, cost));
            samples.put(COPY, answer(13800, cost));
            samples.put(LOOPBACK, answer(24000, cost));
            all.add(block(number, samples));
        }
        return new CellResult(cell, CellResult.ONLY_STAGE, all);
    }

    private double varied(final double centre, final double spread) {
        return centre * Math.exp(spread * random.nextGaussian());
    }

    Sample transfer(final double gigabits, final double cpu, final double lost) {
        final Map<Metric, Double> values = new LinkedHashMap<>();
        values.put(Metric.GOODPUT, varied(gigabits, 0.04) * 1e9);
        if (cpu > 0) {
            values.put(Metric.CPU_PER_GIB, varied(cpu, 0.02));
        }
        if (lost > 0) {
            values.put(Metric.LOST, varied(lost, 0.1));
        } else {
            values.put(Metric.RETRANSMITS, (double) random.nextInt(4));
        }
        return Sample.of(values);
    }

    Sample answer(final double rate, final double cost) {
        final double varied = varied(rate / cost, 0.03);
        final Histogram histogram = new Histogram(60_000_000_000L, 2);
        for (int i = 0; i < ANSWERS; i++) {
            final double tail = random.nextInt(300) == 0 ? 12 : 1;
            histogram.recordValue(Math.max(1, Math.round(varied(tail * 1e9 / varied, 0.2))));
        }
        return new Sample(
                Map.of(
                        Metric.TRANSACTIONS,
                        varied,
                        Metric.CPU_PER_TRANSACTION,
                        varied(4e5 / varied, 0.02),
                        Metric.ROUND_TRIP_P50,
                        9e5 / varied,
                        Metric.PACED_ROUND_TRIP_P50,
                        95e4 / varied,
                        Metric.P50,
                        histogram.getValueAtPercentile(50) / 1e3,
                        Metric.P99,
                        histogram.getValueAtPercentile(99) / 1e3),
                Optional.empty(),
                Optional.of(HistogramText.encode(histogram)));
    }

    List<Start> starts() {
        final List<Start> starts = new ArrayList<>();
        for (int block = 0; block < blocks; block++) {
            starts.add(start(OURS, block, 74, 47, 21, 26));
            starts.add(start(SLIRP, block, 6, 4, 1.1, 3.2));
            starts.add(new Start(
                    PASTA,
                    1500,
                    block,
                    OptionalDouble.empty(),
                    OptionalDouble.of(varied(18, 0.05) * (1 << 20)),
                    OptionalDouble.empty(),
                    OptionalDouble.empty()));
        }
        return starts;
    }

    private Start start(
            final String backend,
            final int block,
            final double readyMs,
            final double mebibytes,
            final double up,
            final double down) {
        return new Start(
                backend,
                1500,
                block,
                OptionalDouble.of(varied(readyMs, 0.1)),
                OptionalDouble.of(varied(mebibytes, 0.05) * (1 << 20)),
                OptionalDouble.of(varied(up, 0.1) * 1e9),
                OptionalDouble.of(varied(down, 0.1) * 1e9));
    }

    static Block block(final int number, final Map<String, Sample> samples) {
        return new Block(
                number, List.copyOf(samples.keySet()), new Noise(0.001, 0.01, 0.002, 1.5, 0.4), List.of(), samples);
    }
}
