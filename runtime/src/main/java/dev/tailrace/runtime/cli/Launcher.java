package dev.tailrace.runtime.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The program `tailrace` as a file, of the image that this runs from.
final class Launcher {
    private Launcher() {}

    /// Absent where this does not run from an image.
    static Optional<Path> path() {
        return Optional.of(Path.of(System.getProperty("java.home")).resolveSibling("bin/tailrace"))
                .filter(Files::isExecutable);
    }
}
