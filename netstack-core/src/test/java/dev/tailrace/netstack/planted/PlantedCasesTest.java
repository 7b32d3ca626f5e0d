package dev.tailrace.netstack.planted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// `docs/tcp-cases.md` names for each of its cases the tests and the planted bugs that there are, or says why there are
/// none.
class PlantedCasesTest {
    private static final int CASES = 76;
    private static final Path TABLE = Path.of("..", "docs", "tcp-cases.md");
    private static final List<Path> FOLDERS =
            List.of(Path.of("src", "test", "planted"), Path.of("..", "tap-io", "src", "test", "planted"));
    private static final List<PlantedBug> ALL = all();
    private static final Pattern NUMBERS = Pattern.compile("\\| (\\d+)(?: to (\\d+)|((?:, \\d+)*)) \\|.*");

    @Test
    void shouldHaveATestAndAPlantedBugOrAReasonForEachCase() throws IOException {
        final Map<Integer, String> rows = rows();
        for (int number = 1; number <= CASES; number++) {
            final String row = rows.getOrDefault(number, "");
            assertFalse(row.isEmpty(), "case " + number + " is not in " + TABLE);
            final int planted = planted(number).size();
            assertEquals(
                    planted == 0,
                    row.contains("not applicable: "),
                    "case " + number + " has " + planted + " planted bugs, and its row is " + row);
        }
    }

    @Test
    void shouldNameEachPlantedBugAndItsTests() throws IOException {
        final Map<Integer, String> rows = rows();
        for (int number = 1; number <= CASES; number++) {
            final String row = rows.getOrDefault(number, "");
            for (final PlantedBug bug : planted(number)) {
                assertTrue(row.contains(bug.name().substring(3) + "`"), "row " + number + " does not name " + bug);
                for (final String test : bug.tests()) {
                    final String method = test.substring(test.indexOf('#') + 1);
                    assertTrue(row.contains(method), "row " + number + " does not name " + test + " of " + bug);
                }
            }
        }
    }

    @Test
    void shouldFitTheSourcesOfEachModule() {
        for (final PlantedBug bug : ALL) {
            assertFalse(bug.tests().isEmpty(), bug + " has no line Test:");
            assertFalse(bug.sources().isEmpty(), bug + " changes nothing");
        }
    }

    private static Map<Integer, String> rows() throws IOException {
        final Map<Integer, String> rows = new HashMap<>();
        for (final String line : Files.readAllLines(TABLE)) {
            final Matcher row = NUMBERS.matcher(line);
            if (row.matches()) {
                final int first = Integer.parseInt(row.group(1));
                final int last = row.group(2) == null ? first : Integer.parseInt(row.group(2));
                for (int number = first; number <= last; number++) {
                    rows.put(number, line);
                }
                for (final String more : String.valueOf(row.group(3)).split(", ")) {
                    if (more.matches("\\d+")) {
                        rows.put(Integer.parseInt(more), line);
                    }
                }
            }
        }
        return rows;
    }

    private static List<PlantedBug> planted(final int number) {
        return ALL.stream().filter(bug -> bug.caseNumber() == number).toList();
    }

    private static List<PlantedBug> all() {
        return FOLDERS.stream()
                .filter(Files::isDirectory)
                .flatMap(folder -> PlantedBug.in(folder).stream())
                .toList();
    }
}
