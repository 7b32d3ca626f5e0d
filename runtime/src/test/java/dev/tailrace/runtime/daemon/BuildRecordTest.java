package dev.tailrace.runtime.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BuildRecordTest {
    @TempDir
    private Path directory;

    @Test
    void shouldSayWhatTheImageSays() throws IOException {
        final Path file = directory.resolve("build.properties");
        assertEquals(new BuildRecord("unknown", ""), BuildRecord.read(file));
        Files.writeString(file, "commit=0123abc\nbuilt=2026-11-28T18:00:00Z\n");
        assertEquals(new BuildRecord("0123abc", "2026-11-28T18:00:00Z"), BuildRecord.read(file));
    }
}
