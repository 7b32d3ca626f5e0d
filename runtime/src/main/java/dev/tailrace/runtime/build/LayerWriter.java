package dev.tailrace.runtime.build;

import dev.tailrace.runtime.storage.ByteText;
import dev.tailrace.runtime.storage.RootView;
import dev.tailrace.runtime.storage.TreeArchive;
import dev.tailrace.runtime.storage.files.FileStatus;
import dev.tailrace.runtime.storage.tar.ArchiveLimits;
import dev.tailrace.runtime.storage.tar.RawSink;
import dev.tailrace.runtime.storage.tar.TarEntry;
import dev.tailrace.runtime.storage.tar.TarEntry.Segment;
import dev.tailrace.runtime.storage.tar.TarEntry.Type;
import dev.tailrace.runtime.storage.tar.TarReader;
import dev.tailrace.runtime.storage.tar.TarWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/// Writes a layer over an image: files under the paths that they really have there, and the directories
/// above them as they are there, since a layer's directories replace the attributes of those below.
/// Paths are byte strings without leading slash.
final class LayerWriter implements AutoCloseable {
    /// What would be a whiteout in a layer (OCI image specification, layer.md).
    private static final String WHITEOUT = ".wh.";

    private static final int MODE_0755 = 0x1ed;
    private static final int BUFFER_BYTES = 64 * 1024;

    private final TarWriter tar;
    private final Optional<RootView> image;
    private final UnaryOperator<TarEntry> attributes;
    private final Owner owner;
    private final Set<String> written = new HashSet<>();

    /// @param image below; absent if there is none, or if it does not matter because only a digest is
    /// wanted
    /// @param owner of directories that have to be made
    /// @param attributes what the files get instead of theirs
    LayerWriter(
            final OutputStream out,
            final Optional<RootView> image,
            final Owner owner,
            final UnaryOperator<TarEntry> attributes) {
        this.tar = new TarWriter(out);
        this.image = image;
        this.owner = owner;
        this.attributes = attributes;
    }

    /// Where a path really is in the image.
    String realPath(final String path) {
        return image.map(view -> view.realPath(path)).orElse(path);
    }

    boolean isDirectory(final String path) {
        return path.isEmpty()
                || image.flatMap(view -> view.find(path))
                        .filter(FileStatus::isDirectory)
                        .isPresent();
    }

    /// Sees to that a directory is there, and those above it.
    ///
    /// @param path real
    void directory(final String path) throws IOException {
        if (path.isEmpty() || !written.add(path)) {
            return;
        }
        final int slash = path.lastIndexOf('/');
        directory(slash < 0 ? "" : path.substring(0, slash));
        final Optional<FileStatus> below = image.flatMap(view -> view.find(path));
        if (below.isPresent() && !below.get().isDirectory()) {
            throw new BuildException(
                    BuildException.Kind.INVALID, "cannot copy to non-directory: /" + ByteText.forMessage(path));
        }
        tar.entry(
                below.isPresent()
                        ? image.orElseThrow().directory(path)
                        : TarEntry.of(path + "/", Type.DIRECTORY, "")
                                .withMode(MODE_0755)
                                .withOwner(owner.uid(), owner.gid()));
    }

    /// Copies a file, or all that is in a directory.
    ///
    /// @param target real path of the file, or of the directory that gets what is in the source
    void copy(final CopySource source, final CopySource.Found found, final String target) throws IOException {
        final boolean isDirectory = found.status().isDirectory();
        if (isDirectory) {
            directory(target);
        } else {
            final int slash = target.lastIndexOf('/');
            directory(slash < 0 ? "" : target.substring(0, slash));
        }
        final String from = found.path();
        try (TreeArchive files = new TreeArchive(source.view().fd(), tar, entry -> {
            final String path = withoutSlash(entry.name());
            if (isDirectory && path.equals(from) || source.isContext() && source.isIgnored(ByteText.toText(path))) {
                return null;
            }
            refuseWhiteout(path);
            final String name = moved(path, from, target);
            written.add(name);
            final String link =
                    entry.type() == Type.HARD_LINK ? moved(entry.linkName(), from, target) : entry.linkName();
            return attributes.apply(entry.withNames(entry.type() == Type.DIRECTORY ? name + "/" : name, link));
        })) {
            files.tree(from);
        }
    }

    /// Unpacks an archive.
    ///
    /// @param archive uncompressed; read to its end
    /// @param target real path of a directory
    /// @param change what its files get instead of theirs
    void unpack(final InputStream archive, final String target, final UnaryOperator<TarEntry> change)
            throws IOException {
        directory(target);
        final TarReader reader = new TarReader(archive, ArchiveLimits.DEFAULT, RawSink.NONE);
        for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
            final String path = clean(entry.name());
            if (path.isEmpty() || entry.type() == Type.CHARACTER_DEVICE || entry.type() == Type.BLOCK_DEVICE) {
                continue;
            }
            refuseWhiteout(path);
            final String whole = target.isEmpty() ? path : target + "/" + path;
            final int slash = whole.lastIndexOf('/');
            final String parent = slash < 0 ? "" : realPath(whole.substring(0, slash));
            directory(parent);
            final String name = (parent.isEmpty() ? "" : parent + "/") + whole.substring(slash + 1);
            final String linkName = clean(entry.linkName());
            final String link = entry.type() != Type.HARD_LINK
                    ? entry.linkName()
                    : realPath(target.isEmpty() ? linkName : target + "/" + linkName);
            written.add(name);
            tar.entry(change.apply(entry.withNames(entry.type() == Type.DIRECTORY ? name + "/" : name, link)));
            content(reader, entry);
        }
    }

    /// Ends the layer.
    @Override
    public void close() throws IOException {
        tar.close();
    }

    private void content(final TarReader reader, final TarEntry entry) throws IOException {
        final byte[] buffer = new byte[BUFFER_BYTES];
        long at = 0;
        for (final Segment segment : entry.segments()) {
            tar.writeZeros(segment.offset() - at);
            at = segment.offset();
            final long end = at + segment.lengthBytes();
            while (at < end) {
                final int count = reader.read(buffer, 0, (int) Math.min(buffer.length, end - at));
                if (count < 0) {
                    throw new IOException("the archive ends too early");
                }
                tar.write(buffer, 0, count);
                at += count;
            }
        }
        tar.writeZeros(entry.sizeBytes() - at);
    }

    /// @param path `from` or beneath it
    private static String moved(final String path, final String from, final String target) {
        final String rest = path.substring(from.length());
        final String name = rest.isEmpty() || from.isEmpty() ? rest : rest.substring(1);
        if (name.isEmpty()) {
            return target;
        }
        return target.isEmpty() ? name : target + "/" + name;
    }

    private static String withoutSlash(final String name) {
        return name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    }

    /// Of an archive of others: without what leads out of it.
    private static String clean(final String raw) {
        final StringBuilder path = new StringBuilder();
        for (final String part : raw.split("/", -1)) {
            if (part.equals("..")) {
                throw new BuildException(
                        BuildException.Kind.INVALID,
                        "ADD failed: the archive has an entry that leads out of it: " + ByteText.forMessage(raw));
            }
            if (!part.isEmpty() && !part.equals(".")) {
                path.append(path.isEmpty() ? "" : "/").append(part);
            }
        }
        return path.toString();
    }

    private static void refuseWhiteout(final String path) {
        if (path.substring(path.lastIndexOf('/') + 1).startsWith(WHITEOUT)) {
            throw new BuildException(
                    BuildException.Kind.INVALID,
                    "a name that layers cannot have, since it means that another is not there: "
                            + ByteText.forMessage(path));
        }
    }
}
