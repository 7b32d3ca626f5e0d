package dev.tailrace.perf.engine;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Programs;
import java.nio.charset.StandardCharsets;

/// What the engine answered.
///
/// @param request that it is the answer to, for messages
public record Answer(String request, int status, byte[] body) {
    private static final int FIRST_FAILURE = 400;

    /// @throws LabException in one line, if it is a refusal
    Answer succeeded() {
        if (status >= FIRST_FAILURE) {
            throw new LabException("%s: status %d: %s".formatted(request, status, Programs.quote(text())));
        }
        return this;
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8).strip();
    }

    /// @throws LabException in one line, if it is no JSON object
    public JsonObject object() {
        try {
            return JsonParser.object().from(text());
        } catch (JsonParserException malformed) {
            throw new LabException("%s: no object: %s".formatted(request, Programs.quote(text())), malformed);
        }
    }
}
