package dev.tailrace.runtime.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The user that runs this.
///
/// @param name login name; the number as text when there is none
/// @param uid the number
public record Account(String name, long uid) {
    /// The user who owns this process, by `/proc/self` and `/etc/passwd` below `root`.
    static Account current(final Path root) throws IOException {
        final Number uid = (Number) Files.getAttribute(root.resolve("proc/self"), "unix:uid");
        return of(root, Integer.toUnsignedLong(uid.intValue()));
    }

    /// The user with a number.
    static Account of(final Path root, final long uid) throws IOException {
        for (final String line : TextFile.lines(root.resolve("etc/passwd"))) {
            final String[] fields = line.split(":", -1);
            if (fields.length > 2 && fields[2].equals(Long.toString(uid))) {
                return new Account(fields[0], uid);
            }
        }
        return new Account(Long.toString(uid), uid);
    }
}
