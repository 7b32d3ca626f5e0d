package dev.tailrace.perf.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.perf.matrix.Cell;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class BlockPlanTest {
    private static final List<Cell> CELLS = List.of(
            Cell.parse("tcp/c2h/up/mtu1500/x1"),
            Cell.parse("tcp/c2h/down/mtu65520/x1"),
            Cell.parse("rr/c2h/mtu1500/x1"),
            Cell.parse("tcp/c2c/up/mtu1500/x1"));
    private static final List<String> ALL = List.of("tailrace", "tailrace@baseline", "slirp4netns", "pasta");
    private static final Set<String> CLOSE = Set.of("tailrace", "tailrace@baseline");

    private static BlockPlan draw(final long seed) {
        return BlockPlan.draw(
                CELLS,
                cell -> cell.id().startsWith("tcp/c2c") ? List.of("bridge") : ALL,
                1,
                CLOSE,
                new SplittableRandom(seed));
    }

    @Test
    void shouldGiveEachBackendOneTurnInEachCellThatItCarries() {
        final BlockPlan plan = draw(1);
        final Map<Cell, List<String>> orders = new HashMap<>();
        plan.groups()
                .forEach(group -> group.cells().forEach(turns -> {
                    assertEquals(group.mtu(), turns.cell().mtu());
                    orders.put(turns.cell(), turns.order());
                }));
        assertEquals(Set.copyOf(CELLS), orders.keySet());
        assertEquals(Set.copyOf(ALL), new HashSet<>(orders.get(CELLS.getFirst())));
        assertEquals(ALL.size(), orders.get(CELLS.getFirst()).size());
        assertEquals(List.of("bridge"), orders.get(CELLS.getLast()));
        assertEquals(CELLS.size(), plan.rounds());
    }

    @Test
    void shouldKeepTheTwoBuildsNextToEachOtherInEitherOrder() {
        int candidateFirst = 0;
        int firstOfAll = 0;
        final int draws = 400;
        for (int seed = 0; seed < draws; seed++) {
            for (final BlockPlan.Group group : draw(seed).groups()) {
                for (final BlockPlan.Turns turns : group.cells()) {
                    if (turns.order().size() > 1) {
                        final int difference = turns.order().indexOf("tailrace")
                                - turns.order().indexOf("tailrace@baseline");
                        assertEquals(1, Math.abs(difference), turns.order()::toString);
                        candidateFirst += difference < 0 ? 1 : 0;
                        firstOfAll += turns.order().getFirst().equals("pasta") ? 1 : 0;
                    }
                }
            }
        }
        final int all = 3 * draws;
        assertTrue(candidateFirst > all * 0.45 && candidateFirst < all * 0.55, candidateFirst + " of " + all);
        assertTrue(firstOfAll > all * 0.27 && firstOfAll < all * 0.4, firstOfAll + " of " + all);
    }

    @Test
    void shouldLetEverySecondRoundGoBackwards() {
        final Cell cell = CELLS.getFirst();
        final BlockPlan plan = BlockPlan.draw(List.of(cell), ignored -> ALL, 4, CLOSE, new SplittableRandom(3));
        final List<String> order = plan.groups().getFirst().cells().getFirst().order();
        assertEquals(4 * ALL.size(), order.size());
        for (int round = 0; round < 4; round += 2) {
            final List<String> there = order.subList(round * ALL.size(), (round + 1) * ALL.size());
            final List<String> back = order.subList((round + 1) * ALL.size(), (round + 2) * ALL.size());
            assertEquals(Set.copyOf(ALL), new HashSet<>(there));
            assertEquals(there.reversed(), back);
        }
        assertEquals(1, plan.rounds());
    }

    @Test
    void shouldDrawTheSameFromTheSameSeedOnly() {
        assertEquals(draw(5), draw(5));
        assertNotEquals(draw(5), draw(6));
    }
}
