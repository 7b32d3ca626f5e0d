package dev.tailrace.perf.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.perf.result.ResultException;
import dev.tailrace.perf.result.RunRecord;
import dev.tailrace.perf.result.SampleRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ResultStoreTest {
    @TempDir
    private Path directory;

    @Test
    void shouldReadWhatItKept() {
        final ResultStore store = new ResultStore(directory);
        final RunRecord run = SampleRuns.small(2, 1);
        store.requireRoom();
        final Path file = store.keep(run);
        assertEquals(directory.resolve("history/2026/11/" + run.runId() + ".json"), file);
        assertEquals(run, ResultStore.read(file));
        assertEquals(List.of(file), store.files());
        assertEquals(file, store.newest());
    }

    @Test
    void shouldNeverChangeAKeptRun() throws IOException {
        final ResultStore store = new ResultStore(directory);
        final Path file = store.keep(SampleRuns.small(2, 1));
        final String kept = Files.readString(file);
        assertOneLine(assertThrows(ResultException.class, () -> store.keep(SampleRuns.small(2, 2))));
        assertEquals(kept, Files.readString(file));
    }

    @Test
    void shouldSayThatNothingIsKept() {
        final ResultException none = assertThrows(ResultException.class, new ResultStore(directory)::newest);
        assertOneLine(none);
        assertTrue(none.getMessage().contains("tailrace bench run smoke"), none.getMessage());
    }

    @Test
    void shouldSayWhatIsWrongWithATruncatedFile() throws IOException {
        final Path file = new ResultStore(directory).keep(SampleRuns.small(2, 1));
        Files.writeString(file, Files.readString(file).substring(0, 1000));
        final ResultException truncated = assertThrows(ResultException.class, () -> ResultStore.read(file));
        assertOneLine(truncated);
        assertTrue(truncated.getMessage().contains(file.toString()), truncated.getMessage());
    }

    @Test
    void shouldLeaveTheOldFileWhenTheNewOneCannotBeWritten() throws IOException {
        final ResultStore store = new ResultStore(directory);
        store.publish(Map.of("summary.md", "old"));
        // A directory where the new file would be written first.
        Files.createDirectory(store.latest().resolve(".summary.md.new"));
        assertOneLine(assertThrows(ResultException.class, () -> store.publish(Map.of("summary.md", "new"))));
        assertEquals("old", Files.readString(store.latest().resolve("summary.md")));
    }

    @Test
    void shouldRefuseAPlaceThatIsNoDirectory() throws IOException {
        final Path file = Files.writeString(directory.resolve("file"), "");
        final ResultException refused =
                assertThrows(ResultException.class, new ResultStore(file.resolve("results"))::requireRoom);
        assertOneLine(refused);
        assertTrue(refused.getMessage().contains("--results"), refused.getMessage());
    }

    @Test
    void shouldLeaveNoTrialBehind() throws IOException {
        final ResultStore store = new ResultStore(directory);
        store.requireRoom();
        try (Stream<Path> files = Files.walk(directory)) {
            assertFalse(files.anyMatch(Files::isRegularFile));
        }
    }

    private static void assertOneLine(final ResultException failure) {
        assertEquals(1, failure.getMessage().lines().count(), failure.getMessage());
    }
}
