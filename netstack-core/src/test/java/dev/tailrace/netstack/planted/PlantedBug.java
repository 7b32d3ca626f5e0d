package dev.tailrace.netstack.planted;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A patch that plants one bug, and the tests that must fail of it. Above the diff stand `Bug:` with one line of text
/// and `Test:` with a class below the module's package and a method, `tcp.TcpWindowTest#shouldProbe`, once per test.
///
/// @param name of the file without `.patch`, beginning with the case's number in two digits
/// @param text what is wrong when it is planted
/// @param tests each of which must fail
/// @param hunks what it changes
public record PlantedBug(String name, String text, List<String> tests, List<Hunk> hunks) {
    private static final String SUFFIX = ".patch";
    private static final Path ROOT = Path.of("..");

    /// Number of the case in `docs/tcp-cases.md`.
    public int caseNumber() {
        return Integer.parseInt(name.substring(0, name.indexOf('-')));
    }

    /// All patches of a folder, by name.
    public static List<PlantedBug> in(final Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX))
                    .sorted()
                    .map(PlantedBug::read)
                    .toList();
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot list " + folder, e);
        }
    }

    /// The files that it changes, with the bug in them; fails when a hunk does not fit.
    ///
    /// @return text by path from the root of the repository
    public Map<String, String> sources() {
        final Map<String, List<String>> files = new LinkedHashMap<>();
        for (final Hunk hunk : hunks) {
            final List<String> lines = files.computeIfAbsent(hunk.file(), PlantedBug::lines);
            files.put(hunk.file(), hunk.apply(lines));
        }
        final Map<String, String> sources = new LinkedHashMap<>();
        files.forEach((file, lines) -> sources.put(file, String.join("\n", lines) + "\n"));
        return sources;
    }

    static PlantedBug parse(final String name, final List<String> lines) {
        String text = "";
        final List<String> tests = new ArrayList<>();
        for (final String line : lines) {
            if (line.startsWith("Bug: ")) {
                text = line.substring("Bug: ".length());
            } else if (line.startsWith("Test: ")) {
                tests.add(line.substring("Test: ".length()));
            }
        }
        return new PlantedBug(name, text, tests, Hunk.parse(lines));
    }

    private static PlantedBug read(final Path file) {
        final String name = String.valueOf(file.getFileName());
        return parse(name.substring(0, name.length() - SUFFIX.length()), lines(file));
    }

    private static List<String> lines(final String file) {
        return lines(ROOT.resolve(file));
    }

    private static List<String> lines(final Path file) {
        try {
            return Files.readAllLines(file);
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
