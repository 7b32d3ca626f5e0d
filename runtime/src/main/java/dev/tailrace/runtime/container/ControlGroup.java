package dev.tailrace.runtime.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// The control group of one container that runs.
///
/// @param directory its files
/// @param killsBefore what `oom_kill` said before the container began; not 0 in a group that an earlier run has left
record ControlGroup(Path directory, long killsBefore) {
    private static final String KILLS = "oom_kill ";

    static ControlGroup of(final Path directory) throws IOException {
        return new ControlGroup(directory, kills(directory));
    }

    /// The file that a process writes `0` to in order to be in it.
    Path processes() {
        return directory.resolve("cgroup.procs");
    }

    /// Whether the kernel has killed one of its processes for want of memory, or one of a group beneath it.
    boolean isOutOfMemory() {
        try {
            return kills(directory) > killsBefore;
        } catch (final IOException e) {
            // The end of a container must not wait for the reason of its end.
            System.err.print("tailrace: cannot tell whether memory was short in " + directory + ": " + e + "\n");
            return false;
        }
    }

    /// `memory.events` (Documentation/admin-guide/cgroup-v2.rst).
    private static long kills(final Path directory) throws IOException {
        try {
            return Files.readString(directory.resolve("memory.events"))
                    .lines()
                    .filter(line -> line.startsWith(KILLS))
                    .mapToLong(line ->
                            Long.parseLong(line.substring(KILLS.length()).strip()))
                    .sum();
        } catch (final NoSuchFileException _) {
            return 0;
        } catch (final NumberFormatException e) {
            throw new IOException("memory.events is not what the kernel writes: " + e.getMessage(), e);
        }
    }
}
