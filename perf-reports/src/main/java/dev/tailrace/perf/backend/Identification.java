package dev.tailrace.perf.backend;

import dev.tailrace.perf.lab.Programs;
import dev.tailrace.perf.model.Identity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Finds out what a program on this machine really is.
final class Identification {
    private static final Duration ALLOWED = Duration.ofSeconds(5);

    private Identification() {}

    static Identity of(final String id, final Identity.Role role, final Path program, final String settings) {
        final Path resolved = Programs.resolve(program);
        return new Identity(id, role, resolved.toString(), version(program) + packageOf(resolved), settings);
    }

    /// By the name it was found under: some programs look at it.
    private static String version(final Path program) {
        final List<String> lines =
                Programs.run(program.toString(), "--version").lines().toList();
        final String first = lines.isEmpty() ? "no version" : lines.getFirst();
        return lines.stream()
                .filter(line -> line.startsWith("commit: "))
                .findFirst()
                .map(commit -> first + ", " + commit)
                .orElse(first);
    }

    /// The Debian package of a file and its version, where there is such a thing.
    private static String packageOf(final Path file) {
        if (Programs.find("dpkg-query").isEmpty()) {
            return "";
        }
        final Programs.Ending owner = Programs.end(List.of("dpkg-query", "--search", file.toString()), ALLOWED);
        if (owner.status() != 0) {
            return "";
        }
        final String name = owner.text().substring(0, owner.text().indexOf(':'));
        return ", package " + Programs.run("dpkg-query", "--show", "--showformat=${Package} ${Version}", name);
    }
}
