package dev.tailrace.runtime.storage;

import dev.tailrace.runtime.storage.ChangeFinder.Found;
import dev.tailrace.runtime.storage.files.FileCalls;
import dev.tailrace.runtime.storage.files.FileStatus;
import dev.tailrace.runtime.storage.files.TreeRemoval;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.LinuxException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/// A container's root in the store. Safe for several threads.
final class StoredRoot implements ContainerRoot {
    private final RootDriver driver;
    private final LayerStore layers;
    private final StoreFiles store;
    private final Path directory;
    private final List<String> digests;
    private final Runnable onRemoved;

    private int mounts;

    /// @param digests of its layers, the lowest first
    StoredRoot(
            final RootDriver driver,
            final LayerStore layers,
            final StoreFiles store,
            final Path directory,
            final List<String> digests,
            final Runnable onRemoved) {
        this.driver = driver;
        this.layers = layers;
        this.store = store;
        this.directory = directory;
        this.digests = digests;
        this.onRemoved = onRemoved;
    }

    @Override
    public Path path() {
        return driver.root(directory);
    }

    @Override
    public synchronized void mount() {
        if (mounts == 0) {
            try {
                driver.mount(directory, layers.files(digests));
            } catch (final LinuxException e) {
                throw new StorageException(StorageException.Kind.SYSTEM, String.valueOf(e.getMessage()), e);
            }
        }
        mounts++;
    }

    @Override
    public synchronized void unmount() {
        if (mounts == 0) {
            throw new IllegalStateException("not mounted: " + directory);
        }
        mounts--;
        if (mounts == 0) {
            driver.unmount(directory);
        }
    }

    @Override
    public void writeChanges(final OutputStream tar) throws IOException {
        final int fd = open();
        try (TreeArchive archive = new TreeArchive(fd, tar)) {
            for (final Found found : find(fd)) {
                if (found.kind() == Change.Kind.DELETED) {
                    archive.whiteout(found.path());
                } else {
                    archive.file(found.path());
                }
            }
            archive.finish();
        } finally {
            Fd.close(fd);
        }
    }

    @Override
    public List<Change> changes() {
        final int fd = open();
        try {
            return find(fd).stream()
                    .map(found -> new Change(found.kind(), "/" + ByteText.toText(found.path())))
                    .toList();
        } finally {
            Fd.close(fd);
        }
    }

    @Override
    public long sizeBytes() {
        final int fd = open();
        try (LayerStack stack = new LayerStack(driver.format(), layers.files(digests))) {
            long sum = 0;
            for (final Found found : new ChangeFinder(stack, fd, driver.isUpper()).find()) {
                if (found.kind() != Change.Kind.DELETED) {
                    sum += size(stack, fd, found.path());
                }
            }
            return sum;
        } finally {
            Fd.close(fd);
        }
    }

    @Override
    public synchronized void remove() {
        if (mounts > 0) {
            throw new IllegalStateException("still mounted: " + directory);
        }
        try {
            TreeRemoval.remove(store.moveOut(directory));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        onRemoved.run();
    }

    private int open() {
        return Fd.open(driver.written(directory).toString(), Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_CLOEXEC);
    }

    private List<Found> find(final int fd) {
        try (LayerStack stack = new LayerStack(driver.format(), layers.files(digests))) {
            return new ChangeFinder(stack, fd, driver.isUpper()).find();
        }
    }

    private static long size(final LayerStack stack, final int root, final String path) {
        final EntryPath entry = EntryPath.of(path);
        final int parent = stack.calls()
                .tryOpen(
                        root,
                        entry.parent().isEmpty() ? "." : entry.parent(),
                        FileCalls.READ_DIRECTORY,
                        0,
                        FileCalls.BENEATH);
        if (parent < 0) {
            return 0;
        }
        try {
            return stack.calls()
                    .find(parent, entry.name())
                    .filter(FileStatus::isFile)
                    .map(FileStatus::sizeBytes)
                    .orElse(0L);
        } finally {
            Fd.close(parent);
        }
    }
}
