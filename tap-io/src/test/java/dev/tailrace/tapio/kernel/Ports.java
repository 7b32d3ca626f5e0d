package dev.tailrace.tapio.kernel;

import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.lab.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Looks into the socket tables of a network namespace: `/proc/PID/net/tcp` and `udp`.
final class Ports {
    private static final String LISTEN = "0A";
    private static final int LOCAL = 1;
    private static final int STATE = 3;

    private Ports() {}

    /// Waits until somebody listens on a TCP port.
    static void awaitTcp(final Place place, final int port) {
        Await.until(() -> "a listener on TCP port " + port + " in the " + place, () -> hasTcp(place, port));
    }

    /// Waits until somebody receives on a UDP port.
    static void awaitUdp(final Place place, final int port) {
        Await.until(() -> "a socket on UDP port " + port + " in the " + place, () -> has(place, "udp", port, ""));
    }

    /// Waits until somebody receives on a UDP port over IPv6.
    static void awaitUdp6(final Place place, final int port) {
        Await.until(() -> "a socket on UDP port " + port + " in the " + place, () -> has(place, "udp6", port, ""));
    }

    static boolean hasTcp(final Place place, final int port) {
        return has(place, "tcp", port, LISTEN) || has(place, "tcp6", port, LISTEN);
    }

    private static boolean has(final Place place, final String table, final int port, final String state) {
        final String suffix = ":%04X".formatted(port);
        try {
            return Files.readAllLines(Path.of("/proc/" + place.pid() + "/net/" + table)).stream()
                    .map(line -> line.strip().split(" +"))
                    .anyMatch(words -> words[LOCAL].endsWith(suffix) && words[STATE].startsWith(state));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
