package dev.tailrace.perf.harness;

import dev.tailrace.perf.backend.Backend;
import dev.tailrace.perf.backend.Link;
import dev.tailrace.perf.lab.Lab;
import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.matrix.Profile;
import dev.tailrace.perf.result.BackendIdentity;
import dev.tailrace.perf.result.Block;
import dev.tailrace.perf.result.CellResult;
import dev.tailrace.perf.result.Metric;
import dev.tailrace.perf.result.Noise;
import dev.tailrace.perf.result.Sample;
import dev.tailrace.perf.result.Start;
import dev.tailrace.perf.traffic.Measurement;
import dev.tailrace.perf.traffic.Traffic;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/// Measures cells, block by block. Not for several threads.
public final class MatrixRunner {
    private static final double BYTES_PER_GIB = 1L << 30;
    private static final double MICROS = 1e6;
    private static final double NANOS = 1e9;

    private final Lab lab;
    private final Profile profile;
    private final Map<String, Backend> backends = new LinkedHashMap<>();
    private final Set<String> close;
    private final SplittableRandom random;
    private final Progress progress;
    private final BooleanSupplier stopped;
    private final Map<String, BackendIdentity> identities = new LinkedHashMap<>();
    private final List<Start> starts = new ArrayList<>();
    private final Set<String> asked = new LinkedHashSet<>();
    private boolean complete = true;

    /// @param seed decides all orders
    /// @param stopped asked between turns; once it says so the rest is left out
    public MatrixRunner(
            final Lab lab,
            final Profile profile,
            final List<Backend> backends,
            final long seed,
            final Progress progress,
            final BooleanSupplier stopped) {
        this.lab = lab;
        this.profile = profile;
        backends.forEach(each -> this.backends.put(each.id(), each));
        this.close = backends.stream()
                .filter(each ->
                        each.role() == BackendIdentity.Role.OURS || each.role() == BackendIdentity.Role.BASELINE)
                .map(Backend::id)
                .collect(Collectors.toSet());
        this.random = new SplittableRandom(seed);
        this.progress = progress;
        this.stopped = stopped;
    }

    /// Measures some cells.
    ///
    /// @param stage see [CellResult]
    /// @return one result for each cell in which a backend took its turn, in the order given
    public List<CellResult> run(final String stage, final List<Cell> cells, final int blocks) {
        final Map<Cell, List<Block>> results = new LinkedHashMap<>();
        cells.forEach(cell -> results.put(cell, new ArrayList<>()));
        final List<BlockPlan> plans = new ArrayList<>();
        for (int block = 0; block < blocks; block++) {
            final int number = block;
            plans.add(BlockPlan.draw(cells, cell -> carriers(cell, number), close, random));
        }
        progress.expect(plans.stream().mapToInt(BlockPlan::turns).sum());
        for (int block = 0; block < blocks && goesOn(); block++) {
            for (final BlockPlan.Group group : plans.get(block).groups()) {
                if (goesOn()) {
                    measure(group, block, blocks, results);
                }
            }
        }
        return results.entrySet().stream()
                .filter(each -> !each.getValue().isEmpty())
                .map(each -> new CellResult(each.getKey(), stage, each.getValue()))
                .toList();
    }

    private List<String> carriers(final Cell cell, final int block) {
        return backends.values().stream()
                .filter(each -> each.carries(cell) && takesPart(each, block))
                .map(Backend::id)
                .toList();
    }

    /// A twin for the calibration is no part of any profile.
    private boolean takesPart(final Backend backend, final int block) {
        return !profile.everyone().contains(backend.id()) || profile.takesPart(backend.id(), block);
    }

    private boolean goesOn() {
        if (stopped.getAsBoolean()) {
            complete = false;
        }
        return complete;
    }

