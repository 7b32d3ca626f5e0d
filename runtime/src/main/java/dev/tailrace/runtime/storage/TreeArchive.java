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

/// Writes files beneath a directory as tar, with owners, times, attributes and hard links. Files may change and go
/// meanwhile; no symbolic link is followed. Not for several threads.
public final class TreeArchive implements AutoCloseable {
    private final int root;
    private final TarWriter tar;
    private final FileCalls calls = new FileCalls();
    private final Xattrs xattrs = new Xattrs();
    private final FileData data = new FileData();
    private final byte[] buffer = new byte[FileData.BUFFER_BYTES];
    private final Map<Inode, String> links = new HashMap<>();

    private record Inode(long device, long number) {}

    /// @param root descriptor of the directory, which stays the caller's
    TreeArchive(final int root, final OutputStream out) {
        this.root = root;
        this.tar = new TarWriter(out);
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

    /// Writes one file, if it is still there.
    ///
    /// @param path byte string without leading slash
    void file(final String path) throws IOException {
        final EntryPath entry = EntryPath.of(path);
        final int parent = calls.tryOpen(
                root, entry.parent().isEmpty() ? "." : entry.parent(), FileCalls.READ_DIRECTORY, 0, FileCalls.BENEATH);
        if (isGone(parent, path)) {
            return;
        }
        try {
            file(parent, entry.name(), path);
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
            tar.entry(described(TarEntry.of(path + "/", Type.DIRECTORY, ""), status, parent, name));
            return true;
        }
        final String first =
                status.links() > 1 ? links.putIfAbsent(new Inode(status.device(), status.inode()), path) : null;
        if (first != null) {
            tar.entry(described(TarEntry.of(path, Type.HARD_LINK, first), status, parent, name));
        } else if (status.isFile()) {
            content(parent, name, path);
        } else if (status.isSymbolicLink()) {
            final TarEntry link = TarEntry.of(path, Type.SYMBOLIC_LINK, calls.readLink(parent, name));
            tar.entry(described(link, status, parent, name));
        } else if (status.isFifo()) {
            tar.entry(described(TarEntry.of(path, Type.FIFO, ""), status, parent, name));
        }
        return false;
    }

    /// The size is that of the moment of opening; what is cut off meanwhile is written as zeros.
    private void content(final int parent, final String name, final String path) throws IOException {
        final int fd = calls.tryOpen(parent, name, FileCalls.READ_FILE, 0, FileCalls.BENEATH);
        if (isGone(fd, path)) {
            return;
        }
        try {
            final FileStatus status = calls.status(fd);
            if (!status.isFile()) {
                return;
            }
            tar.entry(described(TarEntry.file(path, status.sizeBytes()), status, parent, name));
            long at = 0;
            while (at < status.sizeBytes()) {
                final int count = data.read(fd, at, buffer, (int) Math.min(buffer.length, status.sizeBytes() - at));
                if (count == 0) {
                    tar.writeZeros(status.sizeBytes() - at);
                    return;
                }
                tar.write(buffer, 0, count);
                at += count;
            }
        } finally {
            Fd.close(fd);
        }
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
