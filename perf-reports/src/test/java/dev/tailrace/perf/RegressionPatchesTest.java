package dev.tailrace.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The planted regressions still apply to the sources as they are: what each hunk expects stands in its file,
/// together.
class RegressionPatchesTest {
    private static final Path PATCHES = Path.of("regressions");
    private static final Path ROOT = Path.of("..");
    private static final Pattern HUNK = Pattern.compile("@@ -\\d+(?:,(\\d+))? \\+\\d+(?:,(\\d+))? @@.*");

    /// One place that a patch changes.
    ///
    /// @param file from the root of the repository
    /// @param header its `@@` line
    /// @param before lines that must stand there
    /// @param after lines that it makes of them
    private record Hunk(String file, String header, List<String> before, List<String> after) {}

    @ParameterizedTest
    @MethodSource("patches")
    void shouldApplyToTheSources(final Path patch) throws IOException {
        final List<Hunk> hunks = parse(Files.readAllLines(patch));
        assertFalse(hunks.isEmpty(), patch + " changes nothing");
        for (final Hunk hunk : hunks) {
            assertTrue(
                    occurs(hunk.before, Files.readAllLines(ROOT.resolve(hunk.file))),
                    patch + " no longer fits " + hunk.file + " at " + hunk.header + ": plant it again, git diff >"
                            + patch);
        }
    }

    @ParameterizedTest
    @MethodSource("patches")
    void shouldSayWhatEachIsFor(final Path patch) throws IOException {
        final String readme = Files.readString(PATCHES.resolve("README.md"));
        assertTrue(readme.contains("`" + patch.getFileName() + "`"), patch + " is not in its README.md");
    }

    @Test
    void shouldTellAHunkThatDoesNotFit() {
        final List<Hunk> hunks = parse(
                List.of("--- a/F", "+++ b/F", "@@ -1,2 +1,2 @@ class F", " one", "-two", "+three", "-- ", "2.39"));
        assertEquals(
                List.of(new Hunk("F", "@@ -1,2 +1,2 @@ class F", List.of("one", "two"), List.of("one", "three"))),
                hunks);
        assertTrue(occurs(hunks.getFirst().before, List.of("zero", "one", "two")));
        assertFalse(occurs(hunks.getFirst().before, List.of("one", "", "two")));
    }

    static Stream<Path> patches() throws IOException {
        try (Stream<Path> files = Files.list(PATCHES)) {
            return files.filter(file -> file.toString().endsWith(".patch")).sorted().toList().stream();
        }
    }

    private static List<Hunk> parse(final List<String> lines) {
        final List<Hunk> hunks = new ArrayList<>();
        String file = "";
        for (int index = 0; index < lines.size(); index++) {
            final String line = lines.get(index);
            final Matcher header = HUNK.matcher(line);
            if (line.startsWith("+++ b/")) {
                file = line.substring("+++ b/".length());
            } else if (header.matches()) {
                hunks.add(hunk(file, line, header, lines.subList(index + 1, lines.size())));
            }
        }
        return hunks;
    }

    /// Reads as many lines as the header says, so that a patch that was cut short is found out.
    private static Hunk hunk(final String file, final String line, final Matcher header, final List<String> rest) {
        final int beforeCount = count(header.group(1));
        final int afterCount = count(header.group(2));
        final List<String> before = new ArrayList<>();
        final List<String> after = new ArrayList<>();
        for (int index = 0; before.size() < beforeCount || after.size() < afterCount; index++) {
            assertTrue(index < rest.size(), "the patch of " + file + " ends within " + line);
            final String text = rest.get(index);
            final char kind = text.isEmpty() ? ' ' : text.charAt(0);
            if (kind != '+') {
                before.add(text.isEmpty() ? "" : text.substring(1));
            }
            if (kind != '-') {
                after.add(text.isEmpty() ? "" : text.substring(1));
            }
        }
        return new Hunk(file, line, before, after);
    }

    private static int count(final String group) {
        return group == null ? 1 : Integer.parseInt(group);
    }

    private static boolean occurs(final List<String> wanted, final List<String> lines) {
        return Collections.indexOfSubList(lines, wanted) >= 0;
    }
}
