package dev.tailrace.tapio.netns;

import org.jspecify.annotations.Nullable;

/// A network namespace and the user namespace to enter first, as paths.
///
/// @param userPath null to stay in our own user namespace
public record NetworkNamespace(String path, @Nullable String userPath) {
    /// Those of process `pid`; another user namespace than the process' own when `userPath` is given.
    public static NetworkNamespace ofProcess(final int pid, final @Nullable String userPath) {
        final String directory = "/proc/" + pid + "/ns/";
        return new NetworkNamespace(directory + "net", userPath != null ? userPath : directory + "user");
    }

    /// The one at `path`.
    public static NetworkNamespace ofPath(final String path, final @Nullable String userPath) {
        return new NetworkNamespace(path, userPath);
    }
}
