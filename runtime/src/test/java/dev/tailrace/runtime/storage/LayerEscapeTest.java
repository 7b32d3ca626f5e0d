package dev.tailrace.runtime.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.runtime.storage.files.TreeRemoval;
import dev.tailrace.runtime.storage.tar.ArchiveLimits;
import dev.tailrace.runtime.storage.tar.TarEntry;
import dev.tailrace.runtime.storage.tar.TarEntry.Type;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Archives that want out: the ways of CVE-2018-15664, CVE-2019-14271, CVE-2021-30465 and their like.
final class LayerEscapeTest {
    private static final String SECRET = "secret";

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private Path outside;
    private Storage storage;

    @BeforeEach
    void open() throws IOException {
        outside = Files.createDirectory(directory.resolve("outside"));
        Files.writeString(outside.resolve("victim"), SECRET);
        storage = Storage.open(
                directory.resolve("store"),
                Storage.Choice.VFS,
                OwnerPolicy.IGNORE_UNMAPPED,
                new ArchiveLimits(1 << 20, 1000));
    }

    @AfterEach
    void shouldHaveLeftNothing() throws IOException {
        assertEquals(SECRET, Files.readString(outside.resolve("victim")));
        assertEquals(List.of("victim"), names(outside));
        assertEquals(List.of(), names(directory.resolve("store/vfs/temporary")), "left behind");
        // Without JUnit's warnings of links that lead out: it is what they are for.
        TreeRemoval.remove(directory);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../evil",
                "a/../../evil",
                "../../../../../../../../tmp/evil",
                "..",
                "a/..//../evil",
                "./../evil",
            })
    void shouldRefuseNamesThatLeadOut(final String name) {
        assertCorrupt(new TarBuilder().file(name, "x"), "leads out of the root");
    }

    @Test
    void shouldTakeAbsoluteNamesAsOfTheRoot() throws IOException {
        final Path root = unpack(new TarBuilder().file("//etc//./passwd", "x").file("a/../b", "y"));
        assertEquals("x", Files.readString(root.resolve("etc/passwd")));
        assertEquals("y", Files.readString(root.resolve("b")));
    }

    @Test
    void shouldResolveAbsoluteLinksInParentsInsideTheRoot() throws IOException {
        final Path root = unpack(new TarBuilder()
                .symbolicLink("link", outside.toString())
                .directory(outside.toString())
                .file("link/evil", "x"));
        assertEquals("x", Files.readString(root.resolve(outside.toString().substring(1) + "/evil")));
        assertTrue(Files.isSymbolicLink(root.resolve("link")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../../../../../outside", "..", "/../../outside", "a/../../../outside"})
    void shouldNotFollowRelativeLinksOut(final String target) throws IOException {
        final TarBuilder tar =
                new TarBuilder().directory("a").symbolicLink("link", target).file("link/victim", "overwritten");
        try {
            unpack(tar);
        } catch (final StorageException e) {
            assertEquals(StorageException.Kind.SYSTEM, e.kind(), e.getMessage());
        }
    }

    @Test
    void shouldReplaceALinkAndNotWriteThroughIt() throws IOException {
        final Path victim = outside.resolve("victim");
        final Path root =
                unpack(new TarBuilder().symbolicLink("file", victim.toString()).file("file", "mine"));
        assertFalse(Files.isSymbolicLink(root.resolve("file")));
        assertEquals("mine", Files.readString(root.resolve("file")));
    }

    @Test
    void shouldReplaceALinkByADirectory() throws IOException {
        final Path root = unpack(new TarBuilder()
                .symbolicLink("place", outside.toString())
                .directory("place")
                .file("place/evil", "x"));
        assertTrue(Files.isDirectory(root.resolve("place"), LinkOption.NOFOLLOW_LINKS));
        assertEquals("x", Files.readString(root.resolve("place/evil")));
    }

    @Test
    void shouldNotSwapAParentBetweenEntries() throws IOException {
        // The open directory of the last entry is not that of the next: it has become a link meanwhile.
        final Path root = unpack(new TarBuilder()
                .file("d/one", "1")
                .symbolicLink("d", outside.toString())
                .directory(outside.toString())
                .file("d/two", "2"));
        assertEquals("2", Files.readString(root.resolve(outside.toString().substring(1) + "/two")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../../../../../../etc/passwd", "../victim", "a/../../victim"})
    void shouldRefuseHardLinksThatLeadOut(final String target) {
        assertCorrupt(new TarBuilder().directory("a").hardLink("mine", target), "leads out of the root");
    }

    @Test
    void shouldNotHardLinkWhatIsOutside() {
        final Path victim = outside.resolve("victim");
        assertThrows(StorageException.class, () -> unpack(new TarBuilder().hardLink("mine", victim.toString())));
        assertThrows(
                StorageException.class,
                () -> unpack(new TarBuilder()
                        .symbolicLink("link", outside.toString())
                        .hardLink("mine", "link/victim")));
    }

    @Test
    void shouldHardLinkALinkItself() throws IOException {
        final Path victim = outside.resolve("victim");
        final Path root = unpack(new TarBuilder()
                .symbolicLink("link", victim.toString())
                .hardLink("other", "link")
                .file("other", "mine"));
        assertTrue(Files.isSymbolicLink(root.resolve("link")));
        assertEquals("mine", Files.readString(root.resolve("other")));
    }

    @Test
    void shouldRefuseHardLinksToDirectories() {
        assertCorrupt(new TarBuilder().directory("a").hardLink("b", "a"), "which is no file");
        assertCorrupt(new TarBuilder().hardLink("b", "."), "which is no file");
    }

    @ParameterizedTest
    @ValueSource(strings = {".wh.", ".wh..", ".wh...", "a/.wh..", "a/.wh..."})
    void shouldRefuseWhiteoutsOfNoName(final String name) {
        assertCorrupt(new TarBuilder().directory("a").file(name, ""), "a whiteout without a name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"link/.wh.victim", "link/.wh..wh..opq"})
    void shouldNotHideThroughLinks(final String name) throws IOException {
        final Path root = unpack(new TarBuilder()
                .symbolicLink("link", outside.toString())
                .directory(outside.toString())
                .file(name, ""));
        assertTrue(Files.isSymbolicLink(root.resolve("link")));
    }

    @Test
    void shouldNotKeepAttributesByWhichOverlayWorks() throws IOException {
        final TarEntry entry = TarEntry.of("d", Type.DIRECTORY, "")
                .withXattrs(Map.of(
                        "user.overlay.redirect", "/etc".getBytes(StandardCharsets.UTF_8),
                        "trusted.overlay.redirect", "/etc".getBytes(StandardCharsets.UTF_8),
                        "user.kept", "yes".getBytes(StandardCharsets.UTF_8)));
        final Path root = unpack(new TarBuilder().entry(entry, ""));
        final UserDefinedFileAttributeView view =
                Files.getFileAttributeView(root.resolve("d"), UserDefinedFileAttributeView.class);
        assertEquals(List.of("kept"), view.list());
    }

    @Test
    void shouldMakeNoDevices() throws IOException {
        final TarEntry memory =
                new TarEntry("mem", Type.CHARACTER_DEVICE, "", 0x1b6, 0, 0, 0, 0, 0, 1, 1, Map.of(), List.of());
        final Path root = unpack(new TarBuilder().entry(memory, "").file("after", "x"));
        assertEquals(List.of("after"), names(root));
    }

    /// As root each file gets its owner; as anybody else, it is ours. See also `SingleIdScenarios`.
    @Test
    void shouldMakeNobodyRootWhoRunsAFileOfSomebodyElse() throws IOException {
        final TarEntry privileged = TarEntry.file("program", 0).withMode(06755).withOwner(33, 44);
        final Path program = unpack(new TarBuilder().entry(privileged, "")).resolve("program");
        final boolean isOwned = Files.getAttribute(program, "unix:uid").equals(33);
        assertEquals(isOwned ? 06755 : 0755, (int) Files.getAttribute(program, "unix:mode") & 07777);
    }

    @Test
    void shouldStopBombs() {
        final TarBuilder many = new TarBuilder();
        for (int i = 0; i <= 1000; i++) {
            many.file("file" + i, "");
        }
        assertEquals(StorageException.Kind.LIMIT, refused(many).kind());
        final TarEntry sparse =
                new TarEntry("huge", Type.FILE, "", 0x1a4, 0, 0, 1L << 40, 0, 0, 0, 0, Map.of(), List.of());
        assertEquals(
                StorageException.Kind.LIMIT,
                assertThrows(
                                StorageException.class,
                                () -> storage.layers().add(SparseTars.old(sparse), Optional.empty()))
                        .kind());
        assertEquals(
                StorageException.Kind.LIMIT,
                refused(new TarBuilder().file("big", "x".repeat(2 << 20))).kind());
    }

    @Test
    void shouldRefuseALayerThatIsNotWhatItSays() {
        final String other = "sha256:" + "0".repeat(64);
        final StorageException e = assertThrows(
                StorageException.class,
                () -> storage.layers().add(new TarBuilder().file("a", "x").stream(), Optional.of(other)));
        assertEquals(StorageException.Kind.DIGEST, e.kind());
        assertTrue(e.getMessage().contains(other), e.getMessage());
        assertTrue(storage.layers().list().isEmpty());
    }

    @Test
    void shouldRefuseWhatEndsTooEarly() {
        final byte[] tar = new TarBuilder().file("name", "x".repeat(2000)).bytes();
        for (final int length : new int[] {100, 511, 600, 1024, 2400, 2550}) {
            final StorageException e = assertThrows(
                    StorageException.class,
                    () -> storage.layers().add(new ByteArrayInputStream(tar, 0, length), Optional.empty()));
            assertEquals(StorageException.Kind.CORRUPT, e.kind());
            assertTrue(e.getMessage().contains("corrupt archive: it ends"), e.getMessage());
        }
    }

    private StorageException refused(final TarBuilder tar) {
        return assertThrows(StorageException.class, () -> unpack(tar));
    }

    private void assertCorrupt(final TarBuilder tar, final String text) {
        final StorageException e = refused(tar);
        assertEquals(StorageException.Kind.CORRUPT, e.kind());
        assertTrue(e.getMessage().contains(text), e.getMessage());
    }

    private Path unpack(final TarBuilder tar) throws IOException {
        final Layer layer = storage.layers().add(tar.stream(), Optional.empty());
        return directory.resolve("store/vfs/layers/" + Digests.hex(layer.diffId()) + "/files");
    }

    private static List<String> names(final Path place) throws IOException {
        try (Stream<Path> files = Files.list(place)) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
