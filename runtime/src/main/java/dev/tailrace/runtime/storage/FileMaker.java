package dev.tailrace.runtime.storage;

import dev.tailrace.runtime.storage.Parents.Parent;
import dev.tailrace.runtime.storage.files.FileCalls;
import dev.tailrace.runtime.storage.files.FileData;
import dev.tailrace.runtime.storage.files.Xattrs;
import dev.tailrace.runtime.storage.tar.TarEntry;
import dev.tailrace.runtime.storage.tar.TarEntry.Segment;
import dev.tailrace.runtime.storage.tar.TarReader;
import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import java.io.IOException;

/// Makes single files as an archive describes them. Order: content, owner, attributes, mode, time: a change of owner
/// takes set-user-id and capabilities away, and everything changes the time.
final class FileMaker implements AutoCloseable {
    private static final int MODE_0700 = 0x1c0;
    private static final int S_IFIFO = 0x1000;

    private final FileCalls calls = new FileCalls();
    private final Xattrs xattrs = new Xattrs();
    private final FileData data = new FileData();
    private final byte[] buffer = new byte[FileData.BUFFER_BYTES];
    private final OwnerPolicy owners;
    private final LayerRecipe.Writer recipe;
    private final LostPrivileges lost = new LostPrivileges();

    FileMaker(final OwnerPolicy owners, final LayerRecipe.Writer recipe) {
        this.owners = owners;
        this.recipe = recipe;
    }

    FileCalls calls() {
        return calls;
    }

    LostPrivileges lost() {
        return lost;
    }

    Xattrs xattrs() {
        return xattrs;
    }

    void directory(final int parent, final String name) {
        calls.makeDirectory(parent, name, MODE_0700);
    }

    void file(final TarEntry entry, final Parent parent, final String name, final TarReader content)
            throws IOException {
        final int fd = calls.create(parent.fd(), name);
        try {
            for (final Segment segment : entry.segments()) {
                write(data, buffer, fd, name, segment, content);
            }
            if (entry.storedBytes() != entry.sizeBytes()) {
                calls.resize(fd, entry.sizeBytes());
            }
            if (entry.storedBytes() > 0) {
                recipe.file(EntryPath.join(parent.realPath(), name), entry.segments());
            }
        } finally {
            Fd.close(fd);
        }
        describe(entry, parent.fd(), name);
        calls.date(parent.fd(), name, entry.mtimeSeconds(), entry.mtimeNanos());
    }

    void symbolicLink(final TarEntry entry, final int parent, final String name) {
        calls.makeSymbolicLink(entry.linkName(), parent, name);
        own(entry, parent, name);
        calls.date(parent, name, entry.mtimeSeconds(), entry.mtimeNanos());
    }

    /// Skipped where the file system or the kernel has none.
    void fifo(final TarEntry entry, final int parent, final String name) {
        final int made = calls.tryMakeNode(parent, name, S_IFIFO | 0x180, 0);
        if (made == -Errno.EPERM) {
            return;
        }
        FileCalls.check(made, "mkfifo", name);
        describe(entry, parent, name);
        calls.date(parent, name, entry.mtimeSeconds(), entry.mtimeNanos());
    }

    /// Owner, attributes and mode of something that is no symbolic link.
    void describe(final TarEntry entry, final int parent, final String name) {
        final boolean isOwned = own(entry, parent, name);
        if (!entry.xattrs().isEmpty()) {
            xattrs.set(parent, name, entry.xattrs());
        }
        calls.permit(parent, name, lost.mode(entry, isOwned));
    }

    /// Does nothing if it is no directory any more.
    void dateDirectory(final int root, final String path, final long seconds, final int nanos) {
        final int fd = calls.tryOpen(root, path, FileCalls.READ_DIRECTORY, 0, FileCalls.BENEATH);
        if (fd == -Errno.ENOENT || fd == -Errno.ENOTDIR || fd == -Errno.ELOOP) {
            return;
        }
        FileCalls.check(fd, "open", path);
        try {
            calls.date(fd, ".", seconds, nanos);
        } finally {
            Fd.close(fd);
        }
    }

    @Override
    public void close() {
        data.close();
        xattrs.close();
        calls.close();
    }

    /// Writes a run of a file's bytes.
    ///
    /// @param buffer for the bytes on their way
    static void write(
            final FileData data,
            final byte[] buffer,
            final int fd,
            final String name,
            final Segment segment,
            final TarReader content)
            throws IOException {
        long at = segment.offset();
        final long end = at + segment.lengthBytes();
        while (at < end) {
            final int count = content.read(buffer, 0, (int) Math.min(buffer.length, end - at));
            if (count < 0) {
                throw EntryPath.corrupt("too little content for " + ByteText.forMessage(name));
            }
            data.write(fd, name, at, buffer, count);
            at += count;
        }
    }

    private boolean own(final TarEntry entry, final int parent, final String name) {
        return checkOwner(calls.tryOwn(parent, name, entry.uid(), entry.gid()), owners, entry, name);
    }

    /// @param result of the call that gave the file to the owner of the entry
    /// @return whether that is its owner now
    static boolean checkOwner(final int result, final OwnerPolicy owners, final TarEntry entry, final String name) {
        if (result == 0) {
            return true;
        }
        if (owners == OwnerPolicy.IGNORE_UNMAPPED && (result == -Errno.EINVAL || result == -Errno.EPERM)) {
            return false;
        }
        if (result == -Errno.EINVAL) {
            throw new StorageException(
                    StorageException.Kind.SYSTEM,
                    "lchown " + ByteText.forMessage(entry.name()) + " to " + Integer.toUnsignedString(entry.uid()) + ":"
                            + Integer.toUnsignedString(entry.gid())
                            + ": this id is not among the subordinate ids; give the account more:"
                            + " usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER");
        }
        FileCalls.check(result, "lchown", name);
        return true;
    }
}
