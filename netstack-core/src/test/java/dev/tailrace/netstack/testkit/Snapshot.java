package dev.tailrace.netstack.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Text that a test makes, held against a committed file, character by character: what changes it must say so in the
/// same commit.
///
/// The file lies in `src/test/resources`, in the folder of the test's package. With `-Dsnapshot.update=true` it is
/// written instead of compared.
public final class Snapshot {
    private static final String UPDATE = "snapshot.update";
    private static final Path RESOURCES = Path.of("src", "test", "resources");

    private final Path file;
    private final String updateCommand;

    Snapshot(final Path file, final String updateCommand) {
        this.file = file;
        this.updateCommand = updateCommand;
    }

    /// The snapshot `name` of a test class. Tests run in the folder of their module, as Maven does it.
    public static Snapshot of(final Class<?> test, final String name) {
        final Path module = Path.of("").toAbsolutePath().getFileName();
        final Path file =
                RESOURCES.resolve(test.getPackageName().replace('.', '/')).resolve(name);
        return new Snapshot(
                file,
                "mvn -pl " + module + " -am test -Dtest=" + test.getSimpleName()
                        + " -Dsurefire.failIfNoSpecifiedTests=false -D" + UPDATE + "=true");
    }

    /// Fails with the lines that differ, and the command that accepts them, unless the file holds exactly `actual`.
    public void assertMatches(final String actual) {
        assertMatches(actual, Boolean.getBoolean(UPDATE));
    }

    void assertMatches(final String actual, final boolean isUpdate) {
        try {
            if (isUpdate) {
                Files.createDirectories(file.toAbsolutePath().getParent());
                Files.writeString(file, actual);
                System.out.println("wrote " + file);
                return;
            }
            if (!Files.exists(file)) {
                throw new AssertionError("no snapshot " + file + "\nwrite it: " + updateCommand);
            }
            final String expected = Files.readString(file);
            if (!expected.equals(actual)) {
                throw new AssertionError("not as in " + file + " (-), but now (+):\n" + difference(expected, actual)
                        + "if that is meant: " + updateCommand);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException("snapshot " + file, e);
        }
    }

    /// The lines that only one of two texts has, in order, by a longest common subsequence.
    static String difference(final String expected, final String actual) {
        final List<String> before = Arrays.asList(expected.split("\n", -1));
        final List<String> after = Arrays.asList(actual.split("\n", -1));
        final int[][] common = commonLengths(before, after);
        final List<String> removed = new ArrayList<>();
        final List<String> added = new ArrayList<>();
        final StringBuilder text = new StringBuilder();
        int left = 0;
        int right = 0;
        while (left < before.size() || right < after.size()) {
            final boolean isBoth = left < before.size() && right < after.size();
            if (isBoth && before.get(left).equals(after.get(right))) {
                flush(text, removed, added);
                left++;
                right++;
            } else if (right == after.size() || (isBoth && common[left + 1][right] >= common[left][right + 1])) {
                removed.add("- " + before.get(left++));
            } else {
                added.add("+ " + after.get(right++));
            }
        }
        flush(text, removed, added);
        return text.toString();
    }

    private static int[][] commonLengths(final List<String> before, final List<String> after) {
        final int[][] common = new int[before.size() + 1][after.size() + 1];
        for (int left = before.size() - 1; left >= 0; left--) {
            for (int right = after.size() - 1; right >= 0; right--) {
                common[left][right] = before.get(left).equals(after.get(right))
                        ? common[left + 1][right + 1] + 1
                        : Math.max(common[left + 1][right], common[left][right + 1]);
            }
        }
        return common;
    }

    /// Changed lines of one place: each beside what it became, if there are as many now, or else the old ones first.
    private static void flush(final StringBuilder text, final List<String> removed, final List<String> added) {
        if (removed.size() == added.size()) {
            for (int index = 0; index < removed.size(); index++) {
                text.append(removed.get(index)).append('\n');
                text.append(added.get(index)).append('\n');
            }
        } else {
            removed.forEach(line -> text.append(line).append('\n'));
            added.forEach(line -> text.append(line).append('\n'));
        }
        removed.clear();
        added.clear();
    }
}
