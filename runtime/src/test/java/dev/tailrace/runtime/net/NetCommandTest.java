package dev.tailrace.runtime.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class NetCommandTest {
    @TempDir
    Path directory;

    private static final EngineNetworks NOWHERE = engine(Optional.empty());

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "flows > flows: no API socket given: add --api-socket PATH, where slirp4netns has -a PATH, or set"
                        + " TAILRACE_API_SOCKET",
                "flows --api-socket > flows: option --api-socket needs a value",
                "flows --api-socket=/nowhere > flows: connect /nowhere: ENOENT (No such file or directory): does"
                        + " slirp4netns run with --api-socket=PATH?",
                "stats --api-socket=x --network=y > stats: --network is for networks of the engine, and --api-socket for a"
                        + " slirp4netns: give one of them",
                "stats --network=y > stats: network y not found",
                "flows -a x > flows: unknown option \"-a\"",
                "flows --api-socket=x sctp > flows: unexpected \"sctp\" (filters: tcp, udp, icmp, state NAME, host ADDRESS,"
                        + " port NUMBER)",
                "flows --api-socket=x port > flows: \"port\" needs a value behind it",
                "flows --api-socket=x port 0 > flows: port has to be a whole number from 1 up, not \"0\"",
                "stats --api-socket=x y > stats: unexpected \"y\"",
                "capture --api-socket=x > capture: say one FILE to write to, or - for the standard output",
                "capture --api-socket=x --filter=prt f > capture: --filter, column 1: expected ip, ip6, arp, tcp, udp,"
                        + " icmp, icmp6, host, net, port, src, dst, not or \"(\", found prt",
                "capture --api-socket=x --duration=0 f > capture: --duration has to be a whole number from 1 up, not \"0\"",
                "unknown > unknown: unknown command (see tailrace net --help)",
            })
    void shouldSayWhatIsWrongInOneLine(final String line, final String complaint) {
        assertEquals(1, run(Map.of(), line.split(" ")));
        assertEquals("tailrace net " + complaint + "\n", err.toString(StandardCharsets.UTF_8));
        assertEquals("", out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void shouldSayThatTheProgramHasEnded() throws IOException {
        final Path socket = directory.resolve("s");
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(socket))
                .close();
        assertEquals(1, run(Map.of("TAILRACE_API_SOCKET", socket.toString()), "stats"));
        assertEquals(
                "tailrace net stats: connect " + socket + ": ECONNREFUSED (Connection refused): who served it has"
                        + " ended\n",
                err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void shouldAskTheEngineIfNothingElseIsSaid() throws Exception {
        final Path missing = directory.resolve("missing");
        assertEquals(1, run(new NetCommand.Sockets(Map.of(), engine(missing)), "stats"));
        assertEquals(
                "tailrace net stats: no engine of yours runs (there is no " + missing
                        + "): tailrace daemon starts one; or add --api-socket PATH, where slirp4netns has -a PATH\n",
                err.toString(StandardCharsets.UTF_8));
        final CompletableFuture<String> request = serve("{\"return\":{}}");
        assertEquals(0, run(new NetCommand.Sockets(Map.of(), engine(directory.resolve("s"))), "stats"));
        assertEquals("{\"execute\":\"stats\"}", request.get());
    }

    @Test
    void shouldPassOnWhatTheProgramRefuses() throws Exception {
        final CompletableFuture<String> request = serve("{\"error\":{\"desc\":\"bad request: unknown execute\"}}");
        assertEquals(1, run(Map.of("TAILRACE_API_SOCKET", directory.resolve("s").toString()), "metrics"));
        assertEquals("{\"execute\":\"metrics\"}", request.get());
        assertTrue(
                err.toString(StandardCharsets.UTF_8)
                        .endsWith(
                                "answered: bad request: unknown execute (is it the socket of another slirp4netns?)\n"),
                err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void shouldAskForTheFlowsThatTheWordsSay() throws Exception {
        final CompletableFuture<String> request = serve("{\"return\":{\"flows\":[],\"shown\":0,\"ended\":0}}");
        final String socket = directory.resolve("s").toString();
        assertEquals(
                0,
                run(
                        Map.of(),
                        "flows",
                        "udp",
                        "tcp",
                        "state",
                        "time-wait",
                        "port",
                        "80",
                        "--api-socket",
                        socket,
                        "--json"));
        assertEquals(
                "{\"execute\":\"flows\",\"arguments\":{\"state\":\"time-wait\",\"port\":80,\"proto\":\"tcp,udp\"}}",
                request.get());
        assertTrue(
                out.toString(StandardCharsets.UTF_8).startsWith("{\"flows\":[]"), out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void shouldHandOverTheBoundsOfACapture() throws NetException {
        final Arguments given = Arguments.parse(
                List.of("--duration=5", "--max-bytes", "1000", "f", "--filter", "tcp"),
                Set.of(),
                Set.of("--filter", "--duration", "--snaplen", "--max-bytes"));
        assertEquals(
                "{\"execute\":\"capture_start\",\"arguments\":{\"file\":\"f\",\"filter\":\"tcp\",\"duration\":5,"
                        + "\"max_bytes\":1000}}",
                CaptureCommand.request("f", given));
    }

    @Test
    void shouldMarkTheFlowsOfANetworkThatIsNamed() throws Exception {
        final String flows = "{\"return\":{\"flows\":[{\"proto\":\"udp\"},{\"proto\":\"tcp\"}]}}";
        final NetCommand.Sockets sockets =
                new NetCommand.Sockets(Map.of("TAILRACE_API_SOCKET", "/nowhere"), engine(directory.resolve("s")));
        assertEquals("{\"execute\":\"flows\",\"arguments\":{}}", answered(flows, sockets, "flows", "--network=mi"));
        final List<String> lines =
                text().lines().map(line -> line.replaceAll(" +", " ")).toList();
        assertTrue(lines.get(0).endsWith(" NETWORK"), lines::toString);
        assertTrue(lines.get(1).startsWith("udp ") && lines.get(1).endsWith(" mine"), lines::toString);
        assertTrue(lines.get(2).startsWith("tcp ") && lines.get(2).endsWith(" mine"), lines::toString);
        answered(flows, sockets, "flows", "--network", "mi", "--json");
        assertEquals(
                "{\"flows\":[{\"proto\":\"udp\",\"network\":\"mine\"},{\"proto\":\"tcp\",\"network\":\"mine\"}]}\n",
                text());
        answered(flows, new NetCommand.Sockets(Map.of(), engine(directory.resolve("s"))), "flows", "--json");
        assertTrue(text().contains("{\"proto\":\"udp\",\"network\":\"bridge\"}"));
        answered(flows, new NetCommand.Sockets(Map.of(), NOWHERE), "flows", "--api-socket=" + directory.resolve("s"));
        assertFalse(text().contains("NETWORK"), "a slirp4netns has one");
        assertEquals("{\"execute\":\"stats\"}", answered("{\"return\":{}}", sockets, "stats", "--network", "mi"));
    }

    /// Runs a command, whose output is then [#text].
    ///
    /// @return what it asked
    private String answered(final String reply, final NetCommand.Sockets sockets, final String... args)
            throws Exception {
        out.reset();
        final CompletableFuture<String> request = serve(reply);
        assertEquals(0, run(sockets, args), () -> err.toString(StandardCharsets.UTF_8));
        Files.delete(directory.resolve("s"));
        return request.get();
    }

    private String text() {
        return out.toString(StandardCharsets.UTF_8);
    }

    /// One that has a network `mine`.
    private static EngineNetworks engine(final Path socket) {
        return engine(Optional.of(socket));
    }

    private static EngineNetworks engine(final Optional<Path> socket) {
        return new EngineNetworks() {
            @Override
            public Optional<Path> socket() {
                return socket;
            }

            @Override
            public Place find(final String reference) throws NetException {
                if (!reference.equals("mi")) {
                    throw new NetException("network " + reference + " not found");
                }
                return new Place("mine", socket.orElseThrow());
            }
        };
    }

    private int run(final Map<String, String> environment, final String... args) {
        return run(new NetCommand.Sockets(environment, NOWHERE), args);
    }

    private int run(final NetCommand.Sockets sockets, final String... args) {
        return NetCommand.run(List.of(args), sockets, new PrintStream(out), new PrintStream(err));
    }

    /// Answers one request.
    private CompletableFuture<String> serve(final String reply) throws IOException {
        final ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(directory.resolve("s")));
        final CompletableFuture<String> request = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try (server;
                    SocketChannel client = server.accept()) {
                final ByteBuffer buffer = ByteBuffer.allocate(4096);
                while (client.read(buffer) >= 0) {
                    // The client says when its request ends.
                }
                client.write(ByteBuffer.wrap(reply.getBytes(StandardCharsets.UTF_8)));
                request.complete(new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8));
            } catch (final IOException e) {
                request.completeExceptionally(e);
            }
        });
        return request;
    }
}
