package dev.tailrace.perf.backend;

import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Programs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

/// What can be found out about a program and about a running process.
final class Evidence {
    private static final Duration ALLOWED = Duration.ofSeconds(5);
    private static final int BUFFER_BYTES = 1 << 16;

    private Evidence() {}

    /// What a program says about itself, one line, with its commit if it tells one; by the name it was found
    /// under, as some programs look at that.
    static String version(final Path program) {
        final List<String> lines =
                Programs.run(program.toString(), "--version").lines().toList();
        final String first = lines.isEmpty() ? "no version" : lines.getFirst();
        return lines.stream()
                .filter(line -> line.startsWith("commit: "))
                .findFirst()
                .map(commit -> first + ", " + commit)
                .orElse(first);
    }

    /// The Debian package of a file and its version, after a comma; empty where there is no such thing.
    static String packageOf(final Path file) {
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

    static String sha256(final Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            final MessageDigest digest = MessageDigest.getInstance("SHA-256");
            final byte[] buffer = new byte[BUFFER_BYTES];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException failure) {
            throw new LabException("reading " + file, failure);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    /// The arguments of a process, with a blank between them; empty when the kernel shows none.
    static String commandLine(final long pid) {
        try {
            final byte[] bytes = Files.readAllBytes(Path.of("/proc/" + pid + "/cmdline"));
            return new String(bytes, StandardCharsets.UTF_8).replace('\0', ' ').strip();
        } catch (IOException failure) {
            throw new LabException("reading the command line of process " + pid, failure);
        }
    }
}
