package dev.tailrace.runtime.storage;

import dev.tailrace.runtime.storage.files.FileCalls;
import dev.tailrace.runtime.storage.files.FileStatus;
import dev.tailrace.runtime.storage.files.TreeRemoval;
import dev.tailrace.runtime.storage.files.Xattrs;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.LinuxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The kernel's overlay: `upper` takes what the container writes, `merged` is where it is mounted.
final class OverlayDriver implements RootDriver {
    private static final String UPPER = "upper";
    private static final String WORK = "work";
    private static final String MERGED = "merged";

    @Override
    public String name() {
        return "overlay";
    }

    @Override
    public LayerFormat format() {
        return LayerFormat.OVERLAY;
    }

    @Override
    public void create(final Path container, final List<Path> layers) throws IOException {
        Files.createDirectory(container.resolve(UPPER));
        Files.createDirectory(container.resolve(WORK));
        Files.createDirectory(container.resolve(MERGED));
        // The upper directory's owner and mode are those of `/`.
        try (FileCalls calls = new FileCalls()) {
            final int fd = Fd.open(container.toString(), Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_CLOEXEC);
            try {
                final Optional<FileStatus> top = layers.isEmpty()
                        ? Optional.empty()
                        : calls.find(
                                FileCalls.AT_FDCWD, ByteText.of(layers.getLast().toString()));
                final int uid = top.map(FileStatus::uid).orElse(0);
                final int gid = top.map(FileStatus::gid).orElse(0);
                FileCalls.check(calls.tryOwn(fd, UPPER, uid, gid), "lchown", UPPER);
                calls.permit(fd, UPPER, top.map(FileStatus::permissions).orElse(0x1ed));
            } finally {
                Fd.close(fd);
            }
        }
    }

    @Override
    public void mount(final Path container, final List<Path> layers) {
        final List<Path> lower = new ArrayList<>(visible(layers));
        if (lower.isEmpty()) {
            // Overlay wants one; an image may have none.
            lower.add(container.resolve(MERGED));
        }
        OverlayMount.mount(lower, container.resolve(UPPER), container.resolve(WORK), container.resolve(MERGED));
    }

    @Override
    public void unmount(final Path container) {
        OverlayMount.unmount(container.resolve(MERGED));
    }

    @Override
    public Path root(final Path container) {
        return container.resolve(MERGED);
    }

    @Override
    public Path written(final Path container) {
        return container.resolve(UPPER);
    }

    @Override
    public boolean isUpper() {
        return true;
    }

    /// Tries all that containers need of overlay, in a directory of the store.
    ///
    /// @return why it does not do, or empty if it does
    static Optional<String> obstacle(final Path place) throws IOException {
        final OverlayDriver driver = new OverlayDriver();
        final Path layer = place.resolve("layer");
        final Path container = place.resolve("container");
        try {
            // Of a trial that was killed.
            TreeRemoval.remove(place);
            Files.createDirectories(layer.resolve("directory"));
            Files.createDirectories(container);
            Files.createFile(layer.resolve("file"));
            driver.create(container, List.of(layer));
            driver.mount(container, List.of(layer));
            try {
                final Path merged = driver.root(container);
                Files.delete(merged.resolve("file"));
                Files.delete(merged.resolve("directory"));
                Files.createDirectory(merged.resolve("directory"));
            } finally {
                driver.unmount(container);
            }
            return marks(driver.written(container));
        } catch (final LinuxException | IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } finally {
            TreeRemoval.remove(place);
        }
    }

    private static Optional<String> marks(final Path upper) {
        final int fd = Fd.open(upper.toString(), Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_CLOEXEC);
        try (FileCalls calls = new FileCalls();
                Xattrs xattrs = new Xattrs()) {
            if (!LayerFormat.OVERLAY.isHidden(calls, fd, "file")) {
                return Optional.of("no whiteout where a file was deleted");
            }
            return LayerFormat.OVERLAY.isOpaque(calls, xattrs, fd, "directory")
                    ? Optional.empty()
                    : Optional.of("no " + Xattrs.OPAQUE + " where a directory was replaced");
        } finally {
            Fd.close(fd);
        }
    }

    /// The kernel does not look whether the root of a layer hides those below.
    private static List<Path> visible(final List<Path> layers) {
        try (FileCalls calls = new FileCalls();
                Xattrs xattrs = new Xattrs()) {
            for (int i = layers.size() - 1; i > 0; i--) {
                final int fd = Fd.open(layers.get(i).toString(), Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_CLOEXEC);
                try {
                    if (LayerFormat.OVERLAY.isOpaque(calls, xattrs, fd, ".")) {
                        return layers.subList(i, layers.size());
                    }
                } finally {
                    Fd.close(fd);
                }
            }
        }
        return layers;
    }
}
