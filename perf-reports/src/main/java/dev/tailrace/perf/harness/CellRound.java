package dev.tailrace.perf.harness;

import dev.tailrace.perf.backend.Link;
import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.matrix.Profile;
import dev.tailrace.perf.matrix.Protocol;
import dev.tailrace.perf.result.Block;
import dev.tailrace.perf.result.Metric;
import dev.tailrace.perf.result.Noise;
import dev.tailrace.perf.result.Sample;
import dev.tailrace.perf.traffic.Measurement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// All turns in one cell of one block.
final class CellRound {
    private static final double BYTES_PER_GIB = 1L << 30;
    private static final double MICROS = 1e6;
    private static final double NANOS = 1e9;

    /// Of one processor: less than two ticks in the time that a backend must be idle.
    private static final double QUIET = 0.03;

    /// How long a backend must be idle, and after what time it is not waited for any more.
    private static final Duration SETTLING = Duration.ofMillis(500);

    private static final Duration SETTLED_WITHIN = Duration.ofSeconds(5);

    private final Means means;
    private final Profile profile;
    private final Progress progress;
    private final BooleanSupplier stopped;

    CellRound(final Means means, final Profile profile, final Progress progress, final BooleanSupplier stopped) {
        this.means = means;
        this.profile = profile;
        this.progress = progress;
        this.stopped = stopped;
    }

    /// Lets each backend take its turn, until we are stopped: the turn in which that happens does not count.
    ///
    /// @return what was measured; without samples if we were stopped before the end of the first turn
    Block measure(final BlockPlan.Turns turns, final RunningBackends running, final int block) {
        final Map<String, List<Sample>> taken = new LinkedHashMap<>();
        final List<String> order = new ArrayList<>();
        final NoiseProbe probe = NoiseProbe.start();
        double idleBackends = 0;
        for (final String backend : turns.order()) {
            progress.begin(backend);
            final Map<String, Double> othersBefore = running.cpuSecondsExcept(backend);
            final long startNs = System.nanoTime();
            final Sample sample = turn(backend, turns.cell(), running);
            final double seconds = (System.nanoTime() - startNs) / NANOS;
            idleBackends = Math.max(idleBackends, growth(othersBefore, running.cpuSecondsExcept(backend)) / seconds);
            if (stopped.getAsBoolean()) {
                break;
            }
            order.add(backend);
            taken.computeIfAbsent(backend, ignored -> new ArrayList<>()).add(sample);
            progress.end(sample, PlannedTime.ofTurn(turns.cell(), profile));
        }
        final Noise noise = probe.noise(idleBackends);
        final Map<String, Sample> samples = new LinkedHashMap<>();
        taken.forEach((backend, turnsTaken) -> samples.put(backend, CombinedTurns.of(turnsTaken)));
        return new Block(
                block, order, noise, profile.noiseCounts() ? NoiseProbe.objections(noise) : List.of(), samples);
    }

    private static double growth(final Map<String, Double> before, final Map<String, Double> after) {
        return before.entrySet().stream()
                .mapToDouble(each -> after.getOrDefault(each.getKey(), each.getValue()) - each.getValue())
                .sum();
    }

    private Sample turn(final String backend, final Cell cell, final RunningBackends running) {
        try {
            final Link link = running.link(backend);
            try {
                return turn(link, cell);
            } catch (LabException failure) {
                throw link.isAlive()
                        ? failure
                        : new LabException("its process ended during this turn (%s)".formatted(failure.getMessage()));
            }
        } catch (LabException failure) {
            return Sample.failed(String.valueOf(failure.getMessage()));
        }
    }

    private Sample turn(final Link link, final Cell cell) {
        if (cell.operation().isPresent()) {
            // Its processor time has that of what was made and removed around it in it, and is nobody's.
            return turn(
                    link,
                    new Repetitions(stopped).measure(link, cell.operation().get(), profile.seconds()),
                    0);
        }
        final double cpuBefore = link.cpuSeconds();
        final Measurement measurement = means.carrier().carry(link.route(cell.path()), cell, profile.seconds());
        final double cpuSeconds = (cell.protocol() == Protocol.CRR ? settled(link) : link.cpuSeconds()) - cpuBefore;
        return turn(link, measurement, cpuSeconds);
    }

    private static Sample turn(final Link link, final Measurement measurement, final double cpuSeconds) {
        final Map<Metric, Double> values = new EnumMap<>(Metric.class);
        values.putAll(measurement.values());
        if (cpuSeconds > 0 && measurement.bytes() > 0) {
            values.put(Metric.CPU_PER_GIB, cpuSeconds / measurement.bytes() * BYTES_PER_GIB);
        }
        if (cpuSeconds > 0 && measurement.transactions() > 0) {
            values.put(Metric.CPU_PER_TRANSACTION, cpuSeconds / measurement.transactions() * MICROS);
        }
        link.peakResidentBytes().ifPresent(bytes -> values.put(Metric.RESIDENT, bytes));
        return new Sample(values, Optional.empty(), measurement.histogram());
    }

    /// Thousands of connections are still being forgotten when their turn is over, for the seconds that a stack
    /// keeps them in TIME_WAIT. That is work for them, and would disturb the next turn.
    ///
    /// @return processor time so far, when the backend has become idle
    private static double settled(final Link link) {
        final long deadlineNs = System.nanoTime() + SETTLED_WITHIN.toNanos();
        double before = link.cpuSeconds();
        while (true) {
            LockSupport.parkNanos(SETTLING.toNanos());
            final double now = link.cpuSeconds();
            final double share = (now - before) / (SETTLING.toNanos() / NANOS);
            if (share < QUIET || System.nanoTime() - deadlineNs > 0) {
                return now;
            }
            before = now;
        }
    }
}
