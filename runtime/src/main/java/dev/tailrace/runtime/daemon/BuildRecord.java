package dev.tailrace.runtime.daemon;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/// What the image that this runs from says of its build: `share/tailrace/build.properties`.
///
/// @param commit of the source, or `unknown`
/// @param time as ISO 8601 has it, empty where nobody knows
record BuildRecord(String commit, String time) {
    private static final BuildRecord UNKNOWN = new BuildRecord("unknown", "");

    /// Of the image whose Java this is.
    static BuildRecord current() {
        return read(Path.of(System.getProperty("java.home")).resolveSibling("share/tailrace/build.properties"));
    }

    static BuildRecord read(final Path file) {
        if (!Files.isReadable(file)) {
            return UNKNOWN;
        }
        final Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (final IOException | IllegalArgumentException e) {
            throw new DaemonException(DaemonException.FAILED, "cannot read " + file + ": " + e.getMessage(), e);
        }
        return new BuildRecord(
                properties.getProperty("commit", UNKNOWN.commit), properties.getProperty("built", UNKNOWN.time));
    }
}
