package dev.tailrace.runtime.container;

import java.nio.file.Path;

/// Something that is mounted in a container, beside what every container has.
public sealed interface MountSpec {
    /// Absolute, in the container.
    String target();

    /// A file or directory of the host.
    record Bind(Path source, String target, boolean isReadOnly) implements MountSpec {}

    /// An empty file system in memory.
    ///
    /// @param options as of `docker run --tmpfs`: `size=64m,mode=1777,exec`
    record Temporary(String target, String options) implements MountSpec {}
}
