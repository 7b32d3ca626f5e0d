package dev.tailrace.runtime.client;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// What the engine answered.
public final class Reply implements AutoCloseable {
    private final int status;
    private final Map<String, String> headers;
    private final InputStream body;

    Reply(final int status, final Map<String, String> headers, final InputStream body) {
        this.status = status;
        this.headers = Map.copyOf(headers);
        this.body = body;
    }

    public int status() {
        return status;
    }

    /// The value of a header, or empty.
    ///
    /// @param name in lower case
    public String header(final String name) {
        return headers.getOrDefault(name, "");
    }

    /// The bytes as they come; reading to the end waits for as long as the engine sends.
    public InputStream body() {
        return body;
    }

    /// All of it.
    public String text() throws IOException {
        return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }

    /// The object that it is.
    public JsonObject object() throws IOException {
        final String text = text();
        try {
            return JsonParser.object().from(text);
        } catch (final JsonParserException e) {
            throw new IOException("the engine's answer is no JSON object: " + e.getMessage(), e);
        }
    }

    /// The array that it is; none for `null`, which Go's programs write for an empty one.
    public JsonArray array() throws IOException {
        final String text = text();
        if (text.strip().equals("null")) {
            return new JsonArray();
        }
        try {
            return JsonParser.array().from(text);
        } catch (final JsonParserException e) {
            throw new IOException("the engine's answer is no JSON array: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
