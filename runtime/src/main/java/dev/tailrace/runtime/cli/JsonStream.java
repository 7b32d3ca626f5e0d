package dev.tailrace.runtime.cli;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import dev.tailrace.runtime.client.ApiException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// How a long request goes: objects, a line each.
final class JsonStream implements Iterable<JsonObject>, Iterator<JsonObject> {
    /// The status of an error that comes when the answer has begun.
    private static final int FAILED = 500;

    private final BufferedReader lines;
    private @Nullable String next;

    JsonStream(final InputStream body) throws IOException {
        lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        next = line();
    }

    /// @throws ApiException if it tells of one
    static void refuseError(final JsonObject step) {
        if (step.has("error")) {
            throw new ApiException(FAILED, Json.text(step, "error"));
        }
    }

    @Override
    public Iterator<JsonObject> iterator() {
        return this;
    }

    @Override
    public boolean hasNext() {
        return next != null;
    }

    @Override
    public JsonObject next() {
        if (next == null) {
            throw new NoSuchElementException();
        }
        try {
            final JsonObject object = JsonParser.object().from(next);
            next = line();
            return object;
        } catch (final JsonParserException e) {
            throw new UncheckedIOException(new IOException("the engine's answer is no JSON: " + next, e));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private @Nullable String line() throws IOException {
        String line = lines.readLine();
        while (line != null && line.isBlank()) {
            line = lines.readLine();
        }
        return line;
    }
}
