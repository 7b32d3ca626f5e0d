package dev.tailrace.runtime.api;

import com.grack.nanojson.JsonWriter;
import dev.tailrace.runtime.log.EntryFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Documents out of maps, lists and values.
final class Json {
    /// Go's zero time.
    static final String NEVER = "0001-01-01T00:00:00Z";

    private Json() {}

    static byte[] bytes(final Object document) {
        return JsonWriter.string(document).getBytes(StandardCharsets.UTF_8);
    }

    /// One of a stream of objects, as Docker separates them.
    static byte[] line(final Object document) {
        return (JsonWriter.string(document) + "\r\n").getBytes(StandardCharsets.UTF_8);
    }

    static void send(final Exchange exchange, final int status, final Object document) throws IOException {
        exchange.send(status, Headers.JSON, bytes(document), Map.of());
    }

    static void sendNothing(final Exchange exchange) throws IOException {
        exchange.send(204, "", new byte[0], Map.of());
    }

    static String time(final Optional<Instant> time) {
        return time.map(EntryFormat::timestamp).orElse(NEVER);
    }

    /// An object with members in the order of the arguments: a name and a value each.
    static Map<String, @Nullable Object> object(final @Nullable Object... namesAndValues) {
        final Map<String, @Nullable Object> object = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return object;
    }

    /// `{"a":{},"b":{}}`, as Go writes a set.
    static Map<String, @Nullable Object> set(final List<String> names) {
        final Map<String, @Nullable Object> set = new LinkedHashMap<>();
        names.forEach(name -> set.put(name, Map.of()));
        return set;
    }
}