    private void measure(
            final BlockPlan.Group group, final int block, final int blocks, final Map<Cell, List<Block>> results) {
        final Set<String> needed = new LinkedHashSet<>();
        group.cells().forEach(turns -> needed.addAll(turns.order()));
        asked.addAll(needed);
        final List<Backend> starting = backends.values().stream()
                .filter(each -> needed.contains(each.id()))
                .toList();
        progress.say("block %d of %d, starting %d backends for MTU %d"
                .formatted(block + 1, blocks, starting.size(), group.mtu()));
        try (RunningBackends running =
                RunningBackends.start(lab, starting, group.mtu(), block, profile.warmupSeconds(), stopped)) {
            running.links().forEach((id, link) -> identities.merge(id, link.identity(), MatrixRunner::sameOrMore));
            for (final BlockPlan.Turns turns : group.cells()) {
                if (goesOn()) {
                    results.computeIfAbsent(turns.cell(), ignored -> new ArrayList<>())
                            .add(measure(turns, running, block, blocks));
                }
            }
            starts.addAll(running.starts());
        }
    }

    /// The first, with what was objected to later.
    private static BackendIdentity sameOrMore(final BackendIdentity first, final BackendIdentity later) {
        final Set<String> objections = new LinkedHashSet<>(first.objections());
        objections.addAll(later.objections());
        return first.withObjections(List.copyOf(objections));
    }

    private Block measure(
            final BlockPlan.Turns turns, final RunningBackends running, final int block, final int blocks) {
        final Map<String, Sample> samples = new LinkedHashMap<>();
        final NoiseProbe probe = NoiseProbe.start();
        double idleBackends = 0;
        for (final String backend : turns.order()) {
            if (!goesOn()) {
                break;
            }
            progress.begin("%s, block %d of %d: %s".formatted(turns.cell(), block + 1, blocks, backend));
            final Map<String, Double> othersBefore = running.cpuSecondsExcept(backend);
            final long startNs = System.nanoTime();
            final Sample sample = turn(backend, turns.cell(), running);
            idleBackends = Math.max(
                    idleBackends,
                    growth(othersBefore, running.cpuSecondsExcept(backend)) / ((System.nanoTime() - startNs) / NANOS));
            if (!stopped.getAsBoolean()) {
                samples.put(backend, sample);
            }
            progress.end(Progress.outcome(sample));
        }
        final Noise noise = probe.noise(idleBackends);
        return new Block(
                block, turns.order(), noise, profile.noiseCounts() ? NoiseProbe.objections(noise) : List.of(), samples);
    }

    private static double growth(final Map<String, Double> before, final Map<String, Double> after) {
        return before.entrySet().stream()
                .mapToDouble(each -> after.getOrDefault(each.getKey(), each.getValue()) - each.getValue())
                .sum();
    }

    private Sample turn(final String backend, final Cell cell, final RunningBackends running) {
        try {
            final Link link = running.link(backend);
            final double cpuBefore = link.cpuSeconds();
            final Measurement measurement = Traffic.run(link.route(cell.path()), cell, profile.seconds());
            final double cpuSeconds = link.cpuSeconds() - cpuBefore;
            return new Sample(withCost(measurement, cpuSeconds, link), Optional.empty(), measurement.histogram());
        } catch (LabException failure) {
            return Sample.failed(String.valueOf(failure.getMessage()));
        }
    }

    private static Map<Metric, Double> withCost(
            final Measurement measurement, final double cpuSeconds, final Link link) {
        final Map<Metric, Double> values = new EnumMap<>(Metric.class);
        values.putAll(measurement.values());
        if (cpuSeconds > 0 && measurement.bytes() > 0) {
            values.put(Metric.CPU_PER_GIB, cpuSeconds / measurement.bytes() * BYTES_PER_GIB);
        }
        if (cpuSeconds > 0 && measurement.transactions() > 0) {
            values.put(Metric.CPU_PER_TRANSACTION, cpuSeconds / measurement.transactions() * MICROS);
        }
        link.peakResidentBytes().ifPresent(bytes -> values.put(Metric.RESIDENT, bytes));
        return values;
    }

    /// Whether all that was asked for was measured.
    public boolean isComplete() {
        return complete;
    }

    public List<Start> starts() {
        return List.copyOf(starts);
    }

    /// Who took part, in the order of the backends given; without evidence for one that never started.
    public List<BackendIdentity> identities() {
        return backends.values().stream()
                .filter(each -> asked.contains(each.id()))
                .map(each -> Optional.ofNullable(identities.get(each.id())).orElseGet(() -> neverStarted(each)))
                .toList();
    }

    private static BackendIdentity neverStarted(final Backend backend) {
        return new BackendIdentity(backend.id(), backend.role(), "", "", "", "", "it never ran", "", "", List.of());
    }
}
