package dev.tailrace.runtime.storage;

import dev.tailrace.runtime.storage.ContainerRoot.Change.Kind;
import dev.tailrace.runtime.storage.files.DirectoryNames;
import dev.tailrace.runtime.storage.files.FileCalls;
import dev.tailrace.runtime.storage.files.FileStatus;
import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Compares a container's files with the layers below. The container may change them meanwhile: what has gone when it
/// is looked at is left out, and nothing is followed.
final class ChangeFinder {
    private final LayerStack stack;
    private final FileCalls calls;
    private final int current;
    private final boolean isUpper;

    /// A difference.
    ///
    /// @param path byte string without leading slash
    record Found(Kind kind, String path) {}

    /// @param current descriptor of the container's directory
    /// @param isUpper whether it has only what differs, as overlay writes it, and not all
    ChangeFinder(final LayerStack stack, final int current, final boolean isUpper) {
        this.stack = stack;
        this.calls = stack.calls();
        this.current = current;
        this.isUpper = isUpper;
    }

    /// Directories before what is in them.
    List<Found> find() {
        final List<Found> found = new ArrayList<>();
        directory("", stack.root(), false, found);
        return found;
    }

    /// @param base null if the layers have no such directory
    private void directory(
            final String path,
            final LayerStack.@Nullable Directory base,
            final boolean isOpaque,
            final List<Found> found) {
        final Map<String, LayerStack.Entry> below = base == null ? Map.of() : stack.entries(base);
        final int fd =
                calls.tryOpen(current, path.isEmpty() ? "." : path, FileCalls.READ_DIRECTORY, 0, FileCalls.BENEATH);
        if (fd < 0) {
            check(fd, path);
            return;
        }
        final Map<String, FileStatus> names = new LinkedHashMap<>();
        final Set<String> opaque = new HashSet<>();
        try {
            for (final String name : DirectoryNames.of(fd)) {
                calls.find(fd, name).ifPresent(status -> names.put(name, status));
            }
            if (isUpper) {
                names.forEach((name, status) -> {
                    if (status.isDirectory() && stack.xattrs().isOpaque(fd, name)) {
                        opaque.add(name);
                    }
                });
            }
        } finally {
            Fd.close(fd);
        }
        if (!isUpper || isOpaque) {
            below.keySet().stream()
                    .filter(name -> !names.containsKey(name))
                    .forEach(name -> found.add(new Found(Kind.DELETED, EntryPath.join(path, name))));
        }
        names.forEach((name, status) -> one(path, name, status, base, below.get(name), opaque.contains(name), found));
    }

    private void one(
            final String path,
            final String name,
            final FileStatus status,
            final LayerStack.@Nullable Directory base,
            final LayerStack.@Nullable Entry before,
            final boolean isOpaque,
            final List<Found> found) {
        final String own = EntryPath.join(path, name);
        if (isUpper && status.isWhiteout()) {
            if (before != null) {
                found.add(new Found(Kind.DELETED, own));
            }
            return;
        }
        final int position = found.size();
        final boolean wasDirectory = before != null && before.status().isDirectory();
        if (status.isDirectory()) {
            final LayerStack.Directory child =
                    base != null && before != null && wasDirectory ? stack.child(base, name, before) : null;
            directory(own, child, isOpaque, found);
        }
        if (before == null) {
            found.add(position, new Found(Kind.ADDED, own));
        } else if (found.size() > position || differs(path, name, status, before)) {
            found.add(position, new Found(Kind.MODIFIED, own));
        }
    }

    private boolean differs(final String path, final String name, final FileStatus now, final LayerStack.Entry before) {
        final FileStatus old = before.status();
        if (now.mode() != old.mode() || now.uid() != old.uid() || now.gid() != old.gid()) {
            return true;
        }
        if (now.isDirectory()) {
            return false;
        }
        // What overlay has copied up was opened for writing; in a full copy the time tells.
        return isUpper
                || now.sizeBytes() != old.sizeBytes()
                || now.mtimeSeconds() != old.mtimeSeconds()
                || now.mtimeNanos() != old.mtimeNanos()
                || now.isSymbolicLink() && !target(path, name).equals(oldTarget(path, name, before));
    }

    private String target(final String path, final String name) {
        final int fd = calls.open(current, path.isEmpty() ? "." : path, FileCalls.READ_DIRECTORY);
        try {
            return calls.readLink(fd, name);
        } finally {
            Fd.close(fd);
        }
    }

    private String oldTarget(final String path, final String name, final LayerStack.Entry before) {
        final int fd = stack.open(before.layer(), path);
        try {
            return calls.readLink(fd, name);
        } finally {
            Fd.close(fd);
        }
    }

    private static void check(final int result, final String path) {
        if (result != -Errno.ENOENT && result != -Errno.ENOTDIR && result != -Errno.ELOOP) {
            FileCalls.check(result, "open", path);
        }
    }
}
