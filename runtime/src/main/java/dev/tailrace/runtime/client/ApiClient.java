package dev.tailrace.runtime.client;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The API of the engine behind a socket. Safe for several threads.
///
/// Paths begin with `/` and have no version; what is in them is encoded already ([Query]). An answer of
/// 400 and more is an [ApiException] with the engine's words.
public final class ApiClient {
    private static final String VERSION = "/v1.51";
    private static final String JSON = "application/json";
    private static final int UPLOAD_BYTES = 64 * 1024;
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int OK = 200;
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;
    private static final int LEAST_ERROR = 400;
    private static final int MOST_HEADERS = 200;

    private final Path socket;

    public ApiClient(final Path socket) {
        this.socket = socket;
    }

    /// Where it is.
    public Path socket() {
        return socket;
    }

    /// Whether an engine answers there.
    public boolean isThere() throws IOException {
        try (Reply reply = send("GET", "/_ping", null)) {
            return reply.status() == OK;
        } catch (final NoEngineException e) {
            return false;
        }
    }

    public Reply get(final String path) throws IOException {
        return send("GET", path, null);
    }

    public Reply post(final String path) throws IOException {
        return send("POST", path, null);
    }

    public Reply post(final String path, final JsonObject body) throws IOException {
        return send("POST", path, body);
    }

    public Reply delete(final String path) throws IOException {
        return send("DELETE", path, null);
    }

    /// Sends a body of unknown length.
    public Reply upload(final String path, final InputStream body) throws IOException {
        return start(connection -> {
            connection.write(head("POST", path, "Content-Type: application/x-tar\r\nTransfer-Encoding: chunked\r\n"));
            try {
                sendChunks(connection, body);
            } catch (final IOException e) {
                // It may have refused before it had all: then its answer is here, and says why.
                return refusal(connection, e);
            }
            return read(connection);
        });
    }

    /// Asks for the streams of a process.
    public Hijacked hijack(final String path, final @Nullable JsonObject body) throws IOException {
        final Connection connection = new Connection(socket);
        try {
            final String text = body == null ? "" : JsonWriter.string(body);
            connection.write(head("POST", path, "Connection: Upgrade\r\nUpgrade: tcp\r\n" + describe(text)) + text);
            final Reply reply = read(connection);
            if (reply.status() != SWITCHING_PROTOCOLS && reply.status() != OK) {
                throw new ApiException(reply.status(), "the engine gave no streams, but status " + reply.status());
            }
            return new Hijacked(connection);
        } catch (final IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private Reply send(final String method, final String path, final @Nullable JsonObject body) throws IOException {
        final String text = body == null ? "" : JsonWriter.string(body);
        return start(connection -> {
            connection.write(head(method, path, describe(text)) + text);
            return read(connection);
        });
    }

    /// One exchange.
    private interface Exchange {
        Reply with(Connection connection) throws IOException;
    }

    private Reply start(final Exchange exchange) throws IOException {
        final Connection connection = new Connection(socket);
        try {
            return exchange.with(connection);
        } catch (final IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private static String head(final String method, final String path, final String headers) {
        final String versioned = path.equals("/_ping") ? path : VERSION + path;
        return method + " " + versioned + " HTTP/1.1\r\nHost: tailrace\r\n" + headers + "\r\n";
    }

    private static String describe(final String json) {
        final int length = json.getBytes(StandardCharsets.UTF_8).length;
        return (json.isEmpty() ? "" : "Content-Type: " + JSON + "\r\n") + "Content-Length: " + length + "\r\n";
    }

    private static void sendChunks(final Connection connection, final InputStream body) throws IOException {
        final byte[] bytes = new byte[UPLOAD_BYTES];
        while (true) {
            final int count = body.read(bytes);
            if (count < 0) {
                connection.write("0\r\n\r\n");
                return;
            }
            if (count > 0) {
                connection.write(Integer.toHexString(count) + "\r\n");
                connection.write(bytes, 0, count);
                connection.write("\r\n");
            }
        }
    }

    private static Reply refusal(final Connection connection, final IOException cause) throws IOException {
        try {
            return read(connection);
        } catch (final IOException e) {
            cause.addSuppressed(e);
            throw cause;
        }
    }

    private static Reply read(final Connection connection) throws IOException {
        final String line = connection.readLine();
        if (!line.matches("HTTP/1\\.[01] [1-5][0-9][0-9]( .*)?")) {
            throw new IOException("what answers is no HTTP server: " + line);
        }
        final int status = Integer.parseInt(line.substring(9, 12));
        final Map<String, String> headers = new HashMap<>();
        for (String header = connection.readLine(); !header.isEmpty(); header = connection.readLine()) {
            final int colon = header.indexOf(':');
            if (colon < 1 || headers.size() == MOST_HEADERS) {
                throw new IOException("the engine's answer has a wrong header: " + header);
            }
            headers.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
        final Reply reply = new Reply(status, headers, new BodyInput(connection, length(status, headers)));
        if (status >= LEAST_ERROR) {
            throw new ApiException(status, message(status, reply.text()));
        }
        return reply;
    }

    private static long length(final int status, final Map<String, String> headers) throws IOException {
        if (status == NO_CONTENT || status == NOT_MODIFIED || status == SWITCHING_PROTOCOLS) {
            return 0;
        }
        if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
            return BodyInput.CHUNKED;
        }
        final String length = headers.get("content-length");
        if (length == null) {
            return BodyInput.UNTIL_END;
        }
        if (!length.matches("[0-9]{1,18}")) {
            throw new IOException("the engine's answer has no length: " + length);
        }
        return Long.parseLong(length);
    }

    private static String message(final int status, final String body) {
        try {
            return JsonParser.object().from(body).getString("message", "status " + status);
        } catch (final JsonParserException e) {
            return body.isBlank() ? "status " + status : body.strip();
        }
    }
}
