package dev.tailrace.perf.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.tailrace.perf.lab.Namespace;
import dev.tailrace.perf.lab.OwnJvm;
import dev.tailrace.perf.lab.Programs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProxyTest {
    private static final int BYTES = 20_000_003;

    @ParameterizedTest
    @ValueSource(classes = {CopyProxy.class, SpliceProxy.class})
    void shouldCarryBytesAndTheirEndBothWays(final Class<?> program) throws IOException {
        final byte[] sent = new byte[BYTES];
        new Random(1).nextBytes(sent);
        final InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket server = new ServerSocket(0, 1, loopback)) {
            final CompletableFuture<Void> echo = CompletableFuture.runAsync(() -> echoAll(server));
            final int port = freePort(loopback);
            final Process proxy = Programs.start(new ProcessBuilder(OwnJvm.command(
                            program,
                            loopback.getHostAddress(),
                            "" + port,
                            loopback.getHostAddress(),
                            "" + server.getLocalPort(),
                            "1"))
                    .redirectErrorStream(true));
            try (Socket client = connect(proxy, loopback, port)) {
                client.getOutputStream().write(sent);
                client.shutdownOutput();
                assertArrayEquals(sent, client.getInputStream().readAllBytes());
                echo.join();
            } finally {
                proxy.destroyForcibly();
            }
        }
    }

    private static Socket connect(final Process proxy, final InetAddress address, final int port) throws IOException {
        Namespace.awaitLine(proxy, "ready", "starting the proxy");
        return new Socket(address, port);
    }

    /// Answers only after the client's half-close has come through.
    private static void echoAll(final ServerSocket server) {
        try (Socket connection = server.accept()) {
            connection.getOutputStream().write(connection.getInputStream().readAllBytes());
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static int freePort(final InetAddress address) throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, address)) {
            return probe.getLocalPort();
        }
    }
}
