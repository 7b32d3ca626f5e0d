package dev.tailrace.perf.harness;

import dev.tailrace.perf.matrix.Cell;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// The order of everything in one block.
///
/// @param groups in the order in which they are measured
record BlockPlan(List<Group> groups) {
    /// All cells of one MTU, in the order in which they are measured.
    record Group(int mtu, List<Turns> cells) {}

    /// Ids of the backends in the order in which they take their turns, each as often as it takes one.
    record Turns(Cell cell, List<String> order) {}

    /// Draws an order: of the MTUs, of the cells, and of the backends. Backends that are compared closely
    /// stay next to each other, so that the machine changes least between their turns. Of several turns each,
    /// every second round goes backwards: what changes steadily then changes nothing.
    ///
    /// @param who takes part in a cell
    /// @param rounds how many turns each of them takes in a cell
    /// @param close ids that stay together
    static BlockPlan draw(
            final List<Cell> cells,
            final Function<Cell, List<String>> who,
            final int rounds,
            final Set<String> close,
            final RandomGenerator random) {
        final Map<Integer, List<Turns>> byMtu = new LinkedHashMap<>();
        for (final Cell cell : cells) {
            final List<String> order = order(who.apply(cell), rounds, close, random);
            if (!order.isEmpty()) {
                byMtu.computeIfAbsent(cell.mtu(), ignored -> new ArrayList<>()).add(new Turns(cell, order));
            }
        }
        final List<Group> groups = new ArrayList<>();
        byMtu.forEach((mtu, turns) -> {
            Collections.shuffle(turns, random);
            groups.add(new Group(mtu, List.copyOf(turns)));
        });
        Collections.shuffle(groups, random);
        return new BlockPlan(List.copyOf(groups));
    }

    private static List<String> order(
            final List<String> backends, final int rounds, final Set<String> close, final RandomGenerator random) {
        final List<String> order = new ArrayList<>();
        List<String> round = List.of();
        for (int number = 0; number < rounds; number++) {
            round = number % 2 == 0 ? order(backends, close, random) : round.reversed();
            order.addAll(round);
        }
        return List.copyOf(order);
    }

    private static List<String> order(
            final List<String> backends, final Set<String> close, final RandomGenerator random) {
        final List<String> together = new ArrayList<>(backends);
        together.retainAll(close);
        Collections.shuffle(together, random);
        final List<List<String>> units = new ArrayList<>();
        backends.stream().filter(each -> !close.contains(each)).forEach(each -> units.add(List.of(each)));
        if (!together.isEmpty()) {
            units.add(together);
        }
        Collections.shuffle(units, random);
        return units.stream().flatMap(List::stream).toList();
    }

    /// How many cells there are.
    int rounds() {
        return groups.stream().mapToInt(group -> group.cells().size()).sum();
    }
}
