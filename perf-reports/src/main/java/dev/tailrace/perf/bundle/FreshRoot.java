package dev.tailrace.perf.bundle;

import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A root directory to write to: a copy of the test root, or the test root below a layer of fuse-overlayfs(1).
public final class FreshRoot {
    private static final Duration ALLOWED = Duration.ofSeconds(60);

    private final Path directory;
    private final Path root;
    private final Optional<Path> fuse;

    /// @param directory that is made for it
    /// @param fuse the program fuse-overlayfs; a copy without
    public FreshRoot(final Path directory, final TestRoot root, final Optional<Path> fuse) {
        this.directory = directory;
        this.root = root.directory();
        this.fuse = fuse;
    }

    /// @return where the files are
    Path make() {
        try {
            Files.createDirectories(directory);
            if (fuse.isEmpty()) {
                run(
                        "cp",
                        "-a",
                        "--reflink=auto",
                        root.toString(),
                        directory.resolve("copy").toString());
                return directory.resolve("copy");
            }
            final Path upper = Files.createDirectory(directory.resolve("upper"));
            final Path work = Files.createDirectory(directory.resolve("work"));
            final Path merged = Files.createDirectory(directory.resolve("merged"));
            run(
                    fuse.get().toString(),
                    "-o",
                    "lowerdir=%s,upperdir=%s,workdir=%s".formatted(root, upper, work),
                    merged.toString());
            return merged;
        } catch (IOException failure) {
            throw new LabException("making a root directory in " + directory, failure);
        }
    }

    void remove() {
        if (fuse.isPresent()) {
            run("umount", directory.resolve("merged").toString());
        }
        run("rm", "-rf", "--", directory.toString());
    }

    private static void run(final String... command) {
        Programs.run(List.of(command), ALLOWED);
    }
}
