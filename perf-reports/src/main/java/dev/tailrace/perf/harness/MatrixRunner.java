package dev.tailrace.perf.harness;

import dev.tailrace.perf.backend.Backend;
import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.matrix.Profile;
import dev.tailrace.perf.result.BackendIdentity;
import dev.tailrace.perf.result.Block;
import dev.tailrace.perf.result.CellResult;
import dev.tailrace.perf.result.Start;
import java.util.ArrayList;
import java.util.Collections;
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
    private final Means means;
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
    MatrixRunner(
            final Means means,
            final Profile profile,
            final List<Backend> backends,
            final long seed,
            final Progress progress,
            final BooleanSupplier stopped) {
        this.means = means;
        this.profile = profile;
        backends.forEach(each -> this.backends.put(each.id(), each));
        this.close = backends.stream().filter(Backend::isOurs).map(Backend::id).collect(Collectors.toSet());
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
            plans.add(BlockPlan.draw(cells, cell -> carriers(cell, number), profile.turns(), close, random));
        }
        progress.expect(
                plans.stream().mapToInt(BlockPlan::rounds).sum(),
                plans.stream().mapToDouble(this::plannedSeconds).sum());
        for (int block = 0; block < blocks; block++) {
            for (final BlockPlan.Group group : plans.get(block).groups()) {
                if (goesOn()) {
                    progress.enterBlock(block, blocks);
                    measure(group, block, results);
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

    private double plannedSeconds(final BlockPlan plan) {
        double seconds = 0;
        for (final BlockPlan.Group group : plan.groups()) {
            seconds += plannedStart(needed(group));
            for (final BlockPlan.Turns turns : group.cells()) {
                seconds += turns.order().size() * PlannedTime.ofTurn(turns.cell(), profile);
            }
        }
        return seconds;
    }

    private double plannedStart(final List<Backend> starting) {
        return starting.stream()
                .mapToDouble(each -> PlannedTime.ofStart(each, profile))
                .sum();
    }

    private boolean goesOn() {
        if (stopped.getAsBoolean()) {
            complete = false;
        }
        return complete;
    }

    /// Those that take a turn in a group.
    private List<Backend> needed(final BlockPlan.Group group) {
        final Set<String> ids =
                group.cells().stream().flatMap(turns -> turns.order().stream()).collect(Collectors.toSet());
        return backends.values().stream()
                .filter(each -> ids.contains(each.id()))
                .toList();
    }

    private void measure(final BlockPlan.Group group, final int block, final Map<Cell, List<Block>> results) {
        // Who starts last would be warm for the shortest time in every block.
        final List<Backend> starting = new ArrayList<>(needed(group));
        Collections.shuffle(starting, random);
        starting.forEach(each -> asked.add(each.id()));
        progress.say("starting %d backends for MTU %d".formatted(starting.size(), group.mtu()));
        try (RunningBackends running = RunningBackends.start(
                means,
                starting,
                group.mtu(),
                block,
                RunningBackends.WarmUp.before(group, profile.warmupSeconds()),
                stopped)) {
            progress.spend(plannedStart(starting));
            running.identities().forEach((id, found) -> identities.merge(id, found, MatrixRunner::sameOrMore));
            final CellRound round = new CellRound(means, profile, progress, stopped);
            for (final BlockPlan.Turns turns : group.cells()) {
                if (goesOn()) {
                    progress.enterCell(turns.cell());
                    keep(turns.cell(), round.measure(turns, running, block), results);
                    progress.leaveCell();
                }
            }
            starts.addAll(running.starts());
        }
        // In the middle of the last turn, too.
        goesOn();
    }

    private static void keep(final Cell cell, final Block measured, final Map<Cell, List<Block>> results) {
        if (!measured.samples().isEmpty()) {
            results.computeIfAbsent(cell, ignored -> new ArrayList<>()).add(measured);
        }
    }

    /// The first, with what was objected to later.
    private static BackendIdentity sameOrMore(final BackendIdentity first, final BackendIdentity later) {
        final Set<String> objections = new LinkedHashSet<>(first.objections());
        objections.addAll(later.objections());
        return first.withObjections(List.copyOf(objections));
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
