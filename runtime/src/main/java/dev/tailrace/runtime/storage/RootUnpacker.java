package dev.tailrace.runtime.storage;

import dev.tailrace.runtime.storage.Parents.Parent;
import dev.tailrace.runtime.storage.files.FileCalls;
import dev.tailrace.runtime.storage.files.FileData;
import dev.tailrace.runtime.storage.files.FileStatus;
import dev.tailrace.runtime.storage.files.TreeRemoval;
import dev.tailrace.runtime.storage.files.Xattrs;
import dev.tailrace.runtime.storage.tar.ArchiveLimits;
import dev.tailrace.runtime.storage.tar.RawSink;
import dev.tailrace.runtime.storage.tar.TarEntry;
import dev.tailrace.runtime.storage.tar.TarEntry.Segment;
import dev.tailrace.runtime.storage.tar.TarEntry.Type;
import dev.tailrace.runtime.storage.tar.TarReader;
import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Unpacks an archive into a root that a running container may change meanwhile, as `docker cp` does.
///
/// Neither the archive nor the container is trusted. Parents are found with the container's root as the root; what is
/// made is described by its descriptor, and nothing is followed under a name, for it may be a link by then. Not for
/// several threads.
public final class RootUnpacker implements AutoCloseable {
    private static final int S_IFIFO = 0x1000;
    private static final int MODE_0700 = 0x1c0;
    private static final int MODE_0600 = 0x180;
    private static final int FIND = Fd.O_PATH | Fd.O_NOFOLLOW | Fd.O_CLOEXEC;

    private final FileCalls calls = new FileCalls();
    private final Xattrs xattrs = new Xattrs();
    private final FileData data = new FileData();
    private final byte[] buffer = new byte[FileData.BUFFER_BYTES];
    private final List<LateTime> lateTimes = new ArrayList<>();
    private final LostPrivileges lost = new LostPrivileges();
    private final int root;
    private final OwnerPolicy owners;
    private final boolean keepsKinds;

    /// A directory's time, set last: what is made in it changes it.
    private record LateTime(String path, long seconds, int nanos) {}

    /// @param root descriptor of the root, which stays the caller's
    /// @param keepsKinds whether a directory is not to be replaced by something else, nor something else by one
    public RootUnpacker(final int root, final OwnerPolicy owners, final boolean keepsKinds) {
        this.root = root;
        this.owners = owners;
        this.keepsKinds = keepsKinds;
    }

