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
