package dev.tailrace.runtime.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.runtime.storage.ContainerRoot.Change;
import dev.tailrace.runtime.storage.ContainerRoot.Change.Kind;
import dev.tailrace.runtime.storage.files.TreeRemoval;
import dev.tailrace.runtime.storage.tar.ArchiveLimits;
import dev.tailrace.runtime.storage.tar.TarEntry;
import dev.tailrace.runtime.storage.tar.TarEntry.Segment;
import dev.tailrace.runtime.storage.tar.TarEntry.Type;
import dev.tailrace.runtime.storage.tar.TarReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What both drivers must do, for root in a user namespace with many ids and a mount namespace: [StorageIT] runs this.
final class StorageCases {
    private static final String ID = "1".repeat(64);
    private static final String OTHER_ID = "2".repeat(64);

    /// cap_net_bind_service+ep, revision 2 (linux/capability.h).
    private static final byte[] CAPABILITY = HexFormat.of().parseHex("0100000200040000000000000000000000000000");

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    /// Without JUnit's warnings of links that lead out: it is what they are for.
    @AfterEach
    void removeAll() {
        TreeRemoval.remove(directory);
    }

    private static Storage open(final Path data, final Storage.Choice choice) throws IOException {
        return Storage.open(data, choice, OwnerPolicy.KEEP, ArchiveLimits.DEFAULT);
    }

    @Test
    void shouldFindThatOverlayWorks() throws IOException {
        final Storage storage = open(directory, Storage.Choice.AUTO);
        assertEquals("storage driver overlay (native, userxattr: a trial mount works)", storage.description());
        assertFalse(Files.exists(directory.resolve("overlay-probe")));
    }

