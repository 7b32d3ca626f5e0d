package dev.tailrace.runtime.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.runtime.engine.Container.BoundMount;
import dev.tailrace.runtime.engine.EngineException.Kind;
import dev.tailrace.runtime.engine.HostConfig.RestartPolicy;
import dev.tailrace.runtime.fake.FakeEngine;
import dev.tailrace.runtime.fake.FakeImages;
import dev.tailrace.runtime.volume.Volume;
import dev.tailrace.runtime.volume.VolumeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class VolumesTest {
    @TempDir
    private Path directory;

    private FakeEngine fake;
    private Engine engine;

    @BeforeEach
    void open() {
        fake = new FakeEngine(directory);
        engine = fake.engine;
    }

    @AfterEach
    void close() {
        fake.close();
        assertEquals(0, fake.roots.mounts(), "mounts left");
        assertEquals(0, fake.roots.count(), "roots left");
    }

    private Container create(final boolean isRemovedAtExit, final String... binds) {
        return engine.create(Requests.with(
                        Requests.host(
                                "default", List.of(), new RestartPolicy("no", 0), isRemovedAtExit, List.of(binds)),
                        "true"))
                .container();
    }

    private List<String> names() {
        return engine.volumes().all().stream().map(Volume::name).toList();
    }

    private static void write(final Path file, final String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shouldMakeANamedVolumeAndKeepItWhileItIsUsed() {
        final Container first = create(false, "data:/a:ro");
        final Container second = create(false, "data:/b");
        final Volume volume = engine.volumes().get("data");
        assertEquals(
                List.of(new BoundMount(
                        volume.files().toString(),
                        "/a",
                        true,
                        Optional.of(new BoundMount.Use("data", false, true, Map.of())))),
                first.mounts());
        final EngineException used =
                assertThrows(EngineException.class, () -> engine.volumes().remove("data", true));
        assertEquals(Kind.CONFLICT, used.kind());
        assertEquals(
                "remove data: volume is in use - [" + first.id() + ", " + second.id() + "]",
                sorted(String.valueOf(used.getMessage()), first, second));
        engine.remove(first, false, true);
        engine.remove(second, false, true);
        assertEquals(List.of("data"), names(), "it has a name: it stays");
        engine.volumes().remove("data", false);
        final EngineException gone =
                assertThrows(EngineException.class, () -> engine.volumes().remove("data", false));
        assertEquals("get data: no such volume", gone.getMessage());
        assertEquals(Kind.NOT_FOUND, gone.kind());
        engine.volumes().remove("data", true);
    }

    private static String sorted(final String message, final Container first, final Container second) {
        return message.replace(second.id() + ", " + first.id(), first.id() + ", " + second.id());
    }

    @Test
    void shouldMakeAnonymousVolumesOfTheImageAndRemoveThemIfWanted() throws Exception {
        fake.images.add("busybox", FakeImages.withVolumes(List.of("/data", "/given"), "true"));
        final Container kept = create(false, "named:/given");
        assertEquals(2, names().size());
        final String anonymous = kept.mounts().stream()
                .filter(mount -> mount.target().equals("/data"))
                .findFirst()
                .flatMap(BoundMount::volume)
                .orElseThrow()
                .name();
        assertTrue(anonymous.matches("[0-9a-f]{64}"), anonymous);
        assertTrue(engine.volumes().get(anonymous).isAnonymous());
        engine.remove(kept, false, false);
        assertEquals(2, names().size(), "rm without -v leaves them");
        assertEquals(
                List.of(anonymous), engine.volumes().prune(Volume::isAnonymous).names());
        final Container gone = create(false, "named:/given");
        engine.remove(gone, false, true);
        assertEquals(List.of("named"), names());
        final Container once = create(true, "named:/given");
        engine.start(once);
        once.removal().get(20, TimeUnit.SECONDS);
        assertEquals(List.of("named"), names(), "--rm takes the anonymous one along");
    }

    @Test
    void shouldLeaveNothingOfAContainerThatIsNotMade() {
        fake.images.add("busybox", FakeImages.withVolumes(List.of("/data"), "true"));
        fake.roots.fill(root -> write(root.resolve("data"), "a file"));
        final VolumeException failure = assertThrows(VolumeException.class, () -> create(false));
        assertEquals("cannot mount volume over existing file, file exists /data", failure.getMessage());
        assertEquals(List.of(), names());
        assertEquals(List.of(), engine.containers());
    }

    @Test
    void shouldFillAnEmptyVolumeOnce() throws Exception {
        fake.roots.fill(root -> {
            write(root.resolve("data/inner/file"), "of the image");
            try {
                Files.setPosixFilePermissions(root.resolve("data"), PosixFilePermissions.fromString("rwx------"));
                Files.createSymbolicLink(root.resolve("link"), Path.of("/data"));
                Files.createSymbolicLink(root.resolve("out"), Path.of("../../../../../etc"));
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        create(false, "filled:/data", "empty:/data/inner:nocopy", "linked:/link", "outside:/out", "other:/nowhere");
        final Path filled = engine.volumes().get("filled").files();
        assertEquals("of the image", Files.readString(filled.resolve("inner/file")));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(filled)));
        assertTrue(isEmpty("empty"), "nocopy");
        assertEquals(
                "of the image",
                Files.readString(engine.volumes().get("linked").files().resolve("inner/file")));
        assertTrue(isEmpty("outside"), "a link leads nowhere out of the root");
        assertTrue(isEmpty("other"));
        Files.writeString(filled.resolve("inner/file"), "of the user");
        create(false, "filled:/data");
        assertEquals("of the user", Files.readString(filled.resolve("inner/file")));
        // One that a container has already is filled where it is, for that one to see.
        final Path shared = engine.volumes().get("other").files();
        final Object before = Files.readAttributes(shared, "unix:ino").get("ino");
        create(false, "other:/data");
        assertEquals("of the image", Files.readString(shared.resolve("inner/file")));
        assertEquals(before, Files.readAttributes(shared, "unix:ino").get("ino"));
    }

    private boolean isEmpty(final String name) throws IOException {
        try (Stream<Path> files = Files.list(engine.volumes().get(name).files())) {
            return files.findAny().isEmpty();
        }
    }

    @Test
    void shouldTakeVolumesFromAnotherContainer() {
        final Container source = create(false, "data:/data", "/tmp:/host:ro");
        final HostConfig host = Requests.volumesFrom(source.name() + ":ro");
        final Container user = engine.create(Requests.with(host, "true")).container();
        assertEquals(
                List.of("/data true data", "/host true "),
                user.mounts().stream()
                        .map(mount -> mount.target() + " " + mount.isReadOnly() + " "
                                + mount.volume().map(BoundMount.Use::name).orElse(""))
                        .toList());
        assertEquals(
                "invalid mode: rx",
                assertThrows(
                                EngineException.class,
                                () -> engine.create(Requests.with(Requests.volumesFrom(source.name() + ":rx"), "true")))
                        .getMessage());
    }

    @Test
    void shouldRefuseOtherDriversAndOptions() {
        assertEquals(
                "create v: error looking up volume plugin nfs: plugin \"nfs\" not found",
                assertThrows(EngineException.class, () -> engine.volumes().create("v", "nfs", Map.of(), Map.of()))
                        .getMessage());
        final EngineException option = assertThrows(
                EngineException.class,
                () -> engine.volumes().create("vol", "local", Map.of("type", "tmpfs"), Map.of()));
        assertEquals(Kind.UNSUPPORTED, option.kind());
        assertEquals(List.of(), names());
    }
}
