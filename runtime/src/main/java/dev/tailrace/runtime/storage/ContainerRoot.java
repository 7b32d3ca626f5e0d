package dev.tailrace.runtime.storage;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;

/// The root directory of one container.
public interface ContainerRoot {
    /// Where it is while mounted, in the engine's mount namespace.
    Path path();

    /// Mounts it; does nothing if it is. Counted: it stays until as many [#unmount]s were called.
    void mount();

    void unmount();

    /// Writes what the container has changed against its image, as a tar with whiteouts.
    void writeChanges(OutputStream tar) throws IOException;

    /// What the container has changed, for `docker diff`.
    List<Change> changes() throws IOException;

    /// Bytes that the container has written.
    long sizeBytes() throws IOException;

    /// Removes it with all in it. It is not mounted then.
    void remove();

    /// @param path absolute, in the container
    record Change(Kind kind, String path) {
        /// In the order of their numbers in the Engine API.
        public enum Kind {
            MODIFIED,
            ADDED,
            DELETED
        }
    }
}
