package dev.tailrace.runtime.relay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// The sockets of the thread's network namespace that listen for TCP over IPv6 (proc(5), /proc/net/tcp).
final class Listeners {
    private static final Path SOCKETS = Path.of("/proc/thread-self/net/tcp6");
    private static final String LISTEN = "0A";
    private static final String LOOPBACK = "00000000000000000000000001000000";

    private Listeners() {}

    /// Whether one listens at this port, not at ::1 alone; also if that cannot be told.
    static boolean has(final int port) {
        final String end = String.format(":%04X", port);
        try (Stream<String> lines = Files.lines(SOCKETS)) {
            return lines.map(line -> line.strip().split(" +"))
                    .anyMatch(words ->
                            words[3].equals(LISTEN) && words[1].endsWith(end) && !words[1].startsWith(LOOPBACK));
        } catch (final IOException e) {
            return true;
        }
    }
}