    /// Unpacks all of it.
    ///
    /// @param directory byte string, from the root, without links
    /// @param change what becomes of each entry
    /// @throws StorageException for an archive that is none, or that would leave the directory
    public void unpack(final InputStream archive, final String directory, final UnaryOperator<TarEntry> change)
            throws IOException {
        final TarReader reader = new TarReader(archive, ArchiveLimits.DEFAULT, RawSink.NONE);
        try (Parents parents = new Parents(calls, xattrs, LayerFormat.OVERLAY, root)) {
            for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
                final EntryPath path = EntryPath.of(entry.name());
                // The directory that it is unpacked into stays as it is.
                if (!path.isRoot()) {
                    make(change.apply(entry), parents, directory, path, reader);
                }
            }
        }
        lost.report("copy to /" + ByteText.forMessage(directory));
        for (final LateTime late : lateTimes.reversed()) {
            date(late);
        }
    }

    @Override
    public void close() {
        data.close();
        xattrs.close();
        calls.close();
    }

    private void make(
            final TarEntry entry,
            final Parents parents,
            final String directory,
            final EntryPath path,
            final TarReader reader)
            throws IOException {
        if (entry.type() == Type.CHARACTER_DEVICE || entry.type() == Type.BLOCK_DEVICE) {
            throw noDevice(entry);
        }
        final Parent parent = parents.open(within(directory, path.parent()));
        final String name = path.name();
        final Optional<FileStatus> existing = calls.find(parent.fd(), name);
        if (entry.type() == Type.HARD_LINK) {
            link(entry, parents, directory, path);
            return;
        }
        final boolean isMerged = existing.isPresent() && existing.get().isDirectory() && entry.type() == Type.DIRECTORY;
        if (existing.isPresent() && !isMerged) {
            replace(parent, name, existing.get(), entry);
        }
        switch (entry.type()) {
            case DIRECTORY -> directory(entry, parent, name, isMerged);
            case FILE -> file(entry, parent.fd(), name, reader);
            case SYMBOLIC_LINK -> {
                calls.makeSymbolicLink(entry.linkName(), parent.fd(), name);
                own(calls.tryOwn(parent.fd(), name, entry.uid(), entry.gid()), entry, name);
                date(entry, parent.fd(), name);
            }
            case FIFO -> fifo(entry, parent.fd(), name);
            default -> throw new IllegalStateException("not for here: " + entry.type());
        }
    }

    /// A user namespace may not make them, and a copy without them would be none.
    private static StorageException noDevice(final TarEntry entry) {
        return new StorageException(
                StorageException.Kind.CORRUPT,
                "cannot copy device node " + ByteText.forMessage(entry.name()) + " ("
                        + (entry.type() == Type.BLOCK_DEVICE ? "block " : "character ") + entry.deviceMajor() + ":"
                        + entry.deviceMinor() + "): containers get their devices from the engine only");
    }

    private void replace(final Parent parent, final String name, final FileStatus existing, final TarEntry entry) {
        final boolean becomesDirectory = entry.type() == Type.DIRECTORY;
        if (keepsKinds && existing.isDirectory() != becomesDirectory) {
            final String was = existing.isDirectory() ? "directory" : "non-directory";
            final String wanted = becomesDirectory ? "directory" : "non-directory";
            throw EntryPath.corrupt("cannot overwrite " + was + " \"/"
                    + ByteText.forMessage(EntryPath.join(parent.realPath(), name)) + "\" with " + wanted + " \""
                    + ByteText.forMessage(entry.name()) + "\"");
        }
        TreeRemoval.remove(calls, parent.fd(), name);
    }

    private void directory(final TarEntry entry, final Parent parent, final String name, final boolean isMerged) {
        if (!isMerged) {
            calls.makeDirectory(parent.fd(), name, MODE_0700);
        }
        final int fd = calls.open(parent.fd(), name, FileCalls.READ_DIRECTORY);
        try {
            describe(entry, fd, parent.fd(), name);
        } finally {
            Fd.close(fd);
        }
        lateTimes.add(new LateTime(EntryPath.join(parent.realPath(), name), entry.mtimeSeconds(), entry.mtimeNanos()));
    }

    private void file(final TarEntry entry, final int parent, final String name, final TarReader content)
            throws IOException {
        final int fd = calls.create(parent, name);
        try {
            for (final Segment segment : entry.segments()) {
                FileMaker.write(data, buffer, fd, name, segment, content);
            }
            if (entry.storedBytes() != entry.sizeBytes()) {
                calls.resize(fd, entry.sizeBytes());
            }
            describe(entry, fd, parent, name);
        } finally {
            Fd.close(fd);
        }
        date(entry, parent, name);
    }

    private void fifo(final TarEntry entry, final int parent, final String name) {
        FileCalls.check(calls.tryMakeNode(parent, name, S_IFIFO | MODE_0600, 0), "mkfifo", name);
        own(calls.tryOwn(parent, name, entry.uid(), entry.gid()), entry, name);
        final int fd = calls.open(parent, name, FIND);
        try {
            if (calls.status(fd).isFifo()) {
                calls.permitFound(fd, entry.mode());
            }
        } finally {
            Fd.close(fd);
        }
        date(entry, parent, name);
    }

    /// Owner, attributes, mode, in this order: see [FileMaker].
    private void describe(final TarEntry entry, final int fd, final int parent, final String name) {
        final boolean isOwned = own(calls.tryOwn(fd, entry.uid(), entry.gid()), entry, name);
        if (!entry.xattrs().isEmpty()) {
            xattrs.set(parent, name, entry.xattrs());
        }
        calls.permit(fd, lost.mode(entry, isOwned));
    }

    private boolean own(final int result, final TarEntry entry, final String name) {
        return FileMaker.checkOwner(result, owners, entry, name);
    }

    private void link(final TarEntry entry, final Parents parents, final String directory, final EntryPath path) {
        final EntryPath target = EntryPath.of(entry.linkName());
        if (target.isRoot()) {
            throw EntryPath.corrupt("a hard link to a directory: " + ByteText.forMessage(entry.name()));
        }
        final Parent held = parents.keepOpen(parents.openExisting(within(directory, target.parent())));
        try {
            final FileStatus status = calls.status(held.fd(), target.name());
            final Parent parent = parents.open(within(directory, path.parent()));
            final Optional<FileStatus> existing = calls.find(parent.fd(), path.name());
            if (existing.isPresent()) {
                if (existing.get().inode() == status.inode() && existing.get().device() == status.device()) {
                    return;
                }
                replace(parent, path.name(), existing.get(), entry);
            }
            calls.makeHardLink(held.fd(), target.name(), parent.fd(), path.name());
        } finally {
            parents.release(held);
        }
    }

    private static String within(final String directory, final String path) {
        return path.isEmpty() ? directory : EntryPath.join(directory, path);
    }

    private void date(final TarEntry entry, final int parent, final String name) {
        calls.date(parent, name, entry.mtimeSeconds(), entry.mtimeNanos());
    }

    private void date(final LateTime late) {
        final int fd = calls.tryOpen(root, late.path(), FileCalls.READ_DIRECTORY, 0, FileCalls.BENEATH);
        if (fd == -Errno.ENOENT || fd == -Errno.ENOTDIR || fd == -Errno.ELOOP) {
            return;
        }
        FileCalls.check(fd, "open", late.path());
        try {
            calls.date(fd, ".", late.seconds(), late.nanos());
        } finally {
            Fd.close(fd);
        }
    }
}
