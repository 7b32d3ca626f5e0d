package dev.tailrace.runtime.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The users that there are in our namespace, by `/proc/self/uid_map` (user_namespaces(7)).
///
/// @param outside the number that our root has where we come from
/// @param count how many there are
record IdRange(long outside, long count) {
    private static final Path MAP = Path.of("/proc/self/uid_map");

    static IdRange current() {
        try {
            return of(Files.readAllLines(MAP));
        } catch (final IOException e) {
            throw new DaemonException(DaemonException.FAILED, "cannot read " + MAP + ": " + e.getMessage(), e);
        }
    }

    /// @param lines first number inside, first outside, count
    static IdRange of(final List<String> lines) {
        long outside = -1;
        long count = 0;
        for (final String line : lines) {
            final String[] fields = line.strip().split("\\s+");
            outside = fields[0].equals("0") ? Long.parseLong(fields[1]) : outside;
            count += Long.parseLong(fields[2]);
        }
        return new IdRange(outside, count);
    }

    /// Whether there is root only.
    boolean isSingle() {
        return count == 1;
    }
}
