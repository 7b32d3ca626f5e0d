package dev.tailrace.runtime.fake;

import dev.tailrace.runtime.storage.ContainerRoot;
import dev.tailrace.runtime.storage.ContainerRoots;
import dev.tailrace.runtime.storage.files.TreeRemoval;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// Empty directories, and how often each is mounted.
public final class FakeRoots implements ContainerRoots {
    private final Path directory;
    private final Map<String, Root> roots = new ConcurrentHashMap<>();
    private final Set<String> passing = ConcurrentHashMap.newKeySet();
    private volatile CountDownLatch removals = new CountDownLatch(0);
    private Consumer<Path> content = _ -> {};

    public FakeRoots(final Path directory) {
        this.directory = directory;
    }

    /// Mounts of all roots that nobody has undone.
    public int mounts() {
        return roots.values().stream().mapToInt(root -> root.mounts.get()).sum();
    }

    /// What another process finds: the directories, and no mounts.
    public FakeRoots reopened() {
        final FakeRoots other = new FakeRoots(directory);
        roots.keySet().forEach(id -> other.create(id, List.of()));
        return other;
    }

    public int count() {
        return roots.size();
    }

    /// From now on nothing is unmounted or removed before [#proceed].
    public void holdRemovals() {
        removals = new CountDownLatch(1);
    }

    public void proceed() {
        removals.countDown();
    }

    /// Has roots made from now on hold something.
    public void fill(final Consumer<Path> filling) {
        content = filling;
    }

    @Override
    public String driver() {
        return "fake";
    }

    @Override
    public ContainerRoot create(final String containerId, final List<String> layers) {
        final Root root = new Root(containerId);
        roots.put(containerId, root);
        return root;
    }

    @Override
    public ContainerRoot createPassing(final String containerId, final List<String> layers) {
        passing.add(containerId);
        return create(containerId, layers);
    }

    /// Ids of those that were made to last no longer than the engine.
    public Set<String> passing() {
        return passing;
    }

    @Override
    public List<String> list() {
        return List.copyOf(roots.keySet());
    }

    @Override
    public Optional<ContainerRoot> find(final String containerId) {
        return Optional.ofNullable(roots.get(containerId));
    }

    private final class Root implements ContainerRoot {
        private final String id;
        private final AtomicInteger mounts = new AtomicInteger();

        Root(final String id) {
            this.id = id;
            try {
                content.accept(Files.createDirectories(directory.resolve(id)));
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public Path path() {
            return directory.resolve(id);
        }

        @Override
        public void mount() {
            mounts.incrementAndGet();
        }

        @Override
        public void unmount() {
            awaitPermission();
            mounts.decrementAndGet();
        }

        @Override
        public void writeChanges(final OutputStream tar) throws IOException {
            tar.write("changes".getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public List<Change> changes() {
            return List.of(new Change(Change.Kind.ADDED, "/new"));
        }

        @Override
        public long sizeBytes() {
            return 42;
        }

        @Override
        public void remove() {
            if (mounts.get() != 0) {
                throw new IllegalStateException("removed while mounted: " + id);
            }
            awaitPermission();
            roots.remove(id);
            TreeRemoval.remove(path());
        }

        private void awaitPermission() {
            try {
                removals.await();
            } catch (final InterruptedException e) {
                throw new IllegalStateException("held up: " + id, e);
            }
        }
    }
}
