package dev.tailrace.runtime.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class VolumeStoreTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-28T18:00:00.5Z"), ZoneOffset.UTC);

    @TempDir
    private Path directory;

    private final List<String> damages = new ArrayList<>();

    @AfterEach
    void shouldHaveFoundNoDamage() {
        assertEquals(List.of(), damages);
    }

    /// The power is gone.
    private static final class Crash extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private VolumeStore open() {
        return VolumeStore.open(directory.resolve("volumes"), CLOCK, _ -> {}, damages::add);
    }

    /// A store whose machine stops before the step with a number.
    private VolumeStore openUntil(final int last, final List<String> steps) {
        return VolumeStore.open(
                directory.resolve("volumes"),
                CLOCK,
                step -> {
                    steps.add(step);
                    if (steps.size() > last) {
                        throw new Crash();
                    }
                },
                damages::add);
    }

    private List<String> temporary() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("volumes/.temporary"))) {
            return files.map(Path::toString).toList();
        }
    }

    @Test
    void shouldKeepVolumesWithAllThatIsKnownOfThem() throws Exception {
        final Volume made = open().create("data", Map.of("k", "v"), false, Optional.empty());
        assertEquals(directory.resolve("volumes/data/_data"), made.files());
        assertEquals("rwxr-xr-x", PosixFilePermissions.toString(Files.getPosixFilePermissions(made.files())));
        Files.writeString(made.files().resolve("file"), "content");
        final VolumeStore next = open();
        final Volume anonymous = next.create("a".repeat(64), Map.of(), true, Optional.empty());
        assertEquals(List.of(anonymous, made), open().all());
        assertEquals(Optional.of(made), next.find("data"));
        assertEquals(7, VolumeStore.sizeBytes(made));
        assertEquals(
                made, next.create("data", Map.of("other", "label"), false, Optional.empty()), "the one that is there");
    }

    @Test
    void shouldKnowItsOwnerUntilItIsDisowned() {
        final Volume made = open().create("data", Map.of(), true, Optional.of("c".repeat(64)));
        assertEquals(Optional.of("c".repeat(64)), open().owner(made));
        open().disown(made);
        assertEquals(Optional.empty(), open().owner(made));
        open().disown(made);
        assertEquals(List.of(made), open().all());
    }

    @Test
    void shouldRemoveAllOfAVolume() throws Exception {
        final VolumeStore store = open();
        final Volume made = store.create("data", Map.of(), false, Optional.empty());
        Files.createDirectories(made.files().resolve("a/b"));
        store.remove(made).run();
        assertEquals(List.of(), store.all());
        assertFalse(Files.exists(directory.resolve("volumes/data")));
        assertEquals(List.of(), temporary());
        store.remove(made).run();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "../x", ".temporary", "a/b", "-x", "ü1", ""})
    void shouldRefuseNames(final String name) {
        final VolumeException failure =
                assertThrows(VolumeException.class, () -> open().create(name, Map.of(), false, Optional.empty()));
        assertEquals(VolumeException.Kind.INVALID, failure.kind());
        assertTrue(
                String.valueOf(failure.getMessage())
                        .startsWith("create " + name + ": \"" + name + "\" includes invalid characters for a local"
                                + " volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed."),
                failure.getMessage());
    }

    /// After a crash before any step of making a volume it is there as a whole or not at all, and nothing else is.
    @Test
    void shouldNotBeHalfMade() throws Exception {
        int last = 0;
        boolean isComplete = false;
        while (!isComplete) {
            final VolumeStore store = openUntil(last, new ArrayList<>());
            try {
                store.create("data", Map.of("k", "v"), false, Optional.empty());
                isComplete = true;
            } catch (final Crash e) {
                last++;
            }
            final VolumeStore next = open();
            assertEquals(List.of(), temporary());
            final Optional<Volume> found = next.find("data");
            assertEquals(found.isPresent(), Files.exists(directory.resolve("volumes/data")));
            found.ifPresent(volume -> {
                assertEquals(Map.of("k", "v"), volume.labels());
                assertTrue(Files.isDirectory(volume.files()));
                next.remove(volume).run();
            });
        }
        assertTrue(last >= 4, "only " + last + " steps");
    }

    @Test
    void shouldNotBeHalfRemoved() throws Exception {
        final Volume made = open().create("data", Map.of(), false, Optional.empty());
        Files.writeString(made.files().resolve("file"), "content");
        final VolumeStore store = openUntil(0, new ArrayList<>());
        assertThrows(Crash.class, () -> store.remove(made));
        assertEquals(
                "content",
                Files.readString(open().find("data").orElseThrow().files().resolve("file")));
        // Taken out, but not deleted yet.
        open().remove(made);
        assertEquals(List.of(), open().all());
        assertEquals(List.of(), temporary());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "", "{}", "[]", "{\"created\":\"yesterday\"}", "\u0000", "none"})
    void shouldSetAsideAVolumeThatIsDamaged(final String text) throws Exception {
        final Path document = directory.resolve("volumes/data/volume.json");
        for (int number = 1; number <= 2; number++) {
            final Volume data = open().create("data", Map.of(), false, Optional.empty());
            Files.writeString(data.files().resolve("file"), "content " + number);
            if (text.equals("none")) {
                Files.delete(document);
            } else {
                Files.writeString(document, text);
            }
            final Volume other = open().create("other", Map.of(), false, Optional.empty());
            final Path kept = directory.resolve("volumes/.damaged/" + number + "/data");
            assertEquals(1, damages.size(), damages::toString);
            final String line = damages.removeFirst();
            assertTrue(line.startsWith("volume data is damaged: " + document + ": "), line);
            assertTrue(line.endsWith("; it is kept as " + kept), line);
            assertEquals(1, line.lines().count(), line);
            assertEquals(List.of(other), open().all());
            assertEquals(Optional.of(kept), open().damaged("data"));
            assertEquals(Optional.empty(), open().damaged("other"));
            assertEquals("content " + number, Files.readString(kept.resolve("_data/file")));
            assertEquals(!text.equals("none"), Files.exists(kept.resolve("volume.json")));
        }
    }
}
