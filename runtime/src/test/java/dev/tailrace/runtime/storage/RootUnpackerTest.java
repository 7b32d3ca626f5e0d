package dev.tailrace.runtime.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.runtime.storage.files.TreeRemoval;
import dev.tailrace.runtime.storage.tar.TarEntry;
import dev.tailrace.tapio.linux.Fd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// `docker cp` into a root that wants the files to go elsewhere.
final class RootUnpackerTest {
    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private Path outside;
    private Path root;

    @BeforeEach
    void makeRoot() throws IOException {
        outside = Files.createDirectory(directory.resolve("outside"));
        Files.writeString(outside.resolve("victim"), "secret");
        root = Files.createDirectory(directory.resolve("root"));
        Files.createDirectories(root.resolve("srv/app"));
    }

    @AfterEach
    void shouldHaveLeftTheRestAlone() throws IOException {
        assertEquals("secret", Files.readString(outside.resolve("victim")));
        try (Stream<Path> names = Files.list(outside)) {
            assertEquals(1, names.count());
        }
        TreeRemoval.remove(directory);
    }

    @Test
    void shouldKeepWhatTheArchiveSays() throws IOException {
        unpack(
                "srv/app",
                true,
                new TarBuilder()
                        .directory("./")
                        .entry(TarEntry.file("dir/file", 4).withMode(0x1a0).withTime(1_500_000_000, 7), "text")
                        .hardLink("same", "dir/file")
                        .symbolicLink("link", "dir/file")
                        .entry(
                                TarEntry.of("sticky/", TarEntry.Type.DIRECTORY, "")
                                        .withMode(0x3ff)
                                        .withTime(1_000, 0),
                                "")
                        .file("sticky/in", ""));
        final Path file = root.resolve("srv/app/dir/file");
        assertEquals("text", Files.readString(file));
        assertEquals(PosixFilePermissions.fromString("rw-r-----"), Files.getPosixFilePermissions(file));
        assertEquals(1_500_000_000, Files.getLastModifiedTime(file).toInstant().getEpochSecond());
        assertTrue(Files.isSameFile(file, root.resolve("srv/app/same")));
        assertEquals(Path.of("dir/file"), Files.readSymbolicLink(root.resolve("srv/app/link")));
        final Path sticky = root.resolve("srv/app/sticky");
        assertEquals(1_000, Files.getLastModifiedTime(sticky).toInstant().getEpochSecond(), "time of a directory");
        assertEquals(0x3ff, (int) Files.getAttribute(sticky, "unix:mode") & 0xfff);
    }

    @Test
    void shouldRefuseDeviceNodes() {
        for (final TarEntry.Type type : List.of(TarEntry.Type.CHARACTER_DEVICE, TarEntry.Type.BLOCK_DEVICE)) {
            final TarEntry device = new TarEntry("dev/x", type, "", 0x1b6, 0, 0, 0, 0, 0, 8, 1, Map.of(), List.of());
            assertEquals(
                    "cannot copy device node dev/x (" + (type == TarEntry.Type.BLOCK_DEVICE ? "block" : "character")
                            + " 8:1): containers get their devices from the engine only",
                    assertThrows(
                                    StorageException.class,
                                    () -> unpack("srv/app", true, new TarBuilder().entry(device, "")))
                            .getMessage());
            assertEquals(Set.of(), names(root.resolve("srv/app")));
        }
    }

    @Test
    void shouldRefuseNamesThatLeadOut() {
        for (final String name : Set.of("../victim", "a/../../victim", "/../victim")) {
            final String message = assertThrows(
                            StorageException.class, () -> unpack("srv/app", false, new TarBuilder().file(name, "x")))
                    .getMessage();
            assertTrue(message.endsWith(" leads out of the root"), message);
        }
        assertThrows(
                StorageException.class,
                () -> unpack("srv/app", false, new TarBuilder().hardLink("x", "../../../outside/victim")));
        assertEquals(Set.of(), names(root.resolve("srv/app")));
    }

    @Test
    void shouldFollowLinksInsideTheRootOnly() throws IOException {
        Files.createDirectory(root.resolve("outside"));
        Files.createSymbolicLink(root.resolve("srv/app/up"), Path.of("/../../outside"));
        Files.createSymbolicLink(root.resolve("srv/app/absolute"), outside);
        Files.createSymbolicLink(root.resolve("srv/app/victim"), outside.resolve("victim"));
        unpack(
                "srv/app",
                false,
                new TarBuilder().file("up/x", "1").file("victim", "2").directory("victim2"));
        // `/../../outside` is `/outside` in there.
        assertEquals("1", Files.readString(root.resolve("outside/x")));
        assertEquals("2", Files.readString(root.resolve("srv/app/victim")));
        assertFalse(Files.isSymbolicLink(root.resolve("srv/app/victim")), "the link itself is replaced");
    }

    @Test
    void shouldReplaceOtherKindsOnlyIfItMay() throws IOException {
        Files.createDirectories(root.resolve("srv/app/full/of"));
        Files.writeString(root.resolve("srv/app/plain"), "x");
        assertEquals(
                "corrupt archive: cannot overwrite directory \"/srv/app/full\" with non-directory \"full\"",
                assertThrows(StorageException.class, () -> unpack("srv/app", true, new TarBuilder().file("full", "")))
                        .getMessage());
        assertEquals(
                "corrupt archive: cannot overwrite non-directory \"/srv/app/plain\" with directory \"plain\"",
                assertThrows(StorageException.class, () -> unpack("srv/app", true, new TarBuilder().directory("plain")))
                        .getMessage());
        unpack("srv/app", false, new TarBuilder().file("full", "now a file").directory("plain"));
        assertEquals("now a file", Files.readString(root.resolve("srv/app/full")));
        assertTrue(Files.isDirectory(root.resolve("srv/app/plain"), LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void shouldChangeOwnersAsAsked() throws IOException {
        final int own = (int) Files.getAttribute(root, "unix:uid");
        final int group = (int) Files.getAttribute(root, "unix:gid");
        final int fd = Fd.open(root.toString(), Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_CLOEXEC);
        try (RootUnpacker unpacker = new RootUnpacker(fd, OwnerPolicy.KEEP, true)) {
            unpacker.unpack(
                    new TarBuilder().entry(TarEntry.file("mine", 0).withOwner(4_000_000, 4_000_000), "").stream(),
                    "srv",
                    entry -> entry.withOwner(own, group));
        } finally {
            Fd.close(fd);
        }
        assertEquals(own, Files.getAttribute(root.resolve("srv/mine"), "unix:uid"));
    }

    private void unpack(final String where, final boolean keepsKinds, final TarBuilder tar) throws IOException {
        final int fd = Fd.open(root.toString(), Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_CLOEXEC);
        try (RootUnpacker unpacker = new RootUnpacker(fd, OwnerPolicy.IGNORE_UNMAPPED, keepsKinds)) {
            unpacker.unpack(tar.stream(), where, UnaryOperator.identity());
        } finally {
            Fd.close(fd);
        }
    }

    private static Set<String> names(final Path path) {
        try (Stream<Path> names = Files.list(path)) {
            return names.map(name -> name.getFileName().toString()).collect(Collectors.toSet());
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
