package dev.tailrace.runtime.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PlacesTest {
    @TempDir
    private Path root;

    @Test
    void shouldPutSocketIntoRuntimeDirectory() {
        assertEquals(
                root.resolve("tailrace.sock"), Places.socket(Map.of("XDG_RUNTIME_DIR", root.toString()), root, 1000));
    }

    @Test
    void shouldSayHowToGetRuntimeDirectory() throws IOException {
        assertRefused("XDG_RUNTIME_DIR is not set: export XDG_RUNTIME_DIR=$(mktemp -d)", Map.of());
        Files.createDirectories(root.resolve("run/systemd/system"));
        assertRefused(
                "XDG_RUNTIME_DIR is not set: sudo loginctl enable-linger 1000 && export XDG_RUNTIME_DIR=/run/user/1000",
                Map.of());
        Files.createDirectories(root.resolve("run/user/1000"));
        assertRefused("XDG_RUNTIME_DIR is not set: export XDG_RUNTIME_DIR=/run/user/1000", Map.of());
        assertRefused(
                "XDG_RUNTIME_DIR (/nowhere) is no directory that can be written: export XDG_RUNTIME_DIR=/run/user/1000",
                Map.of("XDG_RUNTIME_DIR", "/nowhere"));
        assertRefused("XDG_RUNTIME_DIR is no absolute path (here): set it to one", Map.of("XDG_RUNTIME_DIR", "here"));
    }

    @Test
    void shouldReadHostAsDockerWritesIt() {
        assertEquals(Path.of("/a/b.sock"), Places.socket("unix:///a/b.sock"));
        assertEquals(Path.of("/a/b.sock"), Places.socket("/a/b.sock"));
        for (final String wrong : new String[] {"tcp://127.0.0.1:2375", "b.sock", "unix://b.sock", ""}) {
            final DaemonException refusal = assertThrows(DaemonException.class, () -> Places.socket(wrong), wrong);
            assertEquals(DaemonException.USAGE, refusal.exitCode());
        }
    }

    @Test
    void shouldPutTheNetworksSocketBesideTheEngines() {
        assertEquals(Path.of("/r/tailrace-net.sock"), Places.network(Path.of("/r/tailrace.sock")));
        assertEquals(Path.of("/r/other-net.sock"), Places.network(Path.of("/r/other")));
        assertEquals(
                Path.of("/r/tailrace-net-0123456789ab.sock"),
                Places.network(Path.of("/r/tailrace.sock"), "0123456789abcdef"));
    }

    @Test
    void shouldKeepDataWhereUserKeepsData() {
        assertEquals(Path.of("/h/.local/share/tailrace"), Places.dataRoot(Map.of("HOME", "/h")));
        assertEquals(Path.of("/d/tailrace"), Places.dataRoot(Map.of("HOME", "/h", "XDG_DATA_HOME", "/d")));
        // The specification has relative paths ignored.
        assertEquals(Path.of("/h/.local/share/tailrace"), Places.dataRoot(Map.of("HOME", "/h", "XDG_DATA_HOME", "d")));
        assertEquals(
                DaemonException.LACKING,
                assertThrows(DaemonException.class, () -> Places.dataRoot(Map.of()))
                        .exitCode());
    }

    private void assertRefused(final String message, final Map<String, String> environment) {
        final DaemonException refusal =
                assertThrows(DaemonException.class, () -> Places.socket(environment, root, 1000));
        assertEquals(message, refusal.getMessage());
        assertEquals(DaemonException.LACKING, refusal.exitCode());
    }
}
