package dev.tailrace.runtime.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tailrace.runtime.storage.Digests;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A registry on the loopback device, as the distribution specification has it, that cuts, redirects
/// and lies when it is told to.
final class StandInRegistry implements AutoCloseable {
    final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
    final Map<String, byte[]> manifests = new ConcurrentHashMap<>();
    final List<Asked> asked = new CopyOnWriteArrayList<>();

    /// Bytes of each answer with a blob after which the connection is cut; 0 for never.
    volatile int cutAfterBytes;

    volatile boolean knowsRanges = true;

    /// Where blobs are instead; empty for here.
    volatile String blobsAt = "";

    /// What `Authorization` has to be; empty for anything.
    volatile String authorization = "";

    volatile String challenge = "";
    volatile Gate gate = _ -> {};

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /// A request that came.
    record Asked(String line, String authorization, String range) {}

    /// What an answer with a blob waits for.
    interface Gate {
        void await(String digest) throws InterruptedException;
    }

    StandInRegistry() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    /// `127.0.0.1:PORT`, as it stands in names.
    String domain() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /// @return its digest
    String blob(final byte[] content) {
        blobs.put(Digests.of(content), content);
        return Digests.of(content);
    }

    /// Has a manifest under a name and its digest.
    String manifest(final String name, final String tag, final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        manifests.put(name + "/" + tag, bytes);
        manifests.put(name + "/" + Digests.of(bytes), bytes);
        return Digests.of(bytes);
    }

    List<String> lines() {
        return asked.stream().map(Asked::line).toList();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(final HttpExchange exchange) throws IOException {
        final String path = exchange.getRequestURI().getPath();
        final String given = first(exchange, "Authorization");
        asked.add(new Asked(
                exchange.getRequestMethod() + " " + exchange.getRequestURI(), given, first(exchange, "Range")));
        try (exchange) {
            if (path.equals("/token")) {
                send(exchange, 200, "{\"token\":\"" + tokens() + "\"}");
            } else if (!authorization.isEmpty() && !given.equals(authorization)) {
                exchange.getResponseHeaders().add("WWW-Authenticate", challenge);
                send(
                        exchange,
                        401,
                        "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"authentication required\"}]}");
            } else if (path.equals("/v2/")) {
                send(exchange, 200, "{}");
            } else if (path.contains("/blobs/uploads/")) {
                upload(exchange);
            } else if (path.contains("/blobs/")) {
                blob(exchange, path.substring(path.indexOf("/blobs/") + 7));
            } else {
                manifest(exchange, path.substring("/v2/".length()).replace("/manifests", ""));
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String tokens() {
        return authorization.replace("Bearer ", "");
    }

    private void manifest(final HttpExchange exchange, final String key) throws IOException {
        if (exchange.getRequestMethod().equals("PUT")) {
            final byte[] bytes = exchange.getRequestBody().readAllBytes();
            manifests.put(key, bytes);
            send(exchange, 201, "");
            return;
        }
        final byte[] bytes = manifests.get(key);
        if (bytes == null) {
            send(exchange, 404, "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"manifest unknown\"}]}");
            return;
        }
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private void blob(final HttpExchange exchange, final String digest) throws IOException, InterruptedException {
        if (!blobsAt.isEmpty()) {
            exchange.getResponseHeaders().add("Location", blobsAt + exchange.getRequestURI());
            send(exchange, 307, "");
            return;
        }
        final byte[] content = blobs.get(digest);
        if (content == null) {
            send(exchange, 404, "");
            return;
        }
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().add("Content-Length", Integer.toString(content.length));
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        gate.await(digest);
        final String range = first(exchange, "Range");
        final int from = range.isEmpty() || !knowsRanges ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
        if (from > 0) {
            exchange.getResponseHeaders()
                    .add("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
        final int end = cutAfterBytes == 0 ? content.length : Math.min(content.length, from + cutAfterBytes);
        final OutputStream out = exchange.getResponseBody();
        out.write(Arrays.copyOfRange(content, from, end));
        out.flush();
        // Closing it before its length has been sent cuts the connection.
    }

    private void upload(final HttpExchange exchange) throws IOException {
        if (exchange.getRequestMethod().equals("POST")) {
            exchange.getResponseHeaders().add("Location", exchange.getRequestURI() + "1?state=x");
            send(exchange, 202, "");
            return;
        }
        final byte[] content = exchange.getRequestBody().readAllBytes();
        final String query = exchange.getRequestURI().getQuery();
        final boolean isRight = query.equals("state=x&digest=" + Digests.of(content));
        if (isRight) {
            blob(content);
        }
        send(exchange, isRight ? 201 : 400, "");
    }

    private static void send(final HttpExchange exchange, final int status, final String text) throws IOException {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private static String first(final HttpExchange exchange, final String header) {
        final String value = exchange.getRequestHeaders().getFirst(header);
        return value == null ? "" : value;
    }
}
