package dev.tailrace.runtime.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DaemonTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void shouldListOptionsAndExitCodes() {
        assertEquals(0, run("--help"));
        final String text = out.toString(StandardCharsets.UTF_8);
        assertTrue(text.startsWith("Usage: tailrace daemon "), text);
        for (final String part : List.of("--storage-driver", "--data-root", "--mtu", "1500", "running already")) {
            assertTrue(text.contains(part), part);
        }
    }

    @Test
    void shouldRefuseWrongUseInOneLine() {
        assertRefused("Unknown option: '--fast' (see tailrace daemon --help)", "--fast");
        assertRefused("--mtu is 1280 to 65520, and not 70000", "--mtu", "70000");
        assertRefused("--storage-driver is overlay or vfs, and not \"zfs\"", "--storage-driver=zfs");
        assertRefused(
                "the socket \"tcp://0.0.0.0:1\" is no absolute path: give unix:///PATH, which is all there is so far",
                "-H",
                "tcp://0.0.0.0:1");
    }

    private void assertRefused(final String message, final String... args) {
        err.reset();
        assertEquals(DaemonException.USAGE, run(args));
        assertEquals("tailrace daemon: " + message + "\n", err.toString(StandardCharsets.UTF_8));
        assertEquals(0, out.size());
    }

    private int run(final String... args) {
        return Daemon.run(List.of(args), Map.of("HOME", "/nowhere"), new PrintStream(out), new PrintStream(err));
    }
}
