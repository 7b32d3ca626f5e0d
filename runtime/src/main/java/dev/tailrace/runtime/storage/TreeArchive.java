package dev.tailrace.runtime.storage;

import dev.tailrace.runtime.storage.files.DirectoryNames;
import dev.tailrace.runtime.storage.files.FileCalls;
import dev.tailrace.runtime.storage.files.FileData;
import dev.tailrace.runtime.storage.files.FileStatus;
import dev.tailrace.runtime.storage.files.Xattrs;
import dev.tailrace.runtime.storage.tar.TarEntry;
import dev.tailrace.runtime.storage.tar.TarEntry.Type;
import dev.tailrace.runtime.storage.tar.TarWriter;
import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.LinuxException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Writes files beneath a directory as tar, with owners, times, attributes and hard links. Files may change and go
/// meanwhile; no symbolic link is followed. Not for several threads.
public final class TreeArchive implements AutoCloseable {
    private final int root;
    private final TarWriter tar;
    private final Change change;
    private final FileCalls calls = new FileCalls();
    private final Xattrs xattrs = new Xattrs();
    private final FileData data = new FileData();
    private final byte[] buffer = new byte[FileData.BUFFER_BYTES];
    private final Map<Inode, String> links = new HashMap<>();

    private record Inode(long device, long number) {}

    /// What becomes of an entry on its way into the archive.
    public interface Change {
        /// @return null to leave it out; what is in a directory that is left out is asked for all the same
        @Nullable
        TarEntry of(TarEntry entry);
    }

    /// @param root descriptor of the directory, which stays the caller's
    TreeArchive(final int root, final OutputStream out) {
        this(root, new TarWriter(out), entry -> entry);
    }

    /// Writes into an archive of the caller's.
    ///
    /// @param root descriptor of the directory, which stays the caller's
    public TreeArchive(final int root, final TarWriter tar, final Change change) {
        this.root = root;
        this.tar = tar;
        this.change = change;
    }

    /// Writes all that is in a directory, as `docker export` does.
    public static void export(final Path directory, final OutputStream out) throws IOException {
        final int root = Fd.open(directory.toString(), Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_CLOEXEC);
        try (TreeArchive archive = new TreeArchive(root, out)) {
            archive.contents("");
            archive.finish();
        } finally {
            Fd.close(root);
        }
    }

    /// Writes one file, or a directory with all that is in it.
    ///
    /// @param path byte string without leading slash; empty for all that is in the root
    public void tree(final String path) throws IOException {
        if (path.isEmpty() || file(path)) {
            contents(path);
        }
    }

    /// Writes one file, if it is still there.
    ///
    /// @param path byte string without leading slash
    boolean file(final String path) throws IOException {
        final EntryPath entry = EntryPath.of(path);
        final int parent = calls.tryOpen(
                root, entry.parent().isEmpty() ? "." : entry.parent(), FileCalls.READ_DIRECTORY, 0, FileCalls.BENEATH);
        if (isGone(parent, path)) {
            return false;
        }
        try {
            return file(parent, entry.name(), path);
        } finally {
            Fd.close(parent);
        }
    }

    /// Writes that a layer below has a file no more.
    void whiteout(final String path) throws IOException {
        final EntryPath entry = EntryPath.of(path);
        final String name = EntryPath.join(entry.parent(), LayerFormat.WHITEOUT + entry.name());
        tar.entry(TarEntry.file(name, 0).withMode(0));
    }

    void finish() throws IOException {
        tar.close();
    }

    @Override
    public void close() {
        data.close();
        xattrs.close();
        calls.close();
    }

    private void contents(final String path) throws IOException {
        final int fd = calls.tryOpen(root, path.isEmpty() ? "." : path, FileCalls.READ_DIRECTORY, 0, FileCalls.BENEATH);
        if (isGone(fd, path)) {
            return;
        }
        final List<String> directories = new ArrayList<>();
        try {
            for (final String name : DirectoryNames.of(fd)) {
                final String own = EntryPath.join(path, name);
                if (file(fd, name, own)) {
                    directories.add(own);
                }
            }
        } finally {
            Fd.close(fd);
        }
        for (final String directory : directories) {
            contents(directory);
        }
    }

    /// @return whether it is a directory
    private boolean file(final int parent, final String name, final String path) throws IOException {
        final Optional<FileStatus> found = calls.find(parent, name);
        if (found.isEmpty() || found.get().isWhiteout()) {
            return false;
        }
        final FileStatus status = found.get();
        if (status.isDirectory()) {
            put(described(TarEntry.of(path + "/", Type.DIRECTORY, ""), status, parent, name));
            return true;
        }
        final String first =
                status.links() > 1 ? links.putIfAbsent(new Inode(status.device(), status.inode()), path) : null;
        if (first != null) {
            put(described(TarEntry.of(path, Type.HARD_LINK, first), status, parent, name));
        } else if (status.isFile()) {
            if (!content(parent, name, path) && status.links() > 1) {
                links.remove(new Inode(status.device(), status.inode()));
            }
        } else if (status.isSymbolicLink()) {
            final TarEntry link = TarEntry.of(path, Type.SYMBOLIC_LINK, calls.readLink(parent, name));
            put(described(link, status, parent, name));
        } else if (status.isFifo()) {
            put(described(TarEntry.of(path, Type.FIFO, ""), status, parent, name));
        }
        return false;
    }

    /// The size is that of the moment of opening; what is cut off meanwhile is written as zeros.
    ///
    /// @return whether it is in the archive
    private boolean content(final int parent, final String name, final String path) throws IOException {
        final int fd = calls.tryOpen(parent, name, FileCalls.READ_FILE, 0, FileCalls.BENEATH);
        if (isGone(fd, path)) {
            return false;
        }
        try {
            final FileStatus status = calls.status(fd);
            if (!status.isFile() || !put(described(TarEntry.file(path, status.sizeBytes()), status, parent, name))) {
                return false;
            }
            long at = 0;
            while (at < status.sizeBytes()) {
                final int count = data.read(fd, at, buffer, (int) Math.min(buffer.length, status.sizeBytes() - at));
                if (count == 0) {
                    tar.writeZeros(status.sizeBytes() - at);
                    return true;
                }
                tar.write(buffer, 0, count);
                at += count;
            }
            return true;
        } finally {
            Fd.close(fd);
        }
    }

    private boolean put(final TarEntry entry) throws IOException {
        final TarEntry changed = change.of(entry);
        if (changed == null) {
            return false;
        }
        tar.entry(changed);
        return true;
    }

    private TarEntry described(final TarEntry entry, final FileStatus status, final int parent, final String name) {
        final boolean hasAttributes = status.isFile() || status.isDirectory();
        return entry.withMode(status.permissions())
                .withOwner(status.uid(), status.gid())
                .withTime(status.mtimeSeconds(), status.mtimeNanos())
                .withXattrs(hasAttributes ? attributes(parent, name) : Map.of());
    }

    private Map<String, byte[]> attributes(final int parent, final String name) {
        try {
            return xattrs.portable(parent, name);
        } catch (final LinuxException e) {
            if (e.errno() == Errno.ENOENT) {
                return Map.of();
            }
            throw e;
        }
    }

    private static boolean isGone(final int result, final String path) {
        if (result == -Errno.ENOENT || result == -Errno.ENOTDIR || result == -Errno.ELOOP) {
            return true;
        }
        FileCalls.check(result, "open", path);
        return false;
    }
}