    @Test
    void shouldSayWhyItIsVfs() throws Exception {
        // Overlay has no overlay for its upper directory.
        final Path merged = Files.createDirectory(directory.resolve("merged"));
        for (final String name : List.of("lower", "upper", "work")) {
            Files.createDirectory(directory.resolve(name));
        }
        run(
                "mount",
                "-t",
                "overlay",
                "overlay",
                "-o",
                "userxattr,lowerdir=" + directory.resolve("lower") + ",upperdir=" + directory.resolve("upper")
                        + ",workdir=" + directory.resolve("work"),
                merged.toString());
        try {
            final Storage storage = open(merged, Storage.Choice.AUTO);
            assertEquals("vfs", storage.driver());
            assertTrue(storage.description().contains("overlay does not work here: "), storage.description());
            assertFalse(storage.description().contains("\n"));
            assertThrows(StorageException.class, () -> open(merged, Storage.Choice.OVERLAY));
        } finally {
            run("umount", merged.toString());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OVERLAY", "VFS"})
    void shouldKeepAllThatTheArchiveSays(final Storage.Choice choice) throws Exception {
        final String name = "n\u00ff\u0080\u0001 \n";
        final TarEntry program = TarEntry.file("usr/bin/prog", 4)
                .withMode(0xdfd)
                .withOwner(33, 1000)
                .withTime(1_500_000_000, 123_456_789)
                .withXattrs(Map.of("security.capability", CAPABILITY, "user.note", new byte[] {0, -1}));
        final Storage storage = open(directory, choice);
        final List<String> layers = List.of(add(
                storage,
                new TarBuilder()
                        .entry(TarEntry.of("./", Type.DIRECTORY, "").withMode(0x1c9), "")
                        .entry(
                                TarEntry.of("usr", Type.DIRECTORY, "")
                                        .withMode(0x3ff)
                                        .withTime(1_000, 5),
                                "")
                        .entry(program, "prog")
                        .hardLink("usr/bin/same", "/usr/bin/prog")
                        .entry(TarEntry.of("fifo", Type.FIFO, "").withMode(0x1b6), "")
                        .entry(
                                TarEntry.of("link", Type.SYMBOLIC_LINK, "a\u00ff")
                                        .withOwner(7, 8),
                                "")
                        .file(name, "raw")));
        final ContainerRoot root = storage.roots().create(ID, layers);
        root.mount();
        try {
            final Map<String, TarEntry> tree = tree(root);
            final TarEntry unpacked = tree.get("usr/bin/prog");
            assertEquals(0xdfd, unpacked.mode());
            assertEquals(33, unpacked.uid());
            assertEquals(1000, unpacked.gid());
            assertEquals(1_500_000_000, unpacked.mtimeSeconds());
            assertEquals(123_456_789, unpacked.mtimeNanos());
            assertArrayEquals(CAPABILITY, unpacked.xattrs().get("security.capability"));
            assertArrayEquals(new byte[] {0, -1}, unpacked.xattrs().get("user.note"));
            assertEquals(Type.HARD_LINK, tree.get("usr/bin/same").type());
            assertEquals(0x3ff, tree.get("usr/").mode());
            assertEquals(1_000, tree.get("usr/").mtimeSeconds());
            assertEquals(5, tree.get("usr/").mtimeNanos());
            assertEquals(Type.FIFO, tree.get("fifo").type());
            assertEquals(0x1b6, tree.get("fifo").mode());
            assertEquals("a\u00ff", tree.get("link").linkName());
            assertEquals(7, tree.get("link").uid());
            assertTrue(tree.containsKey(name));
            assertEquals("rwx--x--x", PosixFilePermissions.toString(Files.getPosixFilePermissions(root.path())));
            assertEquals(List.of(), root.changes());
            assertEquals(0, root.sizeBytes());
        } finally {
            root.unmount();
        }
        root.remove();
        assertEquals(Optional.empty(), storage.roots().find(ID));
    }

    @ParameterizedTest
    @EnumSource(names = {"OVERLAY", "VFS"})
    void shouldHideWhatUpperLayersHide(final Storage.Choice choice) throws Exception {
        final Storage storage = open(directory, choice);
        final List<String> layers = List.of(
                add(
                        storage,
                        new TarBuilder()
                                .file("a", "1")
                                .file("d/x", "1")
                                .file("d/y", "1")
                                .file("gone/deep/z", "1")
                                .file("swap/in", "1")
                                .file("file", "1")
                                .symbolicLink("e", "d")),
                add(
                        storage,
                        new TarBuilder()
                                .file(".wh.a", "")
                                .file("d/.wh..wh..opq", "")
                                .file("d/new", "2")
                                .file("gone/.wh.deep", "")
                                .file(".wh.swap", "")
                                .file("swap", "2")
                                .file("file/now/directory", "2")
                                .file(".wh..wh.plnk", "")),
                add(
                        storage,
                        new TarBuilder()
                                .file("a", "3")
                                .file("gone/deep/w", "3")
                                .file("d/.wh.new", "")
                                // In either order: what the layer itself has stays.
                                .file("d/new/inner", "3")
                                .file("e/f", "3")
                                .file("e/.wh.f", "")));
        final ContainerRoot root = storage.roots().create(ID, layers);
        root.mount();
        try {
            assertEquals(
                    Set.of(
                            "a",
                            "d/",
                            "d/new/",
                            "d/new/inner",
                            "gone/",
                            "gone/deep/",
                            "gone/deep/w",
                            "swap",
                            "file/",
                            "file/now/",
                            "file/now/directory",
                            "e/",
                            "e/f"),
                    tree(root).keySet());
            assertEquals("3", Files.readString(root.path().resolve("a")));
            assertEquals("2", Files.readString(root.path().resolve("swap")));
        } finally {
            root.unmount();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OVERLAY", "VFS"})
    void shouldTellChangesAndMakeALayerOfThem(final Storage.Choice choice) throws Exception {
        final Storage storage = open(directory, choice);
        final List<String> layers = new ArrayList<>(List.of(
                add(
                        storage,
                        new TarBuilder()
                                .file("etc/conf", "old")
                                .file("etc/keep", "k")
                                .file("etc/mode", "m")
                                .file("var/log/a", "a")
                                .file("var/log/b", "b")
                                .file("was/file", "w")
                                .directory("empty")),
                add(storage, new TarBuilder().file("second", "s").file(".wh.nothing", ""))));
        final ContainerRoot root = storage.roots().create(ID, layers);
        root.mount();
        final Path path = root.path();
        Files.writeString(path.resolve("etc/conf"), "new and longer");
        Files.setPosixFilePermissions(path.resolve("etc/mode"), PosixFilePermissions.fromString("rwx------"));
        Files.delete(path.resolve("second"));
        Files.delete(path.resolve("was/file"));
        Files.delete(path.resolve("was"));
        Files.writeString(path.resolve("was"), "a file now");
        run("rm", "-r", path.resolve("var/log").toString());
        Files.createDirectories(path.resolve("var/log"));
        Files.writeString(path.resolve("var/log/b"), "b2");
        Files.createDirectories(path.resolve("new/sub"));
        Files.writeString(path.resolve("new/sub/f"), "f");
        Files.createLink(path.resolve("new/sub/g"), path.resolve("new/sub/f"));
        Files.createSymbolicLink(path.resolve("new/l"), Path.of("/etc"));
        run("chown", "33:44", path.resolve("new/sub").toString());
        final List<Change> expected = List.of(
                new Change(Kind.MODIFIED, "/etc"),
                new Change(Kind.MODIFIED, "/etc/conf"),
                new Change(Kind.MODIFIED, "/etc/mode"),
                new Change(Kind.ADDED, "/new"),
                new Change(Kind.ADDED, "/new/l"),
                new Change(Kind.ADDED, "/new/sub"),
                new Change(Kind.ADDED, "/new/sub/f"),
                new Change(Kind.ADDED, "/new/sub/g"),
                new Change(Kind.DELETED, "/second"),
                new Change(Kind.MODIFIED, "/var"),
                new Change(Kind.MODIFIED, "/var/log"),
                new Change(Kind.DELETED, "/var/log/a"),
                new Change(Kind.MODIFIED, "/var/log/b"),
                new Change(Kind.MODIFIED, "/was"));
        assertEquals(
                expected.stream().map(Change::toString).sorted().toList(),
                root.changes().stream().map(Change::toString).sorted().toList());
        assertEquals(
                "new and longer".length() + "m".length() + "b2".length() + 2 * "f".length() + "a file now".length(),
                root.sizeBytes());
        final ByteArrayOutputStream tar = new ByteArrayOutputStream();
        root.writeChanges(tar);
        layers.add(storage.layers()
                .add(new ByteArrayInputStream(tar.toByteArray()), Optional.empty())
                .diffId());
        final ContainerRoot again = storage.roots().create(OTHER_ID, layers);
        again.mount();
        assertEquals(described(tree(root)), described(tree(again)));
        assertEquals(List.of(), again.changes());
        again.unmount();
        root.unmount();
        again.remove();
        root.remove();
        assertEquals(List.of(), files(storage.directory().resolve("containers")));
        assertEquals(List.of(), files(storage.directory().resolve("temporary")));
    }

    @Test
    void shouldMountTwoHundredLayers() throws Exception {
        final Storage storage = open(directory, Storage.Choice.OVERLAY);
        final List<String> layers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            layers.add(add(storage, new TarBuilder().file("own/" + i, "x").file("last", Integer.toString(i))));
        }
        final ContainerRoot root = storage.roots().create(ID, layers);
        root.mount();
        try {
            assertEquals("199", Files.readString(root.path().resolve("last")));
            assertEquals(200, files(root.path().resolve("own")).size());
            Files.delete(root.path().resolve("own/0"));
            assertEquals(
                    List.of(new Change(Kind.MODIFIED, "/own"), new Change(Kind.DELETED, "/own/0")), root.changes());
        } finally {
            root.unmount();
        }
    }

    @Test
    void shouldMountFromPathsThatOverlayWouldMisread() throws Exception {
        final Path odd = directory.resolve("a:b,c\\d/" + "long".repeat(50));
        final Storage storage = open(odd, Storage.Choice.OVERLAY);
        final ContainerRoot root = storage.roots().create(ID, List.of(add(storage, new TarBuilder().file("f", "x"))));
        root.mount();
        try {
            assertEquals("x", Files.readString(root.path().resolve("f")));
        } finally {
            root.unmount();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OVERLAY", "VFS"})
    void shouldMakeTheVeryArchiveAgain(final Storage.Choice choice) throws Exception {
        final Storage storage = open(directory, choice);
        final TarEntry sparse =
                new TarEntry("s", Type.FILE, "", 0x1a4, 0, 0, 3, 0, 0, 0, 0, Map.of(), List.of(new Segment(0, 3)));
        final byte[] tar = new TarBuilder()
                .symbolicLink("lib", "usr/lib")
                .directory("usr/lib")
                .file("lib/x", "x".repeat(100_000))
                .file("twice", "one")
                .file("twice", "two")
                .file("tree/a/b", "deep")
                .hardLink("linked", "twice")
                .file("tree", "file now")
                .entry(sparse, "abc")
                .file(".wh.other", "")
                .bytes();
        final Layer layer = storage.layers().add(new ByteArrayInputStream(tar), Optional.empty());
        final ByteArrayOutputStream again = new ByteArrayOutputStream();
        storage.layers().writeTar(layer.diffId(), again);
        assertArrayEquals(tar, again.toByteArray());
        assertEquals(tar.length, layer.tarBytes());
        Files.writeString(storage.directory().resolve("layers/" + Digests.hex(layer.diffId()) + "/files/twice"), "bad");
        assertEquals(
                StorageException.Kind.DIGEST,
                assertThrows(
                                StorageException.class,
                                () -> storage.layers().writeTar(layer.diffId(), new ByteArrayOutputStream()))
                        .kind());
    }

    @Test
    void shouldKeepHolesInCopies() throws Exception {
        final Path tar = directory.resolve("t.tar");
        run(
                "sh",
                "-c",
                "cd " + directory + " && mkdir in && truncate -s 100M in/hole"
                        + " && printf end >>in/hole && tar -S -C in -cf t.tar hole");
        final Storage storage = open(directory, Storage.Choice.VFS);
        final String layer;
        try (var in = Files.newInputStream(tar)) {
            layer = storage.layers().add(in, Optional.empty()).diffId();
        }
        final ContainerRoot root = storage.roots().create(ID, List.of(layer));
        assertEquals(100 * 1024 * 1024 + 3, Files.size(root.path().resolve("hole")));
        assertTrue(Long.parseLong(
                        run("du", "-k", root.path().resolve("hole").toString()).split("\t")[0])
                < 1000);
        run(
                "cmp",
                directory.resolve("in/hole").toString(),
                root.path().resolve("hole").toString());
    }

    @ParameterizedTest
    @EnumSource(names = {"OVERLAY", "VFS"})
    void shouldLeaveNothingOnAFullDisk(final Storage.Choice choice) throws Exception {
        final Path small = Files.createDirectory(directory.resolve("small"));
        run("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", small.toString());
        try {
            final Storage storage = open(small, choice);
            final String kept = add(storage, new TarBuilder().file("kept", "x"));
            final StorageException e = assertThrows(
                    StorageException.class, () -> add(storage, new TarBuilder().file("big", "y".repeat(4 << 20))));
            assertTrue(e.getMessage().endsWith("write big: ENOSPC (No space left on device)"), e.getMessage());
            assertEquals(Set.of(kept), storage.layers().list());
            assertEquals(List.of(), files(storage.directory().resolve("temporary")));
            final String fits = add(storage, new TarBuilder().file("big", "y".repeat(1_600_000)));
            if (choice == Storage.Choice.VFS) {
                assertThrows(StorageException.class, () -> storage.roots().create(ID, List.of(kept, fits)));
                assertEquals(List.of(), files(storage.directory().resolve("containers")));
                assertEquals(List.of(), files(storage.directory().resolve("temporary")));
            }
        } finally {
            run("umount", small.toString());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OVERLAY", "VFS"})
    void shouldFindEverythingAfterARestart(final Storage.Choice choice) throws Exception {
        final Storage before = open(directory, choice);
        final String layer = add(before, new TarBuilder().file("f", "x"));
        final String unused = add(before, new TarBuilder().file("unused", "x"));
        final ContainerRoot old = before.roots().create(ID, List.of(layer));
        old.mount();
        Files.writeString(old.path().resolve("g"), "y");
        old.unmount();
        Files.createDirectories(before.directory().resolve("temporary/half/made"));
        final Storage after = open(directory, choice);
        assertEquals(List.of(), files(after.directory().resolve("temporary")));
        assertEquals(Set.of(layer, unused), after.layers().list());
        after.deleteUnusedLayers(Set.of());
        assertEquals(Set.of(layer), after.layers().list(), "a container needs it");
        final ContainerRoot root = after.roots().find(ID).orElseThrow();
        root.mount();
        root.mount();
        assertEquals("y", Files.readString(root.path().resolve("g")));
        root.unmount();
        assertEquals("x", Files.readString(root.path().resolve("f")), "still mounted once");
        assertThrows(IllegalStateException.class, root::remove);
        root.unmount();
        root.remove();
        after.deleteUnusedLayers(Set.of());
        assertEquals(Set.of(), after.layers().list());
    }

    @Test
    void shouldNameTheOwnerThatIsNotMapped() throws Exception {
        final Storage storage = open(directory, Storage.Choice.VFS);
        final TarBuilder tar = new TarBuilder().entry(TarEntry.file("f", 0).withOwner(500_000, 0), "");
        final StorageException e = assertThrows(StorageException.class, () -> add(storage, tar));
        assertTrue(e.getMessage().contains("lchown f to 500000:0"), e.getMessage());
        assertTrue(e.getMessage().contains("usermod --add-subuids"), e.getMessage());
        final Storage lenient = Storage.open(
                directory.resolve("lenient"), Storage.Choice.VFS, OwnerPolicy.IGNORE_UNMAPPED, ArchiveLimits.DEFAULT);
        add(lenient, new TarBuilder().entry(TarEntry.file("f", 0).withOwner(500_000, 0), ""));
    }

    private static String add(final Storage storage, final TarBuilder tar) throws IOException {
        return storage.layers().add(tar.stream(), Optional.empty()).diffId();
    }

    /// By name, as an archive has it.
    private static Map<String, TarEntry> tree(final ContainerRoot root) throws IOException {
        final ByteArrayOutputStream tar = new ByteArrayOutputStream();
        TreeArchive.export(root.path(), tar);
        final TarReader reader =
                new TarReader(new ByteArrayInputStream(tar.toByteArray()), ArchiveLimits.DEFAULT, (_, _, _) -> {});
        final Map<String, TarEntry> tree = new TreeMap<>();
        for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
            tree.put(entry.name(), entry);
        }
        return tree;
    }

    /// Directories' times are not: those above what a layer has are nobody's.
    private static String described(final Map<String, TarEntry> tree) {
        final StringBuilder text = new StringBuilder();
        tree.forEach((name, entry) -> text.append(name)
                .append(' ')
                .append(entry.type())
                .append(' ')
                .append(entry.linkName())
                .append(' ')
                .append(entry.mode())
                .append(' ')
                .append(entry.uid())
                .append(':')
                .append(entry.gid())
                .append(' ')
                .append(entry.sizeBytes())
                .append(entry.type() == Type.DIRECTORY ? "" : " " + entry.mtimeSeconds() + "." + entry.mtimeNanos())
                .append('\n'));
        return text.toString();
    }

    private static List<String> files(final Path place) throws IOException {
        try (var files = Files.list(place)) {
            return files.filter(path -> Files.exists(path, LinkOption.NOFOLLOW_LINKS))
                    .map(path -> path.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    private static String run(final String... command) throws Exception {
        final Process process =
                new ProcessBuilder(command).redirectErrorStream(true).start();
        final String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), () -> String.join(" ", command) + ": " + out);
        return out;
    }
}
