package dev.tailrace.runtime.storage;

import dev.tailrace.runtime.storage.files.TreeRemoval;
import dev.tailrace.runtime.storage.tar.ArchiveLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// The store of layers and roots of one driver: `DATA/DRIVER/{layers,containers,temporary}`. Another driver has another
/// store, so that one sees the images of the driver that runs. One process has it open at a time; the caller sees to
/// that.
public final class Storage {
    /// Which driver is wanted.
    public enum Choice {
        /// Overlay, where it works.
        AUTO,
        OVERLAY,
        VFS
    }

    private static final String TEMPORARY = "temporary";

    private final Path directory;
    private final StoreFiles files;
    private final LayerStore layers;
    private final StoredRoots roots;
    private final String reason;

    private Storage(
            final Path directory,
            final RootDriver driver,
            final String reason,
            final OwnerPolicy owners,
            final ArchiveLimits limits,
            final Consumer<String> steps)
            throws IOException {
        this.directory = directory;
        this.reason = reason;
        final Path temporary = directory.resolve(TEMPORARY);
        final Path layerDirectory = directory.resolve("layers");
        final Path containers = directory.resolve("containers");
        // What a crash has left half-made.
        TreeRemoval.remove(temporary);
        Files.createDirectories(temporary);
        Files.createDirectories(layerDirectory);
        Files.createDirectories(containers);
        this.files = new StoreFiles(temporary, steps);
        this.layers = new LayerStore(layerDirectory, files, driver.format(), owners, limits);
        this.roots = new StoredRoots(containers, files, layers, driver);
    }

    /// Opens the store beneath `data`, which is made if it is not there.
    ///
    /// @throws StorageException if the driver that is asked for does not work here
    public static Storage open(
            final Path data, final Choice choice, final OwnerPolicy owners, final ArchiveLimits limits)
            throws IOException {
        return open(data, choice, owners, limits, _ -> {});
    }

    /// @param steps is told what comes next in each change of the store; for tests of crashes
    public static Storage open(
            final Path data,
            final Choice choice,
            final OwnerPolicy owners,
            final ArchiveLimits limits,
            final Consumer<String> steps)
            throws IOException {
        final Path absolute = data.toAbsolutePath();
        Files.createDirectories(absolute);
        if (choice == Choice.VFS) {
            return new Storage(absolute.resolve("vfs"), new VfsDriver(), "chosen", owners, limits, steps);
        }
        final Optional<String> obstacle = OverlayDriver.obstacle(absolute.resolve("overlay-probe"));
        if (obstacle.isEmpty()) {
            final String why = choice == Choice.AUTO ? "native, userxattr: a trial mount works" : "chosen";
            return new Storage(absolute.resolve("overlay"), new OverlayDriver(), why, owners, limits, steps);
        }
        if (choice == Choice.OVERLAY) {
            throw new StorageException(
                    StorageException.Kind.SYSTEM,
                    "the storage driver overlay does not work in " + absolute + ": " + obstacle.get()
                            + "; use the driver vfs, or a directory on ext4, xfs, btrfs or tmpfs");
        }
        final String why = "overlay does not work here: " + obstacle.get();
        return new Storage(absolute.resolve("vfs"), new VfsDriver(), why, owners, limits, steps);
    }

    /// One line for people: which driver, and why.
    public String description() {
        return "storage driver " + roots.driver() + " (" + reason + ")";
    }

    /// `overlay` or `vfs`.
    public String driver() {
        return roots.driver();
    }

    public LayerStore layers() {
        return layers;
    }

    public ContainerRoots roots() {
        return roots;
    }

    /// For what others keep beside the layers.
    public StoreFiles files() {
        return files;
    }

    /// Where others may keep things of theirs.
    public Path directory() {
        return directory;
    }

    /// Keeps a layer, there or to come, until [#unclaim] and for as many claims as there are.
    public void claim(final String digest) {
        roots.claim(digest);
    }

    public void unclaim(final String digest) {
        roots.unclaim(digest);
    }

    /// Deletes the layers that neither a container nor anybody else needs.
    ///
    /// @param needed by others, digests
    public void deleteUnusedLayers(final Set<String> needed) throws IOException {
        roots.deleteUnusedLayers(needed);
    }
}
