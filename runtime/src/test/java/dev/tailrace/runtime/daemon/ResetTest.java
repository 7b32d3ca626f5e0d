package dev.tailrace.runtime.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ResetTest {
    @TempDir
    private Path home;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void shouldRemoveWhatADaemonHasKept() throws IOException {
        final Path data = data();
        assertEquals(1, run("no\n"));
        assertEquals(1, run(""));
        assertTrue(Files.exists(data.resolve("overlay/layers/x")));
        assertEquals(0, run("y\n"));
        assertFalse(Files.exists(data));
        assertTrue(out.toString(StandardCharsets.UTF_8).endsWith("Go on? [y/N] removed " + data + "\n"), out::toString);
        assertEquals(0, run(""));
        data();
        assertEquals(0, run("", "--force"));
        assertFalse(Files.exists(data));
    }

    @Test
    void shouldRemoveNothingElse() throws IOException {
        final Path mine = Files.createDirectory(home.resolve("mine"));
        Files.createFile(mine.resolve("letter"));
        assertEquals(DaemonException.USAGE, run("y\n", "--force", "--data-root", mine.toString()));
        assertEquals(
                "tailrace reset: " + mine + " is no data root of a tailrace daemon\n",
                err.toString(StandardCharsets.UTF_8));
        assertTrue(Files.exists(mine.resolve("letter")));
        assertEquals(DaemonException.USAGE, run("", "--hard"));
    }

    private Path data() throws IOException {
        final Path data = home.resolve(".local/share/tailrace");
        Files.createDirectories(data.resolve("overlay/layers/x"));
        Files.createFile(data.resolve("daemon.pid"));
        return data;
    }

    private int run(final String input, final String... args) {
        return Reset.run(
                List.of(args),
                Map.of("HOME", home.toString()),
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out),
                new PrintStream(err));
    }
}
