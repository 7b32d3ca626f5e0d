package dev.tailrace.netstack.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotTest {
    @TempDir
    private Path folder;

    @Test
    void shouldPassOnlyWhenNothingDiffers() throws IOException {
        final Path file = Files.writeString(folder.resolve("table.txt"), "a\nb\n");
        final Snapshot snapshot = new Snapshot(file, "the command");
        snapshot.assertMatches("a\nb\n", false);
        final AssertionError failure =
                assertThrows(AssertionError.class, () -> snapshot.assertMatches("a\nc\n", false));
        assertTrue(failure.getMessage().contains("- b\n+ c\n"), failure.getMessage());
        assertTrue(failure.getMessage().contains("the command"), failure.getMessage());
        assertFalse(failure.getMessage().contains("- a"), failure.getMessage());
        assertThrows(AssertionError.class, () -> snapshot.assertMatches("a\nb", false));
        assertEquals("a\nb\n", Files.readString(file));
    }

    @Test
    void shouldFailWithoutAFileAndWriteItWhenTold() throws IOException {
        final Path file = folder.resolve("new").resolve("table.txt");
        final Snapshot snapshot = new Snapshot(file, "the command");
        final AssertionError failure = assertThrows(AssertionError.class, () -> snapshot.assertMatches("a\n", false));
        assertTrue(failure.getMessage().contains("the command"), failure.getMessage());
        snapshot.assertMatches("a\n", true);
        assertEquals("a\n", Files.readString(file));
    }

    @Test
    void shouldShowEachChangedLineBesideWhatItBecame() {
        assertEquals("- 2\n+ two\n- 3\n+ three\n+ 6\n", Snapshot.difference("1\n2\n3\n4\n5", "1\ntwo\nthree\n4\n5\n6"));
        assertEquals("- 1\n- 2\n+ 0\n", Snapshot.difference("1\n2\n3", "0\n3"));
        assertEquals("- 1\n", Snapshot.difference("1\n2", "2"));
    }
}
