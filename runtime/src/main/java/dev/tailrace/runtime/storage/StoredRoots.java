package dev.tailrace.runtime.storage;

import dev.tailrace.runtime.storage.files.TreeRemoval;
import dev.tailrace.tapio.linux.LinuxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// Roots in the store, each in a directory by its container's id, with the list of its layers beside.
final class StoredRoots implements ContainerRoots {
    private static final String LAYERS = "layers";

    private final Path directory;
    private final StoreFiles store;
    private final LayerStore layers;
    private final RootDriver driver;
    private final Map<String, StoredRoot> roots = new ConcurrentHashMap<>();

    /// Layers that nothing needs yet, and how often they are claimed. Guarded by [#use].
    private final Map<String, Integer> claims = new HashMap<>();

    /// Held while the set of layers that roots need grows, and while layers go.
    private final Object use = new Object();

    private interface Move {
        void move(Path from, Path target) throws IOException;
    }

    StoredRoots(final Path directory, final StoreFiles store, final LayerStore layers, final RootDriver driver) {
        this.directory = directory;
        this.store = store;
        this.layers = layers;
        this.driver = driver;
    }

    @Override
    public String driver() {
        return driver.name();
    }

    @Override
    public OwnerPolicy owners() {
        return layers.owners();
    }

    @Override
    public ContainerRoot create(final String containerId, final List<String> digests) {
        return create(containerId, digests, store::moveInto);
    }

    @Override
    public ContainerRoot createPassing(final String containerId, final List<String> digests) {
        return create(containerId, digests, store::moveLightly);
    }

    private ContainerRoot create(final String containerId, final List<String> digests, final Move move) {
        final Path target = place(containerId);
        final Path fresh = store.newPlace();
        try {
            Files.createDirectory(fresh);
            Files.write(fresh.resolve(LAYERS), digests, StandardCharsets.US_ASCII);
            driver.create(fresh, layers.files(digests));
            synchronized (use) {
                // Once more: they may have gone meanwhile.
                layers.files(digests);
                move.move(fresh, target);
            }
        } catch (final LinuxException | IOException e) {
            throw new StorageException(
                    StorageException.Kind.SYSTEM, "cannot make the container's root: " + e.getMessage(), e);
        } finally {
            TreeRemoval.remove(fresh);
        }
        return root(containerId, digests);
    }

    @Override
    public Optional<ContainerRoot> find(final String containerId) {
        final StoredRoot known = roots.get(containerId);
        if (known != null) {
            return Optional.of(known);
        }
        final Path place = place(containerId);
        return Files.isDirectory(place) ? Optional.of(root(containerId, digests(place))) : Optional.empty();
    }

    @Override
    public List<String> list() {
        try (Stream<Path> containers = Files.list(directory)) {
            return containers
                    .map(container -> container.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Keeps a layer from being deleted, whether it is there or is to come.
    void claim(final String digest) {
        synchronized (use) {
            claims.merge(digest, 1, Integer::sum);
        }
    }

    /// Takes one claim back; the layer stays until unused ones are deleted.
    void unclaim(final String digest) {
        synchronized (use) {
            claims.computeIfPresent(digest, (_, count) -> count == 1 ? null : count - 1);
        }
    }

    /// Deletes the layers that no root needs, nor anything else.
    ///
    /// @param needed digests that others need
    void deleteUnusedLayers(final Set<String> needed) throws IOException {
        final List<Path> out;
        synchronized (use) {
            final Set<String> doomed = new HashSet<>(layers.list());
            doomed.removeAll(needed);
            doomed.removeAll(claims.keySet());
            try (Stream<Path> containers = Files.list(directory)) {
                for (final Path container : containers.toList()) {
                    digests(container).forEach(doomed::remove);
                }
            }
            out = layers.takeOut(doomed);
        }
        out.forEach(TreeRemoval::remove);
    }

    private StoredRoot root(final String containerId, final List<String> digests) {
        return roots.computeIfAbsent(
                containerId, id -> new StoredRoot(driver, layers, store, place(id), digests, () -> roots.remove(id)));
    }

    private Path place(final String containerId) {
        if (!Digests.isHex(containerId)) {
            throw new IllegalArgumentException("no id of a container: " + containerId);
        }
        return directory.resolve(containerId);
    }

    private static List<String> digests(final Path container) {
        try {
            return Files.readAllLines(container.resolve(LAYERS), StandardCharsets.US_ASCII);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
