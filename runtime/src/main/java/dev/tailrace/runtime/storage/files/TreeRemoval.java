package dev.tailrace.runtime.storage.files;

import dev.tailrace.runtime.storage.ByteText;
import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.LinuxException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/// Removes a tree, whoever owns what is in it, as long as the ids are mapped: so from inside the engine's namespace.
public final class TreeRemoval {
    private static final int MODE_0700 = 0x1c0;

    private TreeRemoval() {}

    /// Removes `path` and all below; does nothing if it is not there. Links are removed, not followed.
    public static void remove(final Path path) {
        final Path parent = path.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IllegalArgumentException("cannot remove " + path);
        }
        try (FileCalls calls = new FileCalls()) {
            final int directory = Fd.open(parent.toString(), Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_CLOEXEC);
            try {
                remove(calls, directory, ByteText.of(String.valueOf(path.getFileName())));
            } finally {
                Fd.close(directory);
            }
        } catch (final LinuxException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
    }

    /// A directory that is being emptied: deep trees must not end the Java stack.
    private record Level(int parent, String name, int fd, Iterator<String> names) {}

    /// Removes `name` of `directory` and all below it; does nothing if it is not there.
    public static void remove(final FileCalls calls, final int directory, final String name) {
        final Deque<Level> levels = new ArrayDeque<>();
        try {
            descendOrUnlink(calls, levels, directory, name);
            while (!levels.isEmpty()) {
                final Level level = levels.peek();
                if (level.names().hasNext()) {
                    descendOrUnlink(calls, levels, level.fd(), level.names().next());
                } else {
                    levels.pop();
                    Fd.close(level.fd());
                    calls.removeDirectory(level.parent(), level.name());
                }
            }
        } finally {
            for (final Level level : levels) {
                Fd.close(level.fd());
            }
        }
    }

    private static void descendOrUnlink(
            final FileCalls calls, final Deque<Level> levels, final int directory, final String name) {
        final Optional<FileStatus> status = calls.find(directory, name);
        if (status.isEmpty()) {
            return;
        }
        if (!status.get().isDirectory()) {
            calls.unlink(directory, name);
            return;
        }
        if ((status.get().mode() & MODE_0700) != MODE_0700) {
            permit(calls, directory, name);
        }
        final int fd = calls.open(directory, name, FileCalls.READ_DIRECTORY);
        final List<String> names = DirectoryNames.of(fd);
        levels.push(new Level(directory, name, fd, names.iterator()));
    }

    /// Who is no root in a namespace needs the permission. By descriptor, since a container may put a link there.
    private static void permit(final FileCalls calls, final int directory, final String name) {
        final int found = calls.open(directory, name, Fd.O_PATH | Fd.O_DIRECTORY | Fd.O_NOFOLLOW | Fd.O_CLOEXEC);
        try {
            calls.permitFound(found, MODE_0700);
        } finally {
            Fd.close(found);
        }
    }
}
