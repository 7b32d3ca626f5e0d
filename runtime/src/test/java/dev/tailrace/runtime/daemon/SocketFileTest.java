package dev.tailrace.runtime.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SocketFileTest {
    @TempDir
    private Path directory;

    @Test
    void shouldRemoveSocketOfProcessThatWasKilled() throws IOException {
        final Path path = directory.resolve("a.sock");
        assertFalse(SocketFile.makeRoom(path));
        listen(path).close(); // the file stays
        assertTrue(Files.exists(path));
        assertTrue(SocketFile.makeRoom(path));
        assertFalse(Files.exists(path));
    }

    @Test
    void shouldRefuseSocketThatIsAnswered() throws IOException {
        final Path path = directory.resolve("a.sock");
        try (ServerSocketChannel _ = listen(path)) {
            assertEquals(DaemonException.RUNNING, refusal(path).exitCode());
            assertTrue(Files.exists(path));
        }
    }

    @Test
    void shouldKeepWhatIsNoSocket() throws IOException {
        final Path path = Files.writeString(directory.resolve("a.sock"), "mine");
        assertEquals(DaemonException.USAGE, refusal(path).exitCode());
        assertEquals("mine", Files.readString(path));
    }

    @Test
    void shouldRemoveWhatAKilledDaemonHasLeftOfItsNetworks() throws IOException {
        final Path path = directory.resolve("a.sock");
        final List<Path> others = List.of(
                directory.resolve("a-net.sock"),
                directory.resolve("b-net-0123456789ab.sock"),
                directory.resolve("a-net-0123456789abc.sock"),
                directory.resolve("a-net-mine12345678.sock"));
        for (final Path other : others) {
            listen(other).close();
        }
        listen(directory.resolve("a-net-0123456789ab.sock")).close();
        SocketFile.removeNetworks(path);
        try (Stream<Path> left = Files.list(directory)) {
            assertEquals(Set.copyOf(others), left.collect(Collectors.toSet()));
        }
    }

    @Test
    void shouldRefusePathThatNoSocketHas() {
        final DaemonException refusal = refusal(directory.resolve("x".repeat(100)));
        assertTrue(refusal.getMessage().startsWith("the path of a socket has 107 bytes at most"), refusal::getMessage);
    }

    private static DaemonException refusal(final Path path) {
        return assertThrows(DaemonException.class, () -> SocketFile.makeRoom(path));
    }

    private static ServerSocketChannel listen(final Path path) throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path));
    }
}
