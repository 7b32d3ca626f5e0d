package dev.tailrace.runtime.storage;

import dev.tailrace.runtime.storage.files.TreeRemoval;
import dev.tailrace.runtime.storage.tar.ArchiveLimits;
import dev.tailrace.tapio.linux.LinuxException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Unpacked layers, each in a directory by its digest: `files`, `displaced`, `recipe` and `sizes`.
///
/// A layer is there as a whole or not at all, and never changes. Safe for several threads.
public final class LayerStore {
    private static final String FILES = "files";
    private static final String DISPLACED = "displaced";
    private static final String RECIPE = "recipe";
    private static final String SIZES = "sizes";
    private static final String BLOB = "blob";

    private final Path directory;
    private final StoreFiles store;
    private final LayerFormat format;
    private final OwnerPolicy owners;
    private final ArchiveLimits limits;

    LayerStore(
            final Path directory,
            final StoreFiles store,
            final LayerFormat format,
            final OwnerPolicy owners,
            final ArchiveLimits limits) {
        this.directory = directory;
        this.store = store;
        this.format = format;
        this.owners = owners;
        this.limits = limits;
    }

    OwnerPolicy owners() {
        return owners;
    }

    /// Unpacks a layer while its digest is computed.
    ///
    /// @param tar uncompressed; read to its end, not closed
    /// @param expected the digest that it must have, if that is known
    /// @throws StorageException nothing of it is left then
    /// @throws IOException from `tar`
    public Layer add(final InputStream tar, final Optional<String> expected) throws IOException {
        final String what = expected.map(id -> "layer " + id).orElse("the layer");
        final Path fresh = store.newPlace();
        boolean isDone = false;
        try {
            final Layer layer = new LayerUnpacking(fresh, format, owners, limits).unpack(tar, expected.isEmpty());
            if (expected.isPresent() && !expected.get().equals(layer.diffId())) {
                throw new StorageException(
                        StorageException.Kind.DIGEST, what + " is damaged: its digest is " + layer.diffId());
            }
            isDone = place(fresh, layer);
            return layer;
        } catch (final StorageException e) {
            throw new StorageException(e.kind(), what + ": " + e.getMessage(), e);
        } catch (final LinuxException e) {
            throw new StorageException(
                    StorageException.Kind.SYSTEM, "cannot unpack " + what + ": " + e.getMessage(), e);
        } finally {
            if (!isDone) {
                TreeRemoval.remove(fresh);
            }
        }
    }

    public Optional<Layer> find(final String diffId) {
        final Path sizes = place(diffId).resolve(SIZES);
        try {
            final List<String> lines = Files.readAllLines(sizes, StandardCharsets.US_ASCII);
            return Optional.of(new Layer(diffId, Long.parseLong(lines.get(0)), Long.parseLong(lines.get(1))));
        } catch (final NoSuchFileException _) {
            return Optional.empty();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Keeps beside a layer what its archive is called where it is compressed. Lost with the layer.
    public void remember(final String diffId, final LayerBlob blob) throws IOException {
        store.write(place(diffId).resolve(BLOB), blob.text().getBytes(StandardCharsets.US_ASCII));
    }

    /// What was last remembered of a layer, if anything.
    public Optional<LayerBlob> blob(final String diffId) throws IOException {
        try {
            return LayerBlob.parse(Files.readString(place(diffId).resolve(BLOB), StandardCharsets.US_ASCII));
        } catch (final NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /// Digests of all layers.
    public Set<String> list() {
        try (Stream<Path> layers = Files.list(directory)) {
            final Set<String> digests = new TreeSet<>();
            layers.map(path -> path.getFileName().toString())
                    .filter(Digests::isHex)
                    .forEach(hex -> digests.add(Digests.ofHex(hex)));
            return digests;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Writes the archive that the layer was made of, to the byte.
    ///
    /// @throws StorageException if it does not come out so; what was written is then no archive
    public void writeTar(final String diffId, final OutputStream out) throws IOException {
        final Path layer = place(diffId);
        final DigestOutputStream digested = new DigestOutputStream(out, Digests.sha256());
        try {
            LayerRecipe.replay(layer.resolve(RECIPE), layer.resolve(FILES), layer.resolve(DISPLACED), digested);
        } catch (final LinuxException e) {
            throw new StorageException(StorageException.Kind.SYSTEM, "layer " + diffId + ": " + e.getMessage(), e);
        }
        if (!Digests.text(digested.getMessageDigest()).equals(diffId)) {
            throw new StorageException(
                    StorageException.Kind.DIGEST,
                    "layer " + diffId + " is damaged: its files have changed on the disk");
        }
    }

    /// Takes layers out of the store.
    ///
    /// @return what is to be deleted
    List<Path> takeOut(final Set<String> digests) throws IOException {
        final List<Path> doomed = new ArrayList<>();
        for (final String digest : digests) {
            doomed.add(store.moveOut(place(digest)));
        }
        return doomed;
    }

    /// Where the files of layers are.
    ///
    /// @throws StorageException if one of them is not there
    List<Path> files(final List<String> digests) {
        final List<Path> paths = new ArrayList<>();
        for (final String digest : digests) {
            final Path files = place(digest).resolve(FILES);
            if (!Files.isDirectory(files)) {
                throw new StorageException(StorageException.Kind.CORRUPT, "layer " + digest + " is not in the store");
            }
            paths.add(files);
        }
        return paths;
    }

    private Path place(final String diffId) {
        return directory.resolve(Digests.hex(diffId));
    }

    /// @return false if the same layer is there already
    private boolean place(final Path fresh, final Layer layer) throws IOException {
        final Path target = place(layer.diffId());
        if (Files.exists(target)) {
            return false;
        }
        try {
            store.moveInto(fresh, target);
        } catch (final FileAlreadyExistsException | DirectoryNotEmptyException _) {
            return false;
        }
        return true;
    }
}
