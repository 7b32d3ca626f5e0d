package dev.tailrace.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tailrace.runtime.client.FakeEngine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `tailrace net --network NAME`, up to the socket that is asked.
@Timeout(60)
final class NetworkPlacesTest {
    private static final String ID = "0123456789ab" + "c".repeat(52);

    @TempDir
    private Path directory;

    private FakeEngine engine;

    @BeforeEach
    void open() throws IOException {
        engine = new FakeEngine(directory.resolve("s.sock"))
                .answerJson("GET /networks/mine", 200, network("mine", "bridge"))
                .answerJson("GET /networks/bridge", 200, network("bridge", "bridge"))
                .answerJson("GET /networks/host", 200, network("host", "host"))
                .answerJson("GET /networks/no%20such", 404, "{\"message\":\"network no such not found\"}");
    }

    @AfterEach
    void close() throws IOException {
        engine.close();
    }

    private static String network(final String name, final String driver) {
        return "{\"Name\":\"" + name + "\",\"Id\":\"" + ID + "\",\"Driver\":\"" + driver + "\"}";
    }

    private void listenAndGo(final String name) throws IOException {
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(directory.resolve(name)))
                .close();
    }

    /// What is said of a network that is not there, after the command's name.
    private String complaint(final String network) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final ByteArrayOutputStream err = new ByteArrayOutputStream();
        final List<String> words =
                List.of("-H", "unix://" + directory.resolve("s.sock"), "net", "stats", "--network", network);
        assertEquals(
                1,
                Tailrace.run(
                        words, InputStream.nullInputStream(), new PrintStream(out), new PrintStream(err), Map.of()));
        assertEquals("", out.toString(StandardCharsets.UTF_8));
        return err.toString(StandardCharsets.UTF_8).replaceFirst("^tailrace net stats: ", "");
    }

    @Test
    void shouldSayInOneLineWhyANetworkCannotBeLookedInto() throws IOException {
        assertEquals("network no such not found\n", complaint("no such"));
        assertEquals("network host has no stack of the engine's that could be looked into\n", complaint("host"));
        assertEquals(
                "network mine has no stack yet: no container has been on it since the engine was started\n",
                complaint("mine"));
        engine.close();
        assertEquals("no engine answers on " + directory.resolve("s.sock") + "\n", complaint("mine"));
    }

    @Test
    void shouldAskTheStackOfTheNetwork() throws IOException {
        listenAndGo("s-net-0123456789ab.sock");
        listenAndGo("s-net.sock");
        final String ended = ": ECONNREFUSED (Connection refused): who served it has ended\n";
        assertEquals("connect " + directory.resolve("s-net-0123456789ab.sock") + ended, complaint("mine"));
        assertEquals("connect " + directory.resolve("s-net.sock") + ended, complaint("bridge"));
    }
}
