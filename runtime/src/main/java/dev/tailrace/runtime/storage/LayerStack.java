package dev.tailrace.runtime.storage;

import dev.tailrace.runtime.storage.files.DirectoryNames;
import dev.tailrace.runtime.storage.files.FileCalls;
import dev.tailrace.runtime.storage.files.FileStatus;
import dev.tailrace.runtime.storage.files.Xattrs;
import dev.tailrace.tapio.linux.Fd;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Layers on top of each other, seen as one tree, without a mount. Layers do not change, and hold no symbolic link that
/// is followed here. Not for several threads.
final class LayerStack implements AutoCloseable {
    private final LayerFormat format;
    private final FileCalls calls = new FileCalls();
    private final Xattrs xattrs = new Xattrs();

    /// The topmost first.
    private final List<Integer> roots = new ArrayList<>();

    /// A directory of the tree.
    ///
    /// @param path from the root, empty for it
    /// @param layers that have a part in it, the topmost first
    record Directory(String path, List<Integer> layers) {}

    /// A file of the tree.
    static final class Entry {
        private final FileStatus status;
        private final List<Integer> layers = new ArrayList<>();

        /// Whether layers that are lower than those looked at add nothing to it.
        private boolean isClosed;

        private Entry(final FileStatus status, final int layer, final boolean isClosed) {
            this.status = status;
            this.layers.add(layer);
            this.isClosed = isClosed;
        }

        FileStatus status() {
            return status;
        }

        /// The layer that it is in.
        int layer() {
            return layers.getFirst();
        }
    }

    /// @param layers the lowest first
    LayerStack(final LayerFormat format, final List<Path> layers) {
        this.format = format;
        try {
            for (final Path layer : layers.reversed()) {
                roots.add(Fd.open(layer.toString(), Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_CLOEXEC));
            }
        } catch (final RuntimeException e) {
            close();
            throw e;
        }
    }

    FileCalls calls() {
        return calls;
    }

    Xattrs xattrs() {
        return xattrs;
    }

    Directory root() {
        final List<Integer> layers = new ArrayList<>();
        for (int i = 0; i < roots.size(); i++) {
            layers.add(i);
            if (format.isOpaque(calls, xattrs, roots.get(i), ".")) {
                break;
            }
        }
        return new Directory("", layers);
    }

    Directory child(final Directory parent, final String name, final Entry entry) {
        return new Directory(EntryPath.join(parent.path(), name), entry.layers);
    }

    /// What is in a directory, by the names' bytes.
    Map<String, Entry> entries(final Directory directory) {
        final Map<String, Entry> entries = new TreeMap<>();
        final Set<String> hidden = new HashSet<>();
        for (final int layer : directory.layers()) {
            final int fd = open(layer, directory.path());
            try {
                final Set<String> hiddenBelow = new HashSet<>();
                for (final String name : DirectoryNames.of(fd)) {
                    merge(layer, fd, name, entries, hidden, hiddenBelow);
                }
                hidden.addAll(hiddenBelow);
            } finally {
                Fd.close(fd);
            }
        }
        return entries;
    }

    /// A descriptor of a directory in one of the layers that have a part in it.
    int open(final int layer, final String path) {
        return calls.open(roots.get(layer), path.isEmpty() ? "." : path, FileCalls.READ_DIRECTORY);
    }

    @Override
    public void close() {
        roots.forEach(Fd::close);
        xattrs.close();
        calls.close();
    }

    private void merge(
            final int layer,
            final int fd,
            final String name,
            final Map<String, Entry> entries,
            final Set<String> hidden,
            final Set<String> hiddenBelow) {
        final FileStatus status = calls.status(fd, name);
        final Optional<String> hides = format.hiddenName(name, status);
        final Entry above = entries.get(hides.orElse(name));
        if (hides.isPresent()) {
            hiddenBelow.add(hides.get());
            if (above != null) {
                above.isClosed = true;
            }
            return;
        }
        if (above == null) {
            if (!hidden.contains(name)) {
                final boolean isClosed = !status.isDirectory() || format.isOpaque(calls, xattrs, fd, name);
                entries.put(name, new Entry(status, layer, isClosed));
            }
            return;
        }
        if (above.isClosed) {
            return;
        }
        if (status.isDirectory()) {
            above.layers.add(layer);
            if (format.isOpaque(calls, xattrs, fd, name)) {
                above.isClosed = true;
            }
        } else {
            above.isClosed = true;
        }
    }
}
