package dev.tailrace.runtime.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.runtime.storage.ContainerRoot;
import dev.tailrace.runtime.storage.OwnerPolicy;
import dev.tailrace.runtime.storage.Storage;
import dev.tailrace.runtime.storage.TreeArchive;
import dev.tailrace.runtime.storage.files.TreeRemoval;
import dev.tailrace.runtime.storage.tar.ArchiveLimits;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Images and roots together on both drivers, where the engine runs: [ImageStoreIT] runs this.
final class ImageStoreCases {
    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    /// Without JUnit's warnings of links that lead out: it is what they are for.
    @AfterEach
    void removeAll() {
        TreeRemoval.remove(directory);
    }

    private static Storage storage(final Path data, final Storage.Choice choice) throws IOException {
        return Storage.open(data, choice, OwnerPolicy.KEEP, ArchiveLimits.DEFAULT);
    }

    private static ImageStore open(final Storage storage) throws IOException {
        return ImageStore.open(storage, ArchiveLimits.DEFAULT, InstantSource.system());
    }

    @ParameterizedTest
    @EnumSource(names = {"OVERLAY", "VFS"})
    void shouldCarryAContainersFilesThroughCommitSaveAndLoad(final Storage.Choice choice) throws Exception {
        final Storage storage = storage(directory.resolve("one"), choice);
        final ImageStore images = open(storage);
        images.load(
                new ByteArrayInputStream(StoreFixture.dockerArchive(
                        "base:latest", StoreFixture.layer("etc/a", "a"), StoreFixture.layer("etc/b", "b"))),
                _ -> {});
        final Image base = images.find("base").orElseThrow();
        final ContainerRoot root = storage.roots().create("c".repeat(64), base.layers());
        root.mount();
        Files.delete(root.path().resolve("etc/a"));
        Files.writeString(root.path().resolve("etc/c"), "c");
        final byte[] exported = export(root);
        final Path layer = directory.resolve("layer.tar");
        try (OutputStream out = Files.newOutputStream(layer)) {
            root.writeChanges(out);
        }
        root.unmount();
        final Image committed =
                images.commit(Optional.of(base.id()), layer, base.config(), new Images.Commit("mine:1", "", "", ""));
        final ByteArrayOutputStream saved = new ByteArrayOutputStream();
        images.save(List.of("mine:1"), saved);
        // The other driver's store: archives know nothing of drivers.
        final Storage other = storage(
                directory.resolve("two"), choice == Storage.Choice.VFS ? Storage.Choice.OVERLAY : Storage.Choice.VFS);
        final ImageStore others = open(other);
        others.load(new ByteArrayInputStream(saved.toByteArray()), _ -> {});
        assertEquals(committed.id(), others.find("mine:1").orElseThrow().id());
        final ContainerRoot again = other.roots().create("d".repeat(64), committed.layers());
        again.mount();
        assertArrayEquals(exported, export(again));
        again.unmount();
        assertThrows(ImageException.class, () -> images.remove("base", false, base.id()::equals));
        images.remove("mine:1", false, base.id()::equals);
        images.remove("base", true, base.id()::equals);
        root.mount();
        assertEquals("c", Files.readString(root.path().resolve("etc/c")), "a container keeps its layers");
        root.unmount();
        root.remove();
    }

    @ParameterizedTest
    @EnumSource(names = {"OVERLAY", "VFS"})
    void shouldChangeNothingOnAFullDisk(final Storage.Choice choice) throws Exception {
        final Path small = Files.createDirectory(directory.resolve("small"));
        run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", small.toString());
        try {
            final Storage storage = storage(small, choice);
            final ImageStore images = open(storage);
            images.load(
                    new ByteArrayInputStream(
                            StoreFixture.dockerArchive("kept:latest", StoreFixture.layer("kept", "k"))),
                    _ -> {});
            final List<Image> before = images.list();
            // The first fills the disk as an archive, the second when it is unpacked.
            for (final int size : new int[] {5_000_000, 2_500_000}) {
                final byte[] archive =
                        StoreFixture.dockerArchive("big:latest", StoreFixture.layer("big", "x".repeat(size)));
                final ImageException e = assertThrows(
                        ImageException.class, () -> images.load(new ByteArrayInputStream(archive), _ -> {}));
                assertEquals(ImageException.Kind.STORAGE, e.kind(), e.getMessage());
                assertTrue(e.getMessage().contains("No space left on device"), e.getMessage());
                assertEquals(1, e.getMessage().lines().count());
                assertEquals(before, images.list());
                assertEquals(1, storage.layers().list().size());
                try (Stream<Path> left = Files.list(storage.directory().resolve("temporary"))) {
                    assertEquals(List.of(), left.toList());
                }
            }
            assertEquals(before, open(storage(small, choice)).list());
        } finally {
            run("umount", small.toString());
        }
    }

    private static byte[] export(final ContainerRoot root) throws IOException {
        final ByteArrayOutputStream tar = new ByteArrayOutputStream();
        TreeArchive.export(root.path(), tar);
        return tar.toByteArray();
    }

    private static void run(final String... command) throws Exception {
        assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor(), String.join(" ", command));
    }
}
