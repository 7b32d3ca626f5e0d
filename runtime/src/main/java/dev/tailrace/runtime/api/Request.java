package dev.tailrace.runtime.api;

import dev.tailrace.runtime.engine.EngineException;
import dev.tailrace.runtime.engine.EngineException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A request as the endpoints see it.
///
/// @param path without the version, as it was sent
/// @param query decoded
/// @param headers names in lower case
/// @param isUpgrade whether the client asks for `Upgrade: tcp`
/// @param body to be read by the worker
record Request(
        String method,
        String path,
        ApiVersion version,
        Map<String, List<String>> query,
        Map<String, String> headers,
        boolean isUpgrade,
        InputStream body) {
    /// Of a document, not of an archive.
    private static final int MAXIMUM_JSON_BYTES = 4 << 20;

    private static final Set<String> FALSE = Set.of("", "0", "no", "false", "none");

    /// Empty if it is not there.
    String text(final String name) {
        final List<String> values = query.get(name);
        return values == null || values.isEmpty() ? "" : values.getFirst();
    }

    List<String> texts(final String name) {
        return query.getOrDefault(name, List.of());
    }

    /// As Docker reads them: everything is true that does not say no.
    boolean flag(final String name) {
        return !FALSE.contains(text(name).strip().toLowerCase(Locale.ROOT));
    }

    boolean flag(final String name, final boolean otherwise) {
        return query.containsKey(name) ? flag(name) : otherwise;
    }

    /// @throws EngineException it is there and no whole number
    Optional<Integer> number(final String name) {
        final String text = text(name);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Integer.parseInt(text));
        } catch (final NumberFormatException e) {
            throw new EngineException(Kind.INVALID, "invalid " + name + ": \"" + text + "\" is no whole number", e);
        }
    }

    Filters filters(final Set<String> known) {
        return Filters.parse(text("filters"), known);
    }

    /// The body as a document; an empty one is an empty object.
    Fields json() throws IOException {
        final byte[] bytes = body.readNBytes(MAXIMUM_JSON_BYTES + 1);
        if (bytes.length > MAXIMUM_JSON_BYTES) {
            throw new EngineException(Kind.INVALID, "request body is larger than " + MAXIMUM_JSON_BYTES + " bytes");
        }
        return Fields.parse(new String(bytes, StandardCharsets.UTF_8));
    }
}
