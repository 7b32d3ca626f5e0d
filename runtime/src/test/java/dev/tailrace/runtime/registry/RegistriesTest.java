package dev.tailrace.runtime.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.runtime.image.Image;
import dev.tailrace.runtime.image.ImageException;
import dev.tailrace.runtime.image.ImageStore;
import dev.tailrace.runtime.registry.RegistryException.Kind;
import dev.tailrace.runtime.registry.StandInRegistry.Asked;
import dev.tailrace.runtime.storage.Digests;
import dev.tailrace.runtime.storage.OwnerPolicy;
import dev.tailrace.runtime.storage.Storage;
import dev.tailrace.runtime.storage.tar.ArchiveLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class RegistriesTest {
    private static final Credentials JOE = new Credentials("joe", "secret", "", "", "");
    private static final String CHALLENGE = "Bearer realm=\"http://%s/token\",service=\"reg\",scope=\"ignored\"";

    @TempDir
    private Path directory;

    private final StandInRegistry registry = new StandInRegistry();
    private final List<String> lines = new ArrayList<>();
    private Storage storage;
    private ImageStore images;
    private Registries registries;

    @BeforeEach
    void open() throws IOException {
        storage = Storage.open(
                directory.resolve("data"), Storage.Choice.VFS, OwnerPolicy.IGNORE_UNMAPPED, ArchiveLimits.DEFAULT);
        images = ImageStore.open(storage, ArchiveLimits.DEFAULT, InstantSource.fixed(Instant.EPOCH));
        registries = new Registries(images, images, directory.resolve("settings"));
    }

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void shouldPullByTagAndByDigest() throws Exception {
        final PublishedImage image = PublishedImage.of("amd64", "one", "two");
        final String digest = registry.manifest("a/b", "1", image.publish(registry));
        final Image pulled = pull("a/b:1");
        assertEquals(image.id(), pulled.id());
        assertEquals(List.of(name("a/b:1")), pulled.names());
        assertEquals(List.of(name("a/b@" + digest)), pulled.digests());
        final String layer = Digests.hex(Digests.of(image.layers().getFirst())).substring(0, 12);
        assertEquals("1: Pulling from a/b", lines.getFirst());
        assertTrue(lines.containsAll(List.of(
                layer + ": Pulling fs layer",
                layer + ": Verifying Checksum",
                layer + ": Download complete",
                layer + ": Pull complete")));
        assertEquals(
                List.of("Digest: " + digest, "Status: Downloaded newer image for " + name("a/b:1")),
                lines.subList(lines.size() - 2, lines.size()));
        lines.clear();
        pull("a/b@" + digest);
        assertTrue(lines.contains(layer + ": Already exists"), lines::toString);
        assertEquals("Status: Image is up to date for " + name("a/b@" + digest), lines.getLast());
        assertEquals(Optional.of(image.id()), images.find(name("a/b@" + digest)).map(Image::id));
        assertEquals(Optional.empty(), images.find(name("a/b@" + Digests.of(new byte[1]))));
        final List<String> removed = images.remove(name("a/b:1"), false, _ -> false);
        assertTrue(removed.contains("Untagged: " + name("a/b@" + digest)), removed::toString);
        assertEquals(Set.of(), storage.layers().list());
    }

    @Test
    void shouldKeepDigestsWhenReopened() throws Exception {
        final String digest = registry.manifest(
                "x", "latest", PublishedImage.of("amd64", "one").publish(registry));
        pull("x");
        final ImageStore again = ImageStore.open(storage, ArchiveLimits.DEFAULT, InstantSource.system());
        assertEquals(List.of(name("x@" + digest)), again.list().getFirst().digests());
    }

    @Test
    void shouldChooseByPlatform() throws Exception {
        final PublishedImage wanted = PublishedImage.of("arm64", "arm");
        final String arm = registry.manifest("x", "arm", wanted.publish(registry));
        final String amd =
                registry.manifest("x", "amd", PublishedImage.of("amd64", "amd").publish(registry));
        final String index = registry.manifest("x", "latest", index(arm, "arm64", "v8", amd, "amd64", ""));
        assertEquals(
                wanted.id(),
                registries
                        .pull(name("x"), "linux/arm64", Credentials.NONE, told())
                        .id());
        assertEquals(
                List.of(name("x@" + index)),
                images.find(name("x")).orElseThrow().digests());
        final RegistryException none = assertThrows(
                RegistryException.class, () -> registries.pull(name("x"), "linux/s390x", Credentials.NONE, told()));
        assertEquals("no matching manifest for linux/s390x in the manifest list entries", none.getMessage());
    }

    @Test
    void shouldAskForTheRestAfterCuts() throws Exception {
        final PublishedImage image = PublishedImage.of("amd64", noise(100_000));
        registry.manifest("x", "latest", image.publish(registry));
        registry.cutAfterBytes = 40_000;
        pull("x");
        final List<String> ranges = registry.asked.stream()
                .filter(asked -> asked.line().contains(Digests.of(image.layers().getFirst())))
                .map(Asked::range)
                .toList();
        assertEquals("", ranges.getFirst());
        // A reset may take what was sent before it: then all is asked for once more.
        assertTrue(ranges.stream().filter(range -> !range.isEmpty()).count() >= 2, ranges::toString);
        assertContent(image, noise(100_000));
    }

    @Test
    void shouldResumeWhereRangesAreUnknown() throws Exception {
        final PublishedImage image = PublishedImage.of("amd64", noise(50_000));
        registry.manifest("x", "latest", image.publish(registry));
        registry.knowsRanges = false;
        registry.cutAfterBytes = 40_000;
        final CompletableFuture<Void> second = new CompletableFuture<>();
        registry.gate = _ -> {
            if (registry.asked.stream().anyMatch(asked -> !asked.range().isEmpty())) {
                registry.cutAfterBytes = 0;
                second.complete(null);
            }
        };
        pull("x");
        assertTrue(second.isDone());
        assertContent(image, noise(50_000));
    }

    @Test
    void shouldGiveUpAndLeaveNothing() throws Exception {
        final PublishedImage image = PublishedImage.of("amd64", "small", noise(50_000));
        registry.manifest("x", "latest", image.publish(registry));
        registry.blobs.remove(Digests.of(image.layers().getLast()));
        final RegistryException gone = assertThrows(RegistryException.class, () -> pull("x"));
        assertEquals(Kind.NOT_FOUND, gone.kind());
        assertNothingIsLeft();
    }

    @Test
    void shouldRefuseWrongContent() throws Exception {
        final PublishedImage image = PublishedImage.of("amd64", noise(1000));
        registry.manifest("x", "latest", image.publish(registry));
        final byte[] wrong = image.layers().getFirst().clone();
        wrong[500] ^= 1;
        registry.blobs.put(Digests.of(image.layers().getFirst()), wrong);
        final RegistryException refused = assertThrows(RegistryException.class, () -> pull("x"));
        assertEquals(
                "filesystem layer verification failed for digest "
                        + Digests.of(image.layers().getFirst()) + ": it is " + Digests.of(wrong),
                refused.getMessage());
        assertNothingIsLeft();
    }

    @Test
    void shouldRefuseMoreThanWasSaid() throws Exception {
        final PublishedImage image = PublishedImage.of("amd64", "one");
        registry.manifest("x", "latest", image.publish(registry));
        final byte[] longer = Arrays.copyOf(image.layers().getFirst(), 100_000);
        registry.blobs.put(Digests.of(image.layers().getFirst()), longer);
        assertTrue(assertThrows(RegistryException.class, () -> pull("x"))
                .getMessage()
                .contains(" is longer than the "));
        assertNothingIsLeft();
    }

    @Test
    void shouldRefuseManifestOfAnotherDigest() {
        final PublishedImage image = PublishedImage.of("amd64", "one");
        final String digest = registry.manifest("x", "latest", image.publish(registry));
        registry.manifests.put("x/" + digest, "{}".getBytes(StandardCharsets.UTF_8));
        final String message =
                assertThrows(RegistryException.class, () -> pull("x@" + digest)).getMessage();
        assertTrue(message.startsWith("manifest verification failed for digest " + digest), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "junk",
                "[]",
                "{}",
                "{\"schemaVersion\":1,\"fsLayers\":[]}",
                "{\"schemaVersion\":2}",
                "{\"schemaVersion\":2,\"manifests\":[],\"layers\":[]}",
                "{\"schemaVersion\":2,\"config\":{},\"layers\":[]}",
                "{\"schemaVersion\":2,\"config\":{\"digest\":\"sha256:../../../etc/passwd\",\"size\":1}}",
                "{\"schemaVersion\":2,\"config\":7,\"layers\":[]}",
                "{\"schemaVersion\":2,\"layers\":{}}",
                "{\"schemaVersion\":2,\"manifests\":[{\"digest\":\"md5:0\",\"size\":1}]}",
                "{\"schemaVersion\":2,\"config\":{\"size\":-1,\"digest\":"
                        + "\"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}}",
                "{\"schemaVersion\":2,\"config\":{\"size\":99999999999,\"digest\":"
                        + "\"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}}",
                "{\"schemaVersion\":2,\"config\":{\"mediaType\":\"application/vnd.cncf.helm.config.v1+json\",\"size\":2,"
                        + "\"digest\":\"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}}"
            })
    void shouldRefuseMalformedManifestsInOneLine(final String manifest) throws IOException {
        registry.manifest("x", "latest", manifest);
        final String message =
                assertThrows(RegistryException.class, () -> pull("x")).getMessage();
        assertEquals(1, message.lines().count(), message);
        assertTrue(message.length() < 300, message);
        assertNothingIsLeft();
    }

    @Test
    void shouldRefuseLongManifests() {
        registry.manifest("x", "latest", " ".repeat(5 << 20));
        assertTrue(assertThrows(RegistryException.class, () -> pull("x"))
                .getMessage()
                .contains("is longer than the 4194304 bytes that are allowed"));
    }

    @Test
    void shouldRefuseConfigurationThatDoesNotMatch() throws IOException {
        final PublishedImage two = PublishedImage.of("amd64", "one", "two");
        two.publish(registry);
        final PublishedImage odd =
                new PublishedImage(two.configuration(), two.layers().subList(0, 1));
        registry.manifest("x", "latest", odd.manifest());
        assertTrue(assertThrows(RegistryException.class, () -> pull("x"))
                .getMessage()
                .endsWith("the manifest has 1 layers, the configuration 2"));
        final PublishedImage swapped =
                new PublishedImage(two.configuration(), two.layers().reversed());
        registry.manifest("x", "latest", swapped.manifest());
        assertTrue(
                assertThrows(ImageException.class, () -> pull("x")).getMessage().contains("is damaged: its digest"));
        assertNothingIsLeft();
    }

    @Test
    void shouldSayWhatIsNotThere() {
        final RegistryException unknown = assertThrows(RegistryException.class, () -> pull("no/such:1"));
        assertEquals(Kind.NOT_FOUND, unknown.kind());
        assertEquals(
                "manifest for " + name("no/such:1") + " not found: manifest unknown: manifest unknown",
                unknown.getMessage());
        final String domain = registry.domain();
        registry.close();
        final RegistryException refused = assertThrows(RegistryException.class, () -> pull("x"));
        assertEquals(
                "Get \"http://" + domain + "/v2/\": dial tcp " + domain + ": connect: connection refused"
                        + " (and https://" + domain + ")",
                refused.getMessage());
    }

    @Test
    void shouldShowBasicCredentialsWhereAskedFor() throws Exception {
        registry.manifest("x", "latest", PublishedImage.of("amd64", "one").publish(registry));
        registry.authorization = JOE.basic();
        registry.challenge = "Basic realm=\"Registry\"";
        final RegistryException none = assertThrows(RegistryException.class, () -> pull("x"));
        assertEquals("Get \"http://" + registry.domain() + "/v2/\": no basic auth credentials", none.getMessage());
        final RegistryException wrong = assertThrows(
                RegistryException.class,
                () -> registries.pull(name("x"), "", new Credentials("joe", "wrong", "", "", ""), told()));
        assertEquals(
                "pull access denied for " + name("x")
                        + ", repository does not exist or may require 'docker login': unauthorized: authentication"
                        + " required",
                wrong.getMessage());
        registries.pull(name("x"), "", JOE, told());
        assertEquals(JOE.basic(), registry.asked.getLast().authorization());
    }

    @Test
    void shouldGetTokensAndNewOnes() throws Exception {
        final PublishedImage image = PublishedImage.of("amd64", "one");
        registry.manifest("x", "latest", image.publish(registry));
        registry.authorization = "Bearer first";
        registry.challenge = CHALLENGE.formatted(registry.domain());
        registry.gate = _ -> registry.authorization = "Bearer second";
        registries.pull(name("x"), "", JOE, told());
        final Asked token = registry.asked.stream()
                .filter(asked -> asked.line().startsWith("GET /token"))
                .findFirst()
                .orElseThrow();
        assertEquals(JOE.basic(), token.authorization());
        assertEquals("GET /token?service=reg&scope=repository%3Ax%3Apull&account=joe&client_id=tailrace", token.line());
        assertEquals("Bearer second", registry.asked.getLast().authorization(), "the token has expired meanwhile");
    }

    @Test
    void shouldExchangeIdentityTokens() throws Exception {
        registry.authorization = "Bearer t";
        registry.challenge = CHALLENGE.formatted(registry.domain());
        registries.login(new Credentials("<token>", "", "refresh", "", registry.domain()));
        assertTrue(
                registry.lines().contains("POST /token"), () -> registry.lines().toString());
        assertEquals("", registry.asked.get(1).authorization());
    }

    @Test
    void shouldLogIn() throws Exception {
        registry.authorization = JOE.basic();
        registry.challenge = "Basic realm=\"Registry\"";
        registries.login(new Credentials("joe", "secret", "", "", registry.domain()));
        final RegistryException refused = assertThrows(
                RegistryException.class,
                () -> registries.login(new Credentials("joe", "x", "", "", "http://" + registry.domain() + "/v2/")));
        assertEquals(Kind.UNAUTHORIZED, refused.kind());
        assertEquals("unauthorized: authentication required", refused.getMessage());
    }

    @Test
    void shouldNotShowCredentialsToOthers() throws Exception {
        try (StandInRegistry elsewhere = new StandInRegistry()) {
            final PublishedImage image = PublishedImage.of("amd64", "one");
            registry.manifest("x", "latest", image.publish(registry));
            image.publish(elsewhere);
            registry.authorization = JOE.basic();
            registry.challenge = "Basic realm=\"Registry\"";
            registry.blobsAt = "http://" + elsewhere.domain();
            registries.pull(name("x"), "", JOE, told());
            assertFalse(elsewhere.asked.isEmpty());
            elsewhere.asked.forEach(asked -> assertEquals("", asked.authorization(), asked::line));
            // One that asks for credentials behind a redirect gets none either.
            images.remove(name("x"), true, _ -> false);
            elsewhere.asked.clear();
            elsewhere.authorization = JOE.basic();
            elsewhere.challenge = "Basic realm=\"Me, too\"";
            assertThrows(RegistryException.class, () -> registries.pull(name("x"), "", JOE, told()));
            assertFalse(elsewhere.asked.isEmpty());
            elsewhere.asked.forEach(asked -> assertEquals("", asked.authorization(), asked::line));
        }
    }

    @Test
    void shouldFetchLayersTogether() throws Exception {
        registry.manifest(
                "x", "latest", PublishedImage.of("amd64", "one", "two", "three").publish(registry));
        final CountDownLatch asked = new CountDownLatch(3);
        registry.gate = _ -> {
            if (registry.lines().stream()
                            .filter(line -> line.contains("/blobs/"))
                            .count()
                    > 1) {
                asked.countDown();
                asked.await();
            }
        };
        pull("x");
        assertEquals(0, asked.getCount());
    }

    @Test
    void shouldEndWhenInterrupted() throws Exception {
        registry.manifest(
                "x", "latest", PublishedImage.of("amd64", "one", "two").publish(registry));
        final CountDownLatch waiting = new CountDownLatch(3);
        registry.gate = _ -> {
            waiting.countDown();
            if (waiting.getCount() < 2) {
                new CountDownLatch(1).await();
            }
        };
        final CompletableFuture<Throwable> end = new CompletableFuture<>();
        final Thread thread = new Thread(() -> {
            try {
                pull("x");
            } catch (final IOException | InterruptedException | RuntimeException e) {
                end.complete(e);
            }
        });
        thread.start();
        assertTrue(waiting.await(20, TimeUnit.SECONDS));
        thread.interrupt();
        assertTrue(end.get(20, TimeUnit.SECONDS) instanceof InterruptedException);
        assertNothingIsLeft();
    }

    @Test
    void shouldLeaveNothingWhenKilled() throws Exception {
        final PublishedImage image = PublishedImage.of("amd64", "one", "two");
        registry.manifest("x", "latest", image.publish(registry));
        final String last = Digests.of(image.layers().getLast());
        registry.gate = digest -> {
            if (digest.equals(last)) {
                new CountDownLatch(1).await();
            }
        };
        final CompletableFuture<Throwable> end = new CompletableFuture<>();
        final Thread pull = new Thread(() -> {
            try {
                pull("x");
            } catch (final IOException | InterruptedException | RuntimeException e) {
                end.complete(e);
            }
        });
        pull.start();
        while (storage.layers().list().isEmpty()) {
            assertFalse(end.isDone());
            Thread.onSpinWait();
        }
        // As who starts after a process that was killed here; the first layer is whole. Of a copy: this one goes on.
        final Path left = directory.resolve("left");
        new ProcessBuilder("cp", "-a", directory.resolve("data").toString(), left.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        final Storage next = Storage.open(left, Storage.Choice.VFS, OwnerPolicy.IGNORE_UNMAPPED, ArchiveLimits.DEFAULT);
        assertNothingIsLeft(ImageStore.open(next, ArchiveLimits.DEFAULT, InstantSource.system()), next);
        pull.interrupt();
        end.get(20, TimeUnit.SECONDS);
    }

    @Test
    void shouldAskMirrorsFirstAndWithoutCredentials() throws Exception {
        try (StandInRegistry mirror = new StandInRegistry()) {
            settings("{\"mirrors\":{\"" + registry.domain() + "\":[\"http://" + mirror.domain() + "\"]}}");
            final PublishedImage image = PublishedImage.of("amd64", "one");
            final String manifest = image.publish(mirror);
            mirror.manifest("x", "latest", manifest);
            registries.pull(name("x"), "", JOE, told());
            assertEquals(List.of(), registry.asked);
            mirror.asked.forEach(asked -> assertEquals("", asked.authorization()));
            registry.manifest("only", "here", image.publish(registry));
            pull("only:here");
            assertTrue(
                    lines.contains("mirror http://" + mirror.domain()
                            + " is passed over: manifest for " + name("only:here")
                            + " not found: manifest unknown: manifest unknown"),
                    lines::toString);
        }
    }

    @Test
    void shouldRefuseSettingsThatMakeNoSense() throws Exception {
        for (final String text : List.of(
                "{",
                "{\"mirrors\":[]}",
                "{\"registry-mirrors\":[\"ftp://x\"]}",
                "{\"insecure\":[\"x\"]}",
                "{\"insecure-registries\":[\"http://x\"]}")) {
            settings(text);
            final RegistryException refused = assertThrows(RegistryException.class, () -> pull("x"), text);
            assertEquals(Kind.INVALID, refused.kind());
            assertTrue(refused.getMessage().contains("registries.json: "), refused.getMessage());
            assertEquals(1, refused.getMessage().lines().count());
        }
    }

    @Test
    void shouldPushWhatIsMissingOnly() throws Exception {
        final PublishedImage image = PublishedImage.of("amd64", noise(100_000), "two");
        registry.manifest("x", "latest", image.publish(registry));
        pull("x");
        try (StandInRegistry other = new StandInRegistry()) {
            images.tag(name("x"), other.domain() + "/copy:2");
            lines.clear();
            registries.push(other.domain() + "/copy:2", JOE, told());
            assertEquals("The push refers to repository [" + other.domain() + "/copy]", lines.getFirst());
            assertEquals(
                    2, lines.stream().filter(line -> line.endsWith(": Pushed")).count(), lines::toString);
            final byte[] manifest = other.manifests.get("copy/2");
            assertTrue(
                    lines.contains("2: digest: " + Digests.of(manifest) + " size: " + manifest.length),
                    lines::toString);
            assertEquals("aux 2 " + Digests.of(manifest), lines.getLast());
            lines.clear();
            registries.push(other.domain() + "/copy:2", JOE, told());
            assertEquals(
                    2,
                    lines.stream()
                            .filter(line -> line.endsWith(": Layer already exists"))
                            .count(),
                    lines::toString);
            images.remove(image.id(), true, _ -> false);
            assertEquals(
                    image.id(),
                    registries.pull(other.domain() + "/copy:2", "", JOE, told()).id());
            assertContent(image, noise(100_000));
        }
    }

    @Test
    void shouldSayThatThereIsNothingToPush() {
        final RegistryException nothing =
                assertThrows(RegistryException.class, () -> registries.push(name("x:1"), Credentials.NONE, told()));
        assertEquals("An image does not exist locally with the tag: " + name("x"), nothing.getMessage());
    }

    @Test
    void shouldInspect() throws Exception {
        final String one =
                registry.manifest("x", "one", PublishedImage.of("amd64", "one").publish(registry));
        assertEquals(
                List.of(Map.of("architecture", "amd64", "os", "linux")),
                registries.inspect(name("x:one"), Credentials.NONE).platforms());
        registry.manifest("x", "all", index(one, "amd64", "", one, "arm64", "v8"));
        assertEquals(
                2,
                registries.inspect(name("x:all"), Credentials.NONE).platforms().size());
        assertEquals(List.of(), images.list());
    }

    private Image pull(final String path) throws IOException, InterruptedException {
        return registries.pull(name(path), "", Credentials.NONE, told());
    }

    private String name(final String path) {
        return registry.domain() + "/" + path;
    }

    private void settings(final String text) throws IOException {
        Files.createDirectories(directory.resolve("settings"));
        Files.writeString(directory.resolve("settings/registries.json"), text);
    }

    private void assertContent(final PublishedImage image, final String content) throws IOException {
        final ByteArrayOutputStream tar = new ByteArrayOutputStream();
        images.writeLayer(images.find(image.id()).orElseThrow().layers().getFirst(), tar);
        final byte[] data = content.getBytes(StandardCharsets.ISO_8859_1);
        assertArrayEquals(data, Arrays.copyOfRange(tar.toByteArray(), 512, 512 + data.length));
    }

    private void assertNothingIsLeft() throws IOException {
        assertNothingIsLeft(images, storage);
    }

    private static void assertNothingIsLeft(final ImageStore store, final Storage of) throws IOException {
        assertEquals(List.of(), store.list());
        assertEquals(Set.of(), of.layers().list());
        try (Stream<Path> temporary = Files.list(of.directory().resolve("temporary"))) {
            assertEquals(List.of(), temporary.toList());
        }
    }

    private static String index(final String... parts) {
        final StringBuilder entries = new StringBuilder();
        for (int i = 0; i < parts.length; i += 3) {
            entries.append(i == 0 ? "" : ",")
                    .append("{\"mediaType\":\"")
                    .append(MediaTypes.DOCKER_MANIFEST)
                    .append("\",\"size\":9,\"digest\":\"")
                    .append(parts[i])
                    .append("\",\"platform\":{\"os\":\"linux\",\"architecture\":\"")
                    .append(parts[i + 1])
                    .append("\",\"variant\":\"")
                    .append(parts[i + 2])
                    .append("\"}}");
        }
        return "{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.OCI_INDEX + "\",\"manifests\":[" + entries + "]}";
    }

    /// What compression makes no smaller.
    private static String noise(final int bytes) {
        final byte[] content = new byte[bytes];
        new Random(6).nextBytes(content);
        return new String(content, StandardCharsets.ISO_8859_1);
    }

    private Progress told() {
        return new Progress() {
            @Override
            public void tell(final String id, final String status) {
                lines.add(id.isEmpty() ? status : id + ": " + status);
            }

            @Override
            public void tell(final String id, final String status, final long bytes, final long ofBytes) {
                // How often is a matter of time.
            }

            @Override
            public void pushed(final String tag, final String digest, final long sizeBytes) {
                lines.add("aux " + tag + " " + digest);
            }
        };
    }
}
