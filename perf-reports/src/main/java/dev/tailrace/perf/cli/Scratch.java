package dev.tailrace.perf.cli;

import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// A directory for what a session keeps on a disk: data roots of engines, root directories of containers. Beside the
/// results, so that the disk is one that people keep files on.
final class Scratch implements AutoCloseable {
    private static final Duration REMOVED_WITHIN = Duration.ofSeconds(60);

    private final Path directory;

    private Scratch(final Path directory) {
        this.directory = directory;
    }

    static Scratch in(final Path results) {
        try {
            return new Scratch(Files.createTempDirectory(results, "scratch-"));
        } catch (IOException failure) {
            throw new LabException("making a directory in " + results, failure);
        }
    }

    Path directory() {
        return directory;
    }

    /// As root of a user namespace: overlay file systems leave directories that not even their owner may list.
    @Override
    public void close() {
        Programs.run(
                List.of("unshare", "--user", "--map-root-user", "--", "rm", "-rf", "--", directory.toString()),
                REMOVED_WITHIN);
    }
}
