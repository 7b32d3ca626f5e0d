package dev.tailrace.runtime.storage;

import dev.tailrace.runtime.storage.Parents.Parent;
import dev.tailrace.runtime.storage.files.FileCalls;
import dev.tailrace.runtime.storage.files.FileStatus;
import dev.tailrace.runtime.storage.tar.TarEntry;
import dev.tailrace.runtime.storage.tar.TarEntry.Type;
import dev.tailrace.runtime.storage.tar.TarReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Unpacks an archive beneath a directory.
///
/// The archive is not trusted: no name in it, no link that it makes, and no order of its entries reaches anything
/// above the directory. Each parent is found by openat2(2) with the directory as the root, and an entry is made under
/// one name in its parent, where nothing is followed. Nobody else writes there meanwhile.
final class LayerExtractor {
    private final FileMaker maker;
    private final FileCalls calls;
    private final LayerFormat format;
    private final Parents parents;
    private final Displaced displaced;
    private final List<LateTime> lateTimes = new ArrayList<>();

    private boolean hasWhiteouts;

    /// A directory's time, set last: what is made in it changes it.
    private record LateTime(String path, long seconds, int nanos) {}

    LayerExtractor(final FileMaker maker, final Parents parents, final Displaced displaced, final LayerFormat format) {
        this.maker = maker;
        this.calls = maker.calls();
        this.parents = parents;
        this.displaced = displaced;
        this.format = format;
    }

    /// @return bytes of all files
    long extract(final TarReader reader, final int root) throws IOException {
        long sizeBytes = 0;
        for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
            final EntryPath path = EntryPath.of(entry.name());
            if (path.isRoot()) {
                root(entry, root);
            } else if (path.name().startsWith(LayerFormat.WHITEOUT)) {
                whiteout(path);
            } else {
                make(entry, path, reader);
                sizeBytes += entry.sizeBytes();
            }
        }
        setLateTimes(root);
        return sizeBytes;
    }

    private void root(final TarEntry entry, final int root) {
        if (entry.type() != Type.DIRECTORY) {
            throw EntryPath.corrupt("an entry for the root that is no directory");
        }
        maker.describe(entry, root, ".");
        lateTimes.add(new LateTime(".", entry.mtimeSeconds(), entry.mtimeNanos()));
    }

    private void whiteout(final EntryPath path) {
        if (path.name().equals(LayerFormat.OPAQUE)) {
            format.makeOpaque(calls, maker.xattrs(), parents.open(path.parent()).fd(), ".");
            return;
        }
        if (path.name().startsWith(LayerFormat.METADATA)) {
            return;
        }
        final String name = path.name().substring(LayerFormat.WHITEOUT.length());
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            throw EntryPath.corrupt("a whiteout without a name: " + ByteText.forMessage(path.path()));
        }
        hasWhiteouts = true;
        final Parent parent = parents.open(path.parent());
        final Optional<FileStatus> existing = calls.find(parent.fd(), name);
        if (existing.isEmpty()) {
            if (!format.isHidden(calls, parent.fd(), name)) {
                format.hide(calls, parent.fd(), name);
            }
        } else if (existing.get().isDirectory()) {
            // Whiteouts hide what lower layers have: what this one has itself stays (layer.md).
            format.makeOpaque(calls, maker.xattrs(), parent.fd(), name);
        }
    }

    private void make(final TarEntry entry, final EntryPath path, final TarReader reader) throws IOException {
        if (entry.type() == Type.CHARACTER_DEVICE || entry.type() == Type.BLOCK_DEVICE) {
            // A user namespace may not make them; containers get theirs from the runtime.
            return;
        }
        final Parent parent = parents.open(path.parent());
        final String name = path.name();
        final boolean wasHidden = hasWhiteouts && format.isHidden(calls, parent.fd(), name);
        if (wasHidden) {
            format.unhide(calls, parent.fd(), name);
        }
        final Optional<FileStatus> existing = calls.find(parent.fd(), name);
        if (entry.type() == Type.HARD_LINK) {
            link(entry, path);
            return;
        }
        final boolean isMerged = existing.isPresent() && existing.get().isDirectory() && entry.type() == Type.DIRECTORY;
        if (existing.isPresent() && !isMerged) {
            displace(parent, name, existing.get());
        }
        final Parent place = parents.open(path.parent());
        switch (entry.type()) {
            case DIRECTORY -> {
                if (!isMerged) {
                    maker.directory(place.fd(), name);
                }
                if (wasHidden) {
                    format.makeOpaque(calls, maker.xattrs(), place.fd(), name);
                }
                maker.describe(entry, place.fd(), name);
                lateTimes.add(
                        new LateTime(EntryPath.join(place.realPath(), name), entry.mtimeSeconds(), entry.mtimeNanos()));
            }
            case FILE -> maker.file(entry, place, name, reader);
            case SYMBOLIC_LINK -> maker.symbolicLink(entry, place.fd(), name);
            case FIFO -> maker.fifo(entry, place.fd(), name);
            default -> throw new IllegalStateException("not for here: " + entry.type());
        }
    }

    private void link(final TarEntry entry, final EntryPath path) {
        final EntryPath target = EntryPath.of(entry.linkName());
        final Parent targetParent = parents.openExisting(target.parent());
        final FileStatus status = calls.status(targetParent.fd(), target.isRoot() ? "." : target.name());
        if (status.isDirectory() || status.isWhiteout()) {
            throw EntryPath.corrupt("a hard link to " + ByteText.forMessage(target.path()) + ", which is no file");
        }
        final Parent held = parents.keepOpen(targetParent);
        try {
            final Parent parent = parents.open(path.parent());
            final Optional<FileStatus> existing = calls.find(parent.fd(), path.name());
            if (existing.isPresent()) {
                if (existing.get().inode() == status.inode()) {
                    return;
                }
                displace(parent, path.name(), existing.get());
            }
            final Parent place = parents.open(path.parent());
            calls.makeHardLink(held.fd(), target.name(), place.fd(), path.name());
        } finally {
            parents.release(held);
        }
    }

    private void displace(final Parent parent, final String name, final FileStatus existing) {
        displaced.take(parent, name, existing);
        parents.forget();
    }

    private void setLateTimes(final int root) {
        for (final LateTime late : lateTimes.reversed()) {
            maker.dateDirectory(root, late.path(), late.seconds(), late.nanos());
        }
    }
}
