package dev.tailrace.perf.traffic;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Programs;
import java.time.Duration;

/// What a client of our own says at its end: one JSON object, or why there is none.
final class OwnReport {
    private OwnReport() {}

    /// Waits for the end of a client.
    ///
    /// @param name of it, for messages
    static JsonObject of(final Process client, final String name, final Duration allowed) {
        final Programs.Ending ending = Programs.await(client, name, allowed);
        if (ending.status() != 0) {
            throw new LabException(Programs.quote(ending.text()));
        }
        try {
            return JsonParser.object().from(ending.text());
        } catch (JsonParserException malformed) {
            throw new LabException("%s wrote no report (%s)".formatted(name, Programs.quote(ending.text())), malformed);
        }
    }
}
