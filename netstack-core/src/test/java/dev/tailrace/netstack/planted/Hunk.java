package dev.tailrace.netstack.planted;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One place that a patch changes. It is found by its lines, wherever in the file they stand now.
///
/// @param file from the root of the repository
/// @param header its `@@` line
/// @param before lines that must stand there, and only there
/// @param after lines that it makes of them
record Hunk(String file, String header, List<String> before, List<String> after) {
    private static final Pattern HEADER = Pattern.compile("@@ -\\d+(?:,(\\d+))? \\+\\d+(?:,(\\d+))? @@.*");
    private static final String TARGET = "+++ b/";

    /// Reads all hunks of a unified diff.
    static List<Hunk> parse(final List<String> lines) {
        final List<Hunk> hunks = new ArrayList<>();
        String file = "";
        for (int index = 0; index < lines.size(); index++) {
            final String line = lines.get(index);
            final Matcher header = HEADER.matcher(line);
            if (line.startsWith(TARGET)) {
                file = line.substring(TARGET.length());
            } else if (header.matches()) {
                hunks.add(read(file, header, lines.subList(index + 1, lines.size())));
            }
        }
        return hunks;
    }

    /// The file's lines with the change.
    List<String> apply(final List<String> lines) {
        final int first = Collections.indexOfSubList(lines, before);
        if (first < 0 || first != Collections.lastIndexOfSubList(lines, before)) {
            throw new AssertionError((first < 0 ? "no longer fits " : "fits more than one place of ") + file + " at "
                    + header + ": plant it again, git diff -U1");
        }
        final List<String> patched = new ArrayList<>(lines.subList(0, first));
        patched.addAll(after);
        patched.addAll(lines.subList(first + before.size(), lines.size()));
        return patched;
    }

    /// Reads as many lines as the header says, so that a patch that was cut short is found out.
    private static Hunk read(final String file, final Matcher header, final List<String> rest) {
        final int beforeCount = count(header.group(1));
        final int afterCount = count(header.group(2));
        final List<String> before = new ArrayList<>();
        final List<String> after = new ArrayList<>();
        for (int index = 0; before.size() < beforeCount || after.size() < afterCount; index++) {
            if (index == rest.size()) {
                throw new AssertionError("the patch of " + file + " ends within " + header.group());
            }
            final String line = rest.get(index);
            final char kind = line.isEmpty() ? ' ' : line.charAt(0);
            final String text = line.isEmpty() ? "" : line.substring(1);
            if (kind != '+') {
                before.add(text);
            }
            if (kind != '-') {
                after.add(text);
            }
        }
        return new Hunk(file, header.group(), before, after);
    }

    private static int count(final String group) {
        return group == null ? 1 : Integer.parseInt(group);
    }
}
