package dev.tailrace.tapio.planted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.netstack.planted.PlantedBug;
import dev.tailrace.netstack.planted.PlantedRun;
import dev.tailrace.tapio.lab.Lab;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The tests of host sockets and of the TAP find the bugs that they are for. By hand, with `scripts/planted`: that the
/// patches fit is looked at in `netstack-core`.
class PlantedBugsIT {
    private static final PlantedRun RUN = new PlantedRun("dev.tailrace.tapio");

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("all")
    void shouldBeFoundByItsTests(final PlantedBug bug) {
        final boolean isWanted = Integer.getInteger("planted") != null || Boolean.getBoolean("planted.all");
        assumeTrue(isWanted, "its tests wait long for what never comes: give -Dplanted.all=true");
        final String obstacle = Lab.obstacle();
        assumeTrue(obstacle == null, obstacle);
        final List<PlantedRun.Outcome> outcomes = RUN.run(bug);
        for (final PlantedRun.Outcome outcome : outcomes) {
            System.out.println(outcome.line(bug));
        }
        assertEquals(List.of(), PlantedRun.blind(outcomes), "tests that pass although " + bug.text());
    }

    static Stream<PlantedBug> all() {
        final Integer only = Integer.getInteger("planted");
        return PlantedBug.in(Path.of("src", "test", "planted")).stream()
                .filter(bug -> only == null || bug.caseNumber() == only);
    }
}
