package dev.tailrace.perf.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Programs run to their end, each with a deadline.
public final class Programs {
    private static final Duration ALLOWED = Duration.ofSeconds(10);
    private static final int QUOTED_LINES = 3;

    private Programs() {}

    /// How a program ended.
    ///
    /// @param text everything it wrote, standard output and error together, without the blanks around
    public record Ending(int status, String text) {}

    /// Runs a program that must succeed.
    ///
    /// @return what it wrote
    public static String run(final List<String> command) {
        return run(command, ALLOWED);
    }

    public static String run(final String... command) {
        return run(List.of(command), ALLOWED);
    }

    public static String run(final List<String> command, final Duration allowed) {
        final Ending ending = end(command, allowed);
        if (ending.status() != 0) {
            throw new LabException("%s: exit status %d: %s"
                    .formatted(String.join(" ", command), ending.status(), quote(ending.text())));
        }
        return ending.text();
    }

    /// Runs a program that may fail.
    public static Ending end(final List<String> command, final Duration allowed) {
        return await(start(new ProcessBuilder(command).redirectErrorStream(true)), String.join(" ", command), allowed);
    }

    /// Reads what a program says until it ends.
    ///
    /// @param process whose standard error goes to its standard output
    /// @param name for messages
    public static Ending await(final Process process, final String name, final Duration allowed) {
        try (Deadline deadline = new Deadline(process, allowed)) {
            closeInput(process);
            final byte[] output = process.getInputStream().readAllBytes();
            final int status = process.waitFor();
            if (deadline.isExpired()) {
                throw new LabException("%s: no end after %d s".formatted(name, allowed.toSeconds()));
            }
            return new Ending(status, new String(output, StandardCharsets.UTF_8).strip());
        } catch (IOException failure) {
            throw new LabException("reading what %s says".formatted(name), failure);
        } catch (InterruptedException interruption) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new LabException("waiting for " + name, interruption);
        }
    }

    /// Starts a program that goes on.
    public static PosixProcess start(final ProcessBuilder builder) {
        return PosixProcess.start(builder);
    }

    /// Where the shell would find a program, links and all; nothing if it is not installed.
    public static Optional<Path> find(final String name) {
        return Arrays.stream(
                        System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(":"))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /// The path with its links resolved.
    public static Path resolve(final Path path) {
        try {
            return path.toRealPath();
        } catch (IOException failure) {
            throw new LabException("resolving " + path, failure);
        }
    }

    /// The beginning of a text of many lines, as one line to quote in a message.
    public static String quote(final String text) {
        final String beginning = text.lines().limit(QUOTED_LINES).collect(Collectors.joining(" / "));
        return beginning.isEmpty() ? "it said nothing" : beginning;
    }

    private static void closeInput(final Process process) throws IOException {
        process.getOutputStream().close();
    }
}
