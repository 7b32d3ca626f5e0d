package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.container.ContainerProcess;
import dev.tailrace.runtime.engine.Container.BoundMount;
import dev.tailrace.runtime.engine.EngineException.Kind;
import dev.tailrace.runtime.storage.ByteText;
import dev.tailrace.runtime.storage.Compression;
import dev.tailrace.runtime.storage.OwnerPolicy;
import dev.tailrace.runtime.storage.RootAtRest;
import dev.tailrace.runtime.storage.RootUnpacker;
import dev.tailrace.runtime.storage.RootView;
import dev.tailrace.runtime.storage.StorageException;
import dev.tailrace.runtime.storage.TreeArchive;
import dev.tailrace.runtime.storage.files.FileStatus;
import dev.tailrace.runtime.storage.tar.TarEntry;
import dev.tailrace.runtime.storage.tar.TarWriter;
import dev.tailrace.tapio.linux.LinuxException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/// `docker cp`: the files of one container, whether it runs or not, as its processes see them.
///
/// A path is one of the container: links in it lead where they lead in there, and nothing leads out. Of a container
/// that runs, the files are those of its mount namespace; of one that does not, its root with its volumes.
public final class ContainerFiles {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final Container container;
    private final String reference;
    private final OwnerPolicy owners;
    private final EventLog events;

    /// @param reference how the client calls the container
    ContainerFiles(final Container container, final String reference, final OwnerPolicy owners, final EventLog events) {
        this.container = container;
        this.reference = reference;
        this.owners = owners;
        this.events = events;
    }

    /// What is at a path.
    ///
    /// @param name the last of the path
    /// @param linkTarget absolute, in the container; empty if it is no link
    public record Found(String name, FileStatus status, String linkTarget) {}

    /// Where an archive goes.
    @FunctionalInterface
    public interface Sink {
        /// @return closed when the archive is written
        OutputStream begin(Found found) throws IOException;
    }

    /// The last link is not followed, unless the path ends with a slash or a dot.
    ///
    /// @throws EngineException there is nothing
    public Found find(final String path) throws IOException {
        final Found[] found = new Found[1];
        with(root -> {
            try (RootView view = new RootView(root)) {
                found[0] = locate(view, new CopyPath(path)).found();
            }
        });
        return found[0];
    }

    /// Writes what is at a path as a tar, under the last name of the path.
    ///
    /// @throws EngineException there is nothing
    public void read(final String path, final Sink sink) throws IOException {
        final CopyPath wanted = new CopyPath(path);
        with(root -> {
            try (RootView view = new RootView(root)) {
                final Located located = locate(view, wanted);
                try (OutputStream out = new BufferedOutputStream(sink.begin(located.found()), BUFFER_BYTES);
                        TarWriter tar = new TarWriter(out);
                        TreeArchive archive =
                                new TreeArchive(view.fd(), tar, entry -> wanted.renamed(entry, located.realPath()))) {
                    archive.tree(located.realPath());
                }
            }
        });
        events.container(container, "archive-path", Map.of());
    }

    /// Unpacks a tar, plain or compressed, into a directory.
    ///
    /// @param keepsKinds whether a directory is not to be replaced by something else, nor something else by one
    /// @param isUsers whether the files become those of the container's user; else they keep their owners
    /// @throws EngineException there is no such directory, or it may not be written to
    public void write(final String path, final InputStream archive, final boolean keepsKinds, final boolean isUsers)
            throws IOException {
        with(root -> {
            try (RootView view = new RootView(root)) {
                final String inRoot = new CopyPath(path).inRoot();
                final FileStatus status = view.find(inRoot).orElseThrow(() -> noSuchFile(path));
                if (!status.isDirectory()) {
                    throw EngineException.invalid("extraction point is not a directory");
                }
                final String directory = view.realPath(inRoot);
                requireWritable(Path.of("/" + ByteText.toText(directory)));
                final UnaryOperator<TarEntry> change =
                        isUsers ? CopyOwner.of(container.config().user(), view) : UnaryOperator.identity();
                try (RootUnpacker unpacker = new RootUnpacker(view.fd(), owners, keepsKinds)) {
                    unpacker.unpack(Compression.open(archive), directory, change);
                }
            }
        });
        events.container(container, "extract-to-dir", Map.of());
    }

    /// @param realPath byte string from the root; its last name may be a link
    private record Located(String realPath, Found found) {}

    private Located locate(final RootView view, final CopyPath path) {
        final boolean isFollowed = path.isFollowed();
        final Optional<FileStatus> status = isFollowed ? view.find(path.inRoot()) : view.findItself(path.inRoot());
        if (status.isEmpty()) {
            throw noSuchFile(path.text());
        }
        if (isFollowed && !status.get().isDirectory()) {
            throw EngineException.invalid("not a directory");
        }
        final String real = isFollowed ? view.realPath(path.inRoot()) : view.realPathItself(path.inRoot());
        final String target = status.get().isSymbolicLink() ? "/" + ByteText.toText(view.realPath(path.inRoot())) : "";
        return new Located(real, new Found(ByteText.toText(path.base()), status.get(), target));
    }

    private EngineException noSuchFile(final String path) {
        return new EngineException(Kind.NOT_FOUND, "Could not find the file " + path + " in container " + reference);
    }

    /// What is mounted deepest over the path decides.
    private void requireWritable(final Path directory) {
        Optional<BoundMount> over = Optional.empty();
        for (final BoundMount mount : container.mounts()) {
            if (directory.startsWith(mount.target())
                    && over.map(deepest ->
                                    deepest.target().length() < mount.target().length())
                            .orElse(true)) {
                over = Optional.of(mount);
            }
        }
        if (over.isPresent()) {
            if (over.get().isReadOnly()) {
                throw EngineException.invalid("mounted volume is marked read-only");
            }
        } else if (container.host().isRootReadOnly()
                && container.host().temporaryFileSystems().keySet().stream().noneMatch(directory::startsWith)) {
            throw EngineException.invalid("container rootfs is marked read-only");
        }
    }

    private void with(final RootAtRest.Work work) throws IOException {
        try {
            final OptionalInt running =
                    container.process().map(ContainerProcess::openRoot).orElse(OptionalInt.empty());
            if (running.isPresent()) {
                work.run(running.getAsInt());
            } else {
                atRest(work);
            }
        } catch (final StorageException e) {
            final boolean isRequest =
                    e.kind() == StorageException.Kind.CORRUPT || e.kind() == StorageException.Kind.LIMIT;
            throw new EngineException(isRequest ? Kind.INVALID : Kind.FAILED, String.valueOf(e.getMessage()), e);
        } catch (final LinuxException e) {
            throw new EngineException(Kind.FAILED, String.valueOf(e.getMessage()), e);
        }
    }

    private void atRest(final RootAtRest.Work work) throws IOException {
        container.root().mount();
        try {
            RootAtRest.with(
                    container.root().path(),
                    container.mounts().stream()
                            // What has no place yet has nothing in it.
                            .filter(mount -> !mount.source().isEmpty())
                            .map(mount -> new RootAtRest.Attached(
                                    Path.of(mount.source()), mount.target(), mount.isReadOnly()))
                            .toList(),
                    work);
        } finally {
            container.root().unmount();
        }
    }
}
