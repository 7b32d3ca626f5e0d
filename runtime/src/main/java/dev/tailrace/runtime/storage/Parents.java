package dev.tailrace.runtime.storage;

import dev.tailrace.runtime.storage.files.FileCalls;
import dev.tailrace.runtime.storage.files.Xattrs;
import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;

/// Directories that entries of an archive go into, found beneath the root as if it were `/`, and made where the
/// archive left them out. The last one stays open, because entries of a directory follow each other.
final class Parents implements AutoCloseable {
    private static final int MODE_0755 = 0x1ed;
    private static final int OPEN = Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_CLOEXEC;

    private final FileCalls calls;
    private final Xattrs xattrs;
    private final LayerFormat format;
    private final int root;
    private final String rootPath;

    private String lastPath = "";
    private Parent last;

    /// An open directory.
    ///
    /// @param realPath from the root to it without symbolic links
    record Parent(int fd, String realPath) {}

    Parents(final FileCalls calls, final Xattrs xattrs, final LayerFormat format, final int root) {
        this.calls = calls;
        this.xattrs = xattrs;
        this.format = format;
        this.root = root;
        this.rootPath = calls.readLink(FileCalls.AT_FDCWD, "/proc/self/fd/" + root);
        this.last = new Parent(root, "");
    }

    /// Valid until the next call.
    Parent open(final String path) {
        if (path.equals(lastPath)) {
            return last;
        }
        forget();
        if (path.isEmpty()) {
            return last;
        }
        int fd = calls.tryOpen(root, path, OPEN, 0, FileCalls.IN_ROOT);
        if (fd == -Errno.ENOENT || fd == -Errno.ENOTDIR) {
            fd = make(path);
        }
        return keep(path, (int) FileCalls.check(fd, "open", path));
    }

    /// Does not make what is missing.
    Parent openExisting(final String path) {
        if (path.equals(lastPath)) {
            return last;
        }
        forget();
        return path.isEmpty()
                ? last
                : keep(path, (int)
                        FileCalls.check(calls.tryOpen(root, path, OPEN, 0, FileCalls.IN_ROOT), "open", path));
    }

    /// Another descriptor of the same directory, valid until [#release].
    Parent keepOpen(final Parent parent) {
        final int fd = calls.tryOpen(parent.fd(), ".", OPEN, 0, FileCalls.BENEATH);
        return new Parent((int) FileCalls.check(fd, "open", parent.realPath()), parent.realPath());
    }

    void release(final Parent parent) {
        Fd.close(parent.fd());
    }

    /// To be called when a directory has been moved or replaced.
    void forget() {
        if (last.fd() != root) {
            Fd.close(last.fd());
        }
        lastPath = "";
        last = new Parent(root, "");
    }

    @Override
    public void close() {
        forget();
    }

    private Parent keep(final String path, final int fd) {
        final String real = calls.readLink(FileCalls.AT_FDCWD, "/proc/self/fd/" + fd);
        lastPath = path;
        last = new Parent(fd, EntryPath.beneath(rootPath, real));
        return last;
    }

    private int make(final String path) {
        int fd = (int) FileCalls.check(calls.tryOpen(root, ".", OPEN, 0, FileCalls.IN_ROOT), "open", path);
        int end = 0;
        while (end < path.length()) {
            final int slash = path.indexOf('/', end);
            final String name = path.substring(end, slash < 0 ? path.length() : slash);
            end = slash < 0 ? path.length() : slash + 1;
            final String soFar = path.substring(0, slash < 0 ? path.length() : slash);
            // Again from the root: what is there may be a symbolic link, which is followed as in a container.
            int next = calls.tryOpen(root, soFar, OPEN, 0, FileCalls.IN_ROOT);
            if (next == -Errno.ENOENT || next == -Errno.ENOTDIR) {
                next = makeOne(fd, name);
            }
            Fd.close(fd);
            fd = next;
            if (fd < 0) {
                return fd;
            }
        }
        return fd;
    }

    private int makeOne(final int directory, final String name) {
        final boolean wasHidden = format.isHidden(calls, directory, name);
        if (wasHidden) {
            format.unhide(calls, directory, name);
        }
        final int made = calls.tryMakeDirectory(directory, name, MODE_0755);
        if (made < 0) {
            return made == -Errno.EEXIST ? -Errno.ENOTDIR : made;
        }
        if (wasHidden) {
            format.makeOpaque(calls, xattrs, directory, name);
        }
        calls.permit(directory, name, MODE_0755);
        return calls.tryOpen(directory, name, FileCalls.READ_DIRECTORY, 0, FileCalls.BENEATH);
    }
}
