package dev.tailrace.runtime.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.runtime.storage.tar.ArchiveLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which roots wait for the disk.
final class PassingRootTest {
    private static final String ID = "a".repeat(64);

    @TempDir
    private Path directory;

    private final List<String> steps = new ArrayList<>();
    private Storage storage;

    @BeforeEach
    void open() throws IOException {
        storage = Storage.open(
                directory, Storage.Choice.VFS, OwnerPolicy.IGNORE_UNMAPPED, ArchiveLimits.DEFAULT, steps::add);
        steps.clear();
    }

    @Test
    void shouldForceARootThatLastsToTheDisk() {
        storage.roots().create(ID, List.of());
        assertEquals(List.of("rename to " + ID, "sync of the directory of " + ID), steps);
    }

    @Test
    void shouldMakeAPassingRootAtOnce() {
        final ContainerRoot root = storage.roots().createPassing(ID, List.of());
        assertEquals(List.of("rename to " + ID), steps);
        assertEquals(List.of(ID), storage.roots().list());
        root.remove();
        assertTrue(storage.roots().list().isEmpty());
    }
}
