package dev.tailrace.runtime.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.runtime.image.ImageException.Kind;
import dev.tailrace.runtime.storage.Digests;
import dev.tailrace.runtime.storage.TarBuilder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImageStoreTest {
    private static final byte[] BASE = StoreFixture.layer("base", "b");
    private static final byte[] TOP = StoreFixture.layer("top", "tt");
    private static final String ID =
            Digests.of(StoreFixture.configuration(BASE, TOP).getBytes(StandardCharsets.UTF_8));

    @TempDir
    private Path directory;

    private ImageStore images;

    @BeforeEach
    void open() throws IOException {
        images = StoreFixture.open(directory);
    }

    @Test
    void shouldLoadWhatDockerSaved() throws IOException {
        assertEquals(
                List.of("Loaded image: nginx:latest"), load(StoreFixture.dockerArchive("nginx:latest", BASE, TOP)));
        final Image image = images.find("docker.io/library/nginx").orElseThrow();
        assertEquals(ID, image.id());
        assertEquals(List.of("nginx:latest"), image.names());
        assertEquals(List.of(Digests.of(BASE), Digests.of(TOP)), image.layers());
        assertEquals(List.of("sh"), image.config().command());
        assertEquals(List.of("80/tcp"), image.config().exposedPorts());
        assertEquals(Map.of("l", "m"), image.config().labels());
        assertEquals(Optional.of("SIGQUIT"), image.config().stopSignal());
        assertEquals(Instant.parse("2020-01-02T03:04:05.6Z"), image.created());
        assertEquals(3, image.sizeBytes());
        assertEquals(
                List.of("ADD x 1 false", "CMD 0 true"),
                image.history().stream()
                        .map(step -> step.createdBy() + " " + step.sizeBytes() + " " + step.isEmptyLayer())
                        .toList());
        assertEquals(images.list(), StoreFixture.open(directory).list(), "after a restart");
    }

    @Test
    void shouldFindByAllThatPeopleWrite() throws IOException {
        load(StoreFixture.dockerArchive("quay.io/a/b:1", BASE, TOP));
        final String hex = Digests.hex(ID);
        for (final String reference : List.of(
                "quay.io/a/b:1", ID, hex, hex.substring(0, 12), hex.substring(0, 1), "sha256:" + hex.substring(0, 7))) {
            assertEquals(ID, images.find(reference).map(Image::id).orElse("none"), reference);
        }
        for (final String reference : List.of("", "a/b:1", "quay.io/a/b", "sha256:", "QUAY", "nginx@" + ID)) {
            assertEquals(Optional.empty(), images.find(reference), reference);
        }
    }

    @Test
    void shouldPreferANameToTheBeginningOfAnId() throws IOException {
        load(StoreFixture.dockerArchive("", BASE, TOP));
        load(StoreFixture.dockerArchive(Digests.hex(ID).substring(0, 4), BASE));
        assertEquals(
                List.of(Digests.of(BASE)),
                images.find(Digests.hex(ID).substring(0, 4)).orElseThrow().layers());
    }

    @Test
    void shouldLoadWhatItHasSaved() throws IOException {
        load(StoreFixture.dockerArchive("nginx:latest", BASE, TOP));
        images.tag("nginx", "localhost:5000/n:2");
        images.tag("nginx", "nginx:old");
        final byte[] all = save("nginx", "localhost:5000/n:2");
        final ImageStore other = StoreFixture.open(directory.resolve("other"));
        final List<String> lines = new ArrayList<>();
        other.load(new ByteArrayInputStream(all), lines::add);
        assertEquals(
                Set.of("Loaded image: nginx:latest", "Loaded image: nginx:old", "Loaded image: localhost:5000/n:2"),
                Set.copyOf(lines));
        assertEquals(images.list(), other.list());
        // The layout alone, without Docker's manifest.
        final ImageStore third = StoreFixture.open(directory.resolve("third"));
        third.load(without("manifest.json", all), _ -> {});
        assertEquals(images.list(), third.list());
        final ImageStore fourth = StoreFixture.open(directory.resolve("fourth"));
        fourth.load(new ByteArrayInputStream(gzip(save(ID))), line -> assertEquals("Loaded image ID: " + ID, line));
        assertEquals(List.of(), fourth.find(ID).orElseThrow().names());
    }

    @Test
    void shouldLoadCompressedLayers() throws Exception {
        final byte[] zipped = gzip(BASE);
        final Process zstd = new ProcessBuilder("zstd", "-q", "-c").start();
        try (var out = zstd.getOutputStream()) {
            out.write(TOP);
        }
        final byte[] compressed = zstd.getInputStream().readAllBytes();
        final String configuration = StoreFixture.configuration(BASE, TOP);
        final String manifest =
                "{\"schemaVersion\":2,\"config\":" + descriptor(configuration.getBytes(StandardCharsets.UTF_8))
                        + ",\"layers\":[" + descriptor(zipped) + "," + descriptor(compressed) + "]}";
        final String nested = "{\"manifests\":[{\"digest\":\"" + Digests.of(BASE)
                + "\",\"platform\":{\"os\":\"plan9\",\"architecture\":\"mips\"}},{\"digest\":\""
                + Digests.of(manifest.getBytes(StandardCharsets.UTF_8))
                + "\",\"platform\":{\"os\":\"linux\",\"architecture\":\""
                + Platform.ARCHITECTURE + "\"}}]}";
        final TarBuilder layout = new TarBuilder()
                .file(
                        "index.json",
                        "{\"manifests\":[{\"digest\":\"" + Digests.of(nested.getBytes(StandardCharsets.UTF_8))
                                + "\",\"annotations\":{\"org.opencontainers.image.ref.name\":\"quay.io/x/y:z\"}}]}")
                .file(blob(nested.getBytes(StandardCharsets.UTF_8)), nested)
                .file(blob(manifest.getBytes(StandardCharsets.UTF_8)), manifest)
                .file(blob(configuration.getBytes(StandardCharsets.UTF_8)), configuration)
                .file(blob(zipped), StoreFixture.text(zipped))
                .file(blob(compressed), StoreFixture.text(compressed));
        assertEquals(List.of("Loaded image: quay.io/x/y:z"), load(layout.bytes()));
        assertEquals(ID, images.find("quay.io/x/y:z").orElseThrow().id());
    }

    @Test
    void shouldLoadLayersThatAreLinksToOthers() throws IOException {
        final String configuration = StoreFixture.configuration(BASE, BASE);
        final byte[] archive = new TarBuilder()
                .file("one/layer.tar", StoreFixture.text(BASE))
                .symbolicLink("two/layer.tar", "../one/layer.tar")
                .file("c.json", configuration)
                .file(
                        "manifest.json",
                        "[{\"Config\":\"c.json\",\"RepoTags\":[\"x\"],\"Layers\":[\"one/layer.tar\",\"two/layer.tar\"]}]")
                .bytes();
        assertEquals(List.of("Loaded image: x:latest"), load(archive));
    }

    @Test
    void shouldKeepImagesWhenTheListOfThemIsDamaged() throws IOException {
        load(StoreFixture.dockerArchive("nginx:latest", BASE, TOP));
        final Path list = directory.resolve("vfs/images/index.json");
        for (final String damage :
                List.of("", "{\"images\":7}", "{\"images\":[", "{\"images\":[],\"names\":3}", "\0\0\0")) {
            Files.writeString(list, damage);
            images = StoreFixture.open(directory);
            assertEquals(Optional.of(ID), images.find(ID).map(Image::id), damage);
            assertEquals(Optional.empty(), images.find("nginx"), "names are lost");
            assertEquals(images.list(), StoreFixture.open(directory).list(), "it is mended on the disk: " + damage);
            load(StoreFixture.dockerArchive("nginx:latest", BASE, TOP));
            assertTrue(save("nginx").length > 0, "with its layers");
        }
        try (Stream<Path> kept = Files.walk(directory.resolve("vfs/images/damaged"))) {
            assertEquals(5, kept.filter(Files::isRegularFile).count());
        }
    }

    @Test
    void shouldLeaveOutAnImageWhoseConfigurationIsDamagedOrGone() throws IOException {
        load(StoreFixture.dockerArchive("kept:latest", BASE));
        for (final Damage damage : List.<Damage>of(file -> Files.writeString(file, "{}"), Files::delete)) {
            load(StoreFixture.dockerArchive("nginx:latest", BASE, TOP));
            damage.to(directory.resolve("vfs/images/configurations").resolve(Digests.hex(ID)));
            images = StoreFixture.open(directory);
            assertEquals(Optional.empty(), images.find("nginx"));
            assertEquals(1, images.list().size());
            assertTrue(save("kept").length > 0, "the layer that both had");
        }
        load(StoreFixture.dockerArchive("nginx:latest", BASE, TOP));
        assertEquals(Optional.of(ID), images.find("nginx").map(Image::id));
    }

    private interface Damage {
        void to(Path file) throws IOException;
    }

    @Test
    void shouldChangeNothingWhenAnArchiveIsDamaged() throws IOException {
        load(StoreFixture.dockerArchive("kept:latest", BASE));
        final List<Image> before = images.list();
        final Set<String> files = files();
        final byte[] good = StoreFixture.dockerArchive("new:latest", BASE, TOP);
        for (int length = 0; length < good.length - 1024; length += 256) {
            final byte[] cut = Arrays.copyOf(good, length);
            assertRefused(cut, before, files);
        }
        assertRefused(Arrays.copyOf(gzip(good), 200), before, files);
        final String text = StoreFixture.text(good);
        assertRefused(text.replace("tt", "uu").getBytes(StandardCharsets.ISO_8859_1), before, files);
        assertRefused(
                text.replace("\"diff_ids\"", "\"diff_idz\"").getBytes(StandardCharsets.ISO_8859_1), before, files);
        assertRefused(
                text.replace("\"RepoTags\":[\"n", "\"RepoTags\":[\"N").getBytes(StandardCharsets.ISO_8859_1),
                before,
                files);
        assertRefused("no archive at all".getBytes(StandardCharsets.UTF_8), before, files);
        assertRefused(new TarBuilder().file("other", "x").bytes(), before, files);
    }

    @Test
    void shouldRefuseABlobThatIsNotItsDigest() throws IOException {
        load(StoreFixture.dockerArchive("nginx:latest", BASE, TOP));
        final byte[] all = save("nginx");
        final ImageStore other = StoreFixture.open(directory.resolve("other"));
        for (final String changed :
                List.of("\"SIGQUIT\"", "\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest")) {
            final String text = StoreFixture.text(all);
            assertTrue(text.contains(changed));
            final byte[] bad = text.replace(changed, changed.replace('i', 'j').replace('Q', 'W'))
                    .getBytes(StandardCharsets.ISO_8859_1);
            final ImageException e =
                    assertThrows(ImageException.class, () -> other.load(without("manifest.json", bad), _ -> {}));
            assertTrue(e.getMessage().startsWith("corrupt archive: the digest of blobs/sha256/"), e.getMessage());
        }
        assertEquals(List.of(), other.list());
    }

    @Test
    void shouldImportAndCommit() throws IOException {
        final ImageConfig config = new ImageConfig(
                "1000:33",
                List.of("PATH=/bin"),
                List.of("/init"),
                List.of("a b", "c"),
                "/w",
                List.of("80/tcp", "53/udp"),
                List.of("/data"),
                Map.of("k", "v"),
                Optional.of("SIGINT"));
        final Image imported =
                images.importFiles(new ByteArrayInputStream(gzip(BASE)), "mine:1", config, "Imported from -");
        assertEquals(List.of("mine:1"), imported.names());
        assertEquals(StoreFixture.NOW, imported.created());
        assertEquals("Imported from -", imported.history().getFirst().comment());
        assertEquals(List.of(Digests.of(BASE)), imported.layers());
        final Path layer = directory.resolve("layer.tar");
        Files.write(layer, TOP);
        final Image committed = images.commit(
                Optional.of(imported.id()), layer, config, new Images.Commit("mine", "me", "why", "sh -c x"));
        assertEquals(List.of(Digests.of(BASE), Digests.of(TOP)), committed.layers());
        assertEquals("me", committed.author());
        assertEquals(2, committed.history().size());
        assertEquals(2, committed.history().getLast().sizeBytes());
        assertEquals(committed, StoreFixture.open(directory).find("mine").orElseThrow());
        final ImageConfig again = committed.config();
        assertEquals(
                new ImageConfig(
                        config.user(),
                        config.environment(),
                        config.entrypoint(),
                        config.command(),
                        config.workingDirectory(),
                        List.of("53/udp", "80/tcp"),
                        config.volumes(),
                        config.labels(),
                        config.stopSignal()),
                again);
        final byte[] cut = Arrays.copyOf(BASE, 1024);
        assertThrows(ImageException.class, () -> images.importFiles(new ByteArrayInputStream(cut), "", config, ""));
        assertEquals(
                Kind.NO_SUCH_IMAGE,
                assertThrows(
                                ImageException.class,
                                () -> images.commit(
                                        Optional.of(Digests.of(TOP)), layer, config, new Images.Commit("", "", "", "")))
                        .kind());
    }

    @Test
    void shouldKeepAHealthCheckThroughACommit() throws IOException {
        final String healthCheck = "\"Healthcheck\":{\"Test\":[\"CMD\",\"true\"],\"Interval\":5000000000}";
        final String configuration = StoreFixture.configuration(BASE).replace("\"Cmd\"", healthCheck + ",\"Cmd\"");
        load(new TarBuilder()
                .file("layer.tar", StoreFixture.text(BASE))
                .file("config.json", configuration)
                .file("manifest.json", "[{\"Config\":\"config.json\",\"RepoTags\":null,\"Layers\":[\"layer.tar\"]}]")
                .bytes());
        final Image base = images.list().getFirst();
        final Path layer = directory.resolve("layer.tar");
        Files.write(layer, TOP);
        final Image committed =
                images.commit(Optional.of(base.id()), layer, base.config(), new Images.Commit("", "", "", ""));
        final String kept =
                Files.readString(directory.resolve("vfs/images/configurations").resolve(Digests.hex(committed.id())));
        assertTrue(kept.contains(healthCheck), kept);
    }

    @Test
    void shouldRemoveInDockersWords() throws IOException {
        load(StoreFixture.dockerArchive("nginx:latest", BASE, TOP));
        load(StoreFixture.dockerArchive("base:latest", BASE));
        images.tag("nginx", "other:1");
        final String shortId = Digests.hex(ID).substring(0, 12);
        assertEquals("No such image: foo:latest", refused("foo", false, false).getMessage());
        assertEquals(
                "No such image: sha256:abc", refused("sha256:abc", false, false).getMessage());
        assertEquals(
                "conflict: unable to delete " + shortId
                        + " (must be forced) - image is referenced in multiple repositories",
                refused(ID, false, false).getMessage());
        assertEquals(List.of("Untagged: other:1"), images.remove("other:1", false, _ -> true));
        assertEquals(
                "conflict: unable to remove repository reference \"nginx\" (must force) - a container is using its"
                        + " referenced image " + shortId,
                refused("nginx", false, true).getMessage());
        assertEquals(
                List.of("Untagged: nginx:latest", "Deleted: " + ID, "Deleted: " + Digests.of(TOP)),
                images.remove("nginx", false, _ -> false));
        assertEquals(1, images.list().size());
        assertEquals(Set.of(Digests.hex(Digests.of(BASE))), names("vfs/layers"));
        assertEquals(images.list(), StoreFixture.open(directory).list());
    }

    @Test
    void shouldTakeANameFromTheImageThatHasIt() throws IOException {
        load(StoreFixture.dockerArchive("x:latest", BASE));
        final String old = images.find("x").orElseThrow().id();
        assertEquals(
                List.of(
                        "The image x:latest already exists, renaming the old one with ID " + old + " to empty string",
                        "Loaded image: x:latest"),
                load(StoreFixture.dockerArchive("x:latest", BASE, TOP)));
        assertEquals(List.of(), images.find(old).orElseThrow().names());
        images.tag(old, "x");
        assertEquals(old, images.find("x").orElseThrow().id());
    }

    private void assertRefused(final byte[] archive, final List<Image> before, final Set<String> files)
            throws IOException {
        final ImageException e = assertThrows(ImageException.class, () -> load(archive));
        assertEquals(Kind.INVALID, e.kind(), e.getMessage());
        assertEquals(1, e.getMessage().lines().count());
        assertEquals(before, images.list());
        assertEquals(files, files());
    }

    private ImageException refused(final String reference, final boolean force, final boolean isUsed) {
        return assertThrows(ImageException.class, () -> images.remove(reference, force, _ -> isUsed));
    }

    private List<String> load(final byte[] archive) throws IOException {
        final List<String> lines = new ArrayList<>();
        images.load(new ByteArrayInputStream(archive), lines::add);
        return lines;
    }

    private byte[] save(final String... references) throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        images.save(List.of(references), out);
        return out.toByteArray();
    }

    /// The archive with a file of another name instead.
    private static InputStream without(final String name, final byte[] archive) {
        final byte[] changed = archive.clone();
        final byte[] wanted = Arrays.copyOf(name.getBytes(StandardCharsets.US_ASCII), 100);
        for (int at = 0; at < changed.length; at += 512) {
            if (Arrays.equals(changed, at, at + 100, wanted, 0, 100)) {
                changed[at]++;
                final String sum = new String(changed, at + 148, 6, StandardCharsets.US_ASCII);
                final String more = String.format("%06o", Integer.parseInt(sum, 8) + 1);
                System.arraycopy(more.getBytes(StandardCharsets.US_ASCII), 0, changed, at + 148, 6);
                return new ByteArrayInputStream(changed);
            }
        }
        throw new AssertionError("no " + name);
    }

    private static byte[] gzip(final byte[] data) throws IOException {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(data);
        }
        return bytes.toByteArray();
    }

    private static String descriptor(final byte[] content) {
        return "{\"digest\":\"" + Digests.of(content) + "\",\"size\":" + content.length + "}";
    }

    private static String blob(final byte[] content) {
        return "blobs/sha256/" + Digests.hex(Digests.of(content));
    }

    private Set<String> names(final String place) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve(place))) {
            final Set<String> names = new TreeSet<>();
            files.forEach(path -> names.add(path.getFileName().toString()));
            return names;
        }
    }

    private Set<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("vfs"))) {
            final Set<String> names = new TreeSet<>();
            files.forEach(path -> names.add(path.toString()));
            return names;
        }
    }
}
