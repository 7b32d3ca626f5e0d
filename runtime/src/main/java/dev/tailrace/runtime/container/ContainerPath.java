package dev.tailrace.runtime.container;

import java.nio.file.Path;

/// Paths as a container sees them.
final class ContainerPath {
    private ContainerPath() {}

    /// Without `.` and `..`, which are taken away before any link is followed, as Docker does.
    ///
    /// @throws StartException if it is not absolute, or nothing but the root
    static String normal(final String path) {
        final String normal = Path.of(path).normalize().toString();
        if (!normal.startsWith("/") || normal.equals("/")) {
            throw new StartException(
                    StartException.OTHER, "invalid mount target \"" + path + "\": must be absolute and not '/'");
        }
        return normal;
    }
}
