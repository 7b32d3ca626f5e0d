package dev.tailrace.runtime.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Which users and groups the engine's user namespace has (user_namespaces(7)): with a single id it is one of each.
///
/// @param canSetGroups whether supplementary groups can be set; the kernel forbids it to who maps itself
record IdMaps(List<Range> users, List<Range> groups, boolean canSetGroups) {
    private static final int TTY_GROUP = 5;

    /// Ids from `first`.
    record Range(long first, long count) {}

    /// Those of this process.
    static IdMaps own() {
        return new IdMaps(
                ranges("/proc/self/uid_map"),
                ranges("/proc/self/gid_map"),
                read("/proc/self/setgroups").startsWith("allow"));
    }

    boolean hasTtyGroup() {
        return contains(groups, TTY_GROUP);
    }

    /// @throws StartException if the namespace does not have it
    void check(final Identity identity) {
        if (!contains(users, identity.uid())) {
            throw missing("user", identity.uid());
        }
        if (!contains(groups, identity.gid())) {
            throw missing("group", identity.gid());
        }
        if (canSetGroups) {
            for (final int group : identity.groups()) {
                if (!contains(groups, group)) {
                    throw missing("group", group);
                }
            }
        }
    }

    private static StartException missing(final String kind, final int id) {
        return new StartException(
                StartException.OTHER,
                kind + " " + id + " is not among the ids of the engine: see `tailrace check` about /etc/sub"
                        + (kind.equals("user") ? "uid" : "gid"));
    }

    private static boolean contains(final List<Range> ranges, final int id) {
        return ranges.stream().anyMatch(range -> id >= range.first() && id - range.first() < range.count());
    }

    private static List<Range> ranges(final String file) {
        return read(file)
                .lines()
                .map(line -> line.strip().split("\\s+"))
                .map(columns -> new Range(Long.parseLong(columns[0]), Long.parseLong(columns[2])))
                .toList();
    }

    private static String read(final String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
