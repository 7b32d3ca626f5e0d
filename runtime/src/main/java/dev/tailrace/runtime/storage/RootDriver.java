package dev.tailrace.runtime.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// How a container gets a root of its own from layers. Stateless; `container` is the container's directory.
sealed interface RootDriver permits OverlayDriver, VfsDriver {
    /// As `docker info` shows it.
    String name();

    /// How the layers are to be unpacked for it.
    LayerFormat format();

    /// Fills a new container's directory.
    ///
    /// @param layers directories, the lowest first
    void create(Path container, List<Path> layers) throws IOException;

    void mount(Path container, List<Path> layers);

    void unmount(Path container);

    /// The root while it is mounted.
    Path root(Path container);

    /// What the container writes to.
    Path written(Path container);

    /// Whether [#written] has only what differs from the layers.
    boolean isUpper();
}
