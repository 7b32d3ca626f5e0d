package dev.tailrace.runtime.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.runtime.storage.ContainerRoot;
import dev.tailrace.runtime.storage.Storage;
import dev.tailrace.runtime.storage.tar.ArchiveLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The disk as it is before each step of a change, as a crash there would leave it, opened again.
final class ImageStoreCrashTest {
    private static final byte[] BASE = StoreFixture.layer("base", "b");
    private static final byte[] TOP = StoreFixture.layer("top", "t");
    private static final byte[] LAST = StoreFixture.layer("last", "l");

    @TempDir
    private Path directory;

    private final List<Path> crashes = new ArrayList<>();
    private boolean isRecording;

    private interface Change {
        void make(ImageStore images) throws IOException;
    }

    @Test
    void shouldHaveAllOrNothingOfALoad() throws IOException {
        check(images -> images.load(
                new ByteArrayInputStream(StoreFixture.dockerArchive("new:latest", BASE, TOP, LAST)), _ -> {}));
    }

    @Test
    void shouldHaveAllOrNothingOfACommit() throws IOException {
        final Path layer = directory.resolve("layer.tar");
        Files.write(layer, TOP);
        check(images -> images.commit(
                images.find("old").map(Image::id), layer, ImageConfig.EMPTY, new Images.Commit("old", "", "", "")));
    }

    @Test
    void shouldHaveAllOrNothingOfATag() throws IOException {
        check(images -> images.tag("old", "other"));
    }

    @Test
    void shouldHaveAllOrNothingOfARemoval() throws IOException {
        check(images -> images.remove("old", false, _ -> false));
    }

    @Test
    void shouldHaveAllOrNothingOfAContainer() throws IOException {
        final Path place = directory.resolve("store");
        final Storage storage = StoreFixture.storage(place, _ -> record(place));
        final ImageStore images = ImageStore.open(storage, ArchiveLimits.DEFAULT, InstantSource.system());
        images.load(new ByteArrayInputStream(StoreFixture.dockerArchive("old:latest", BASE, TOP)), _ -> {});
        final List<String> layers = images.find("old").orElseThrow().layers();
        final String id = "a".repeat(64);
        isRecording = true;
        final ContainerRoot root = storage.roots().create(id, layers);
        root.remove();
        isRecording = false;
        assertTrue(crashes.size() >= 3, "steps: " + crashes.size());
        for (final Path crash : crashes) {
            final Storage again = StoreFixture.storage(crash, _ -> {});
            assertEquals(List.of(), list(crash.resolve("vfs/temporary")));
            if (again.roots().find(id).isPresent()) {
                final Path path = again.roots().find(id).orElseThrow().path();
                assertEquals("t", Files.readString(path.resolve("top")));
            }
        }
    }

    private void check(final Change change) throws IOException {
        final Path place = directory.resolve("store");
        final ImageStore images = StoreFixture.open(place, _ -> record(place));
        images.load(new ByteArrayInputStream(StoreFixture.dockerArchive("old:latest", BASE, LAST)), _ -> {});
        final List<Image> before = images.list();
        isRecording = true;
        change.make(images);
        isRecording = false;
        final List<Image> after = images.list();
        record(place);
        assertTrue(crashes.size() >= 2, "steps: " + crashes.size());
        final Set<List<Image>> seen = new HashSet<>();
        for (final Path crash : crashes) {
            final List<Image> found = StoreFixture.open(crash).list();
            assertTrue(found.equals(before) || found.equals(after), crash + ": " + found);
            seen.add(found);
            assertClean(crash, found);
        }
        assertEquals(Set.of(before, after), seen);
        assertEquals(after, StoreFixture.open(crashes.getLast()).list(), "what was acknowledged");
    }

    /// Nothing is there that no image needs, and all that they need.
    private static void assertClean(final Path store, final List<Image> images) throws IOException {
        final Set<String> layers = new HashSet<>();
        final Set<String> configurations = new HashSet<>();
        for (final Image image : images) {
            configurations.add(image.id().substring(7));
            image.layers().forEach(layer -> layers.add(layer.substring(7)));
        }
        assertEquals(layers, Set.copyOf(list(store.resolve("vfs/layers"))));
        assertEquals(configurations, Set.copyOf(list(store.resolve("vfs/images/configurations"))));
        assertEquals(List.of(), list(store.resolve("vfs/temporary")));
    }

    private void record(final Path store) {
        if (!isRecording && crashes.isEmpty()) {
            return;
        }
        final Path copy = directory.resolve("crash" + crashes.size());
        try {
            final Process process = new ProcessBuilder("cp", "-a", store.toString(), copy.toString()).start();
            assertEquals(0, process.waitFor());
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        } catch (final InterruptedException e) {
            throw new IllegalStateException(e);
        }
        crashes.add(copy);
    }

    private static List<String> list(final Path place) throws IOException {
        try (Stream<Path> files = Files.list(place)) {
            return files.map(path -> path.getFileName().toString()).toList();
        }
    }
}
