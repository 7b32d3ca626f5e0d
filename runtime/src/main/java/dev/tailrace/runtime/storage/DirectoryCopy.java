package dev.tailrace.runtime.storage;

import dev.tailrace.runtime.storage.files.FileCalls;
import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import java.nio.file.Path;
import java.util.List;

/// Copies a directory of a container's root to a place outside of it: contents, owners, modes, times, attributes.
public final class DirectoryCopy {
    private DirectoryCopy() {}

    /// What a container's root has at a path.
    public enum Found {
        NOTHING,
        DIRECTORY,
        /// No directory.
        FILE
    }

    /// Looks in a mounted root; links lead nowhere out of it.
    ///
    /// @param path absolute, in the root
    public static Found look(final Path root, final String path) {
        try (FileCalls calls = new FileCalls()) {
            final int fd = tryOpen(calls, root, path, Fd.O_PATH);
            if (fd < 0) {
                return absent(fd, path);
            }
            try {
                return calls.status(fd).isDirectory() ? Found.DIRECTORY : Found.FILE;
            } finally {
                Fd.close(fd);
            }
        }
    }

    /// Copies a directory with all below it, and what it is itself.
    ///
    /// @param path absolute, in the mounted root; links lead nowhere out of it
    /// @param target an empty directory
    public static void copy(final Path root, final String path, final Path target) {
        try (FileCalls calls = new FileCalls()) {
            final int from = open(calls, root, path);
            try {
                final int to = Fd.open(target.toString(), Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_CLOEXEC);
                // A tree without whiteouts is a layer on its own; the path is the descriptor's, not looked up again.
                try (LayerStack stack = new LayerStack(LayerFormat.OVERLAY, List.of(Path.of("/proc/self/fd/" + from)));
                        TreeCopy copy = new TreeCopy(stack, to)) {
                    copy.copy();
                    calls.syncFileSystem(to);
                } finally {
                    Fd.close(to);
                }
            } finally {
                Fd.close(from);
            }
        }
    }

    private static Found absent(final int result, final String path) {
        if (result == -Errno.ENOENT || result == -Errno.ENOTDIR) {
            return Found.NOTHING;
        }
        FileCalls.check(result, "open", path);
        throw new IllegalStateException("no error: " + result);
    }

    private static int open(final FileCalls calls, final Path root, final String path) {
        return (int) FileCalls.check(tryOpen(calls, root, path, Fd.O_RDONLY | Fd.O_DIRECTORY), "open", path);
    }

    private static int tryOpen(final FileCalls calls, final Path root, final String path, final int flags) {
        final int at = Fd.open(root.toString(), Fd.O_PATH | Fd.O_DIRECTORY | Fd.O_CLOEXEC);
        try {
            return calls.tryOpen(at, path, flags | Fd.O_CLOEXEC, 0, FileCalls.IN_ROOT);
        } finally {
            Fd.close(at);
        }
    }
}
