package dev.tailrace.netstack.planted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each planted bug still fits the sources, and the tests it names find it. To save time only one of some shares of
/// the patches is run, another one whenever the code that they change has changed; `-Dplanted.all=true` runs all and
/// `-Dplanted=N` those of case N. `scripts/planted` prints the table.
class PlantedBugsTest {
    private static final Path PATCHES = Path.of("src", "test", "planted");
    private static final int SHARES = 8;
    private static final PlantedRun RUN = new PlantedRun("dev.tailrace.netstack");

    @ParameterizedTest
    @MethodSource("all")
    void shouldFitTheSources(final PlantedBug bug) {
        assertFalse(bug.text().isEmpty(), "has no line Bug:");
        assertFalse(bug.tests().isEmpty(), "has no line Test:");
        assertFalse(bug.sources().isEmpty(), "changes nothing");
        bug.tests().forEach(test -> RUN.find(getClass().getClassLoader(), test));
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("chosen")
    void shouldBeFoundByItsTests(final PlantedBug bug) {
        final List<PlantedRun.Outcome> outcomes = RUN.run(bug);
        for (final PlantedRun.Outcome outcome : outcomes) {
            System.out.println(outcome.line(bug));
        }
        assertEquals(List.of(), PlantedRun.blind(outcomes), "tests that pass although " + bug.text());
    }

    @Test
    void shouldTellAPatchThatDoesNotFit() {
        final PlantedBug bug = PlantedBug.parse(
                "07-x",
                List.of("Bug: b", "Test: A#b", "--- a/F", "+++ b/F", "@@ -1,2 +1,2 @@", " one", "-two", "+three"));
        final Hunk hunk = bug.hunks().getFirst();
        assertEquals(7, bug.caseNumber());
        assertEquals(List.of("A#b"), bug.tests());
        assertEquals(List.of("zero", "one", "three"), hunk.apply(List.of("zero", "one", "two")));
        assertThrows(AssertionError.class, () -> hunk.apply(List.of("one", "", "two")));
        assertThrows(AssertionError.class, () -> hunk.apply(List.of("one", "two", "one", "two")));
        assertThrows(AssertionError.class, () -> Hunk.parse(List.of("+++ b/F", "@@ -1,2 +1,2 @@", " one")));
    }

    static Stream<PlantedBug> all() {
        return PlantedBug.in(PATCHES).stream();
    }

    static Stream<PlantedBug> chosen() {
        final List<PlantedBug> bugs = PlantedBug.in(PATCHES);
        final Integer only = Integer.getInteger("planted");
        if (only != null || Boolean.getBoolean("planted.all")) {
            return bugs.stream().filter(bug -> only == null || bug.caseNumber() == only);
        }
        int sources = 0;
        for (final PlantedBug bug : bugs) {
            sources += bug.sources().hashCode();
        }
        final int turn = Math.floorMod(sources, SHARES);
        return IntStream.range(0, bugs.size())
                .filter(index -> index % SHARES == turn)
                .mapToObj(bugs::get);
    }
}
