package dev.tailrace.runtime.storage;

import dev.tailrace.tapio.linux.Fd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A copy of all layers for each container, with shared blocks where the file system can.
final class VfsDriver implements RootDriver {
    private static final String ROOT = "root";

    @Override
    public String name() {
        return "vfs";
    }

    @Override
    public LayerFormat format() {
        return LayerFormat.PLAIN;
    }

    @Override
    public void create(final Path container, final List<Path> layers) throws IOException {
        final Path root = Files.createDirectory(container.resolve(ROOT));
        final int fd = Fd.open(root.toString(), Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_CLOEXEC);
        try (LayerStack stack = new LayerStack(format(), layers);
                TreeCopy copy = new TreeCopy(stack, fd)) {
            stack.calls().permit(fd, 0x1ed);
            copy.copy();
        } finally {
            Fd.close(fd);
        }
    }

    @Override
    public void mount(final Path container, final List<Path> layers) {
        // It is there already.
    }

    @Override
    public void unmount(final Path container) {
        // Nothing is mounted.
    }

    @Override
    public Path root(final Path container) {
        return container.resolve(ROOT);
    }

    @Override
    public Path written(final Path container) {
        return container.resolve(ROOT);
    }

    @Override
    public boolean isUpper() {
        return false;
    }
}
