package dev.tailrace.runtime.storage;

import dev.tailrace.runtime.storage.files.DirectoryNames;
import dev.tailrace.runtime.storage.files.FileCalls;
import dev.tailrace.runtime.storage.files.FileData;
import dev.tailrace.runtime.storage.files.FileStatus;
import dev.tailrace.runtime.storage.files.Xattrs;
import dev.tailrace.runtime.storage.tar.TarEntry;
import dev.tailrace.runtime.storage.tar.TarEntry.Type;
import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Looks at the files beneath a directory as a process would whose root it is: symbolic links lead
/// where they lead in there, and nothing leads out (openat2(2), RESOLVE_IN_ROOT). Paths are byte
/// strings without leading slash. Not for several threads.
public final class RootView implements AutoCloseable {
    private static final int FIND = Fd.O_PATH | Fd.O_CLOEXEC;

    private final FileCalls calls = new FileCalls();
    private final Xattrs xattrs = new Xattrs();
    private final int root;
    private final String rootPath;

    public RootView(final Path directory) {
        this(Fd.open(directory.toString(), Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_CLOEXEC));
    }

    /// @param root descriptor of the directory; closed with this
    public RootView(final int root) {
        this.root = root;
        rootPath = calls.readLink(FileCalls.AT_FDCWD, "/proc/self/fd/" + root);
    }

    /// The descriptor of the root, until [#close].
    public int fd() {
        return root;
    }

    /// What is at a path, the last link followed, too.
    ///
    /// @return nothing if there is nothing, or a file where a directory would have to be
    public Optional<FileStatus> find(final String path) {
        return find(path, FIND);
    }

    /// What is at a path, the last link itself if it is one.
    ///
    /// @return nothing if there is nothing, or a file where a directory would have to be
    public Optional<FileStatus> findItself(final String path) {
        return find(path, FIND | Fd.O_NOFOLLOW);
    }

    /// The same path without symbolic links, but for the last name, which may be one.
    public String realPathItself(final String path) {
        final EntryPath entry = EntryPath.of(path);
        return entry.isRoot() ? "" : EntryPath.join(realPath(entry.parent()), entry.name());
    }

    /// The same path without symbolic links. What of it is not there stays as it is.
    public String realPath(final String path) {
        final EntryPath entry = EntryPath.of(path);
        if (entry.isRoot()) {
            return "";
        }
        final int fd = open(entry.path(), FIND);
        if (fd < 0) {
            return EntryPath.join(realPath(entry.parent()), entry.name());
        }
        try {
            return EntryPath.beneath(rootPath, calls.readLink(FileCalls.AT_FDCWD, "/proc/self/fd/" + fd));
        } finally {
            Fd.close(fd);
        }
    }

    /// The names in a directory, in the order of their bytes; none if it is no directory.
    public List<String> names(final String path) {
        final int fd = open(path, Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_CLOEXEC);
        if (fd < 0) {
            return List.of();
        }
        try {
            return DirectoryNames.of(fd);
        } finally {
            Fd.close(fd);
        }
    }

    /// The content of a file.
    ///
    /// @return nothing if there is none, or something that is no file; to be closed
    public Optional<InputStream> read(final String path) {
        final int fd = open(path, FileCalls.READ_FILE & ~Fd.O_NOFOLLOW);
        if (fd < 0) {
            return Optional.empty();
        }
        if (!calls.status(fd).isFile()) {
            Fd.close(fd);
            return Optional.empty();
        }
        return Optional.of(new Content(fd));
    }

    /// The beginning of a file, as text; empty if there is none.
    public String text(final String path, final int mostBytes) throws IOException {
        final Optional<InputStream> content = read(path);
        if (content.isEmpty()) {
            return "";
        }
        try (InputStream in = content.get()) {
            return new String(in.readNBytes(mostBytes), StandardCharsets.UTF_8);
        }
    }

    /// An archive's entry for a directory that is there.
    ///
    /// @param realPath without symbolic links
    public TarEntry directory(final String realPath) {
        final EntryPath entry = EntryPath.of(realPath);
        final int parent = (int)
                FileCalls.check(open(entry.parent(), Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_CLOEXEC), "open", realPath);
        try {
            final FileStatus status = calls.status(parent, entry.name());
            return TarEntry.of(realPath + "/", Type.DIRECTORY, "")
                    .withMode(status.permissions())
                    .withOwner(status.uid(), status.gid())
                    .withTime(status.mtimeSeconds(), status.mtimeNanos())
                    .withXattrs(xattrs.portable(parent, entry.name()));
        } finally {
            Fd.close(parent);
        }
    }

    @Override
    public void close() {
        Fd.close(root);
        xattrs.close();
        calls.close();
    }

    private Optional<FileStatus> find(final String path, final int flags) {
        final int fd = open(path, flags);
        if (fd < 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(calls.status(fd));
        } finally {
            Fd.close(fd);
        }
    }

    /// @return a descriptor, or negative if there is nothing of the kind
    private int open(final String path, final int flags) {
        final int fd = calls.tryOpen(root, path.isEmpty() ? "." : path, flags, 0, FileCalls.IN_ROOT);
        if (fd == -Errno.ENOENT || fd == -Errno.ENOTDIR || fd == -Errno.ELOOP) {
            return fd;
        }
        return (int) FileCalls.check(fd, "open", path);
    }

    private static final class Content extends InputStream {
        private final int fd;
        private final FileData data = new FileData();
        private long position;
        private boolean isClosed;

        Content(final int fd) {
            this.fd = fd;
        }

        @Override
        public int read() {
            final byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(final byte[] target, final int offset, final int length) {
            if (length == 0) {
                return 0;
            }
            final byte[] part = new byte[Math.min(length, FileData.BUFFER_BYTES)];
            final int count = data.read(fd, position, part, part.length);
            System.arraycopy(part, 0, target, offset, count);
            position += count;
            return count == 0 ? -1 : count;
        }

        @Override
        public void close() {
            if (!isClosed) {
                isClosed = true;
                data.close();
                Fd.close(fd);
            }
        }
    }
}
