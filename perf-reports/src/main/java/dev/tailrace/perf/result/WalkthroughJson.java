package dev.tailrace.perf.result;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonWriter;
import java.util.List;

/// The form of a [Walkthrough] in a file.
public final class WalkthroughJson {
    private WalkthroughJson() {}

    /// @return one document of many lines, with a line end
    public static String write(final Walkthrough walkthrough) {
        final List<JsonObject> steps = walkthrough.steps().stream()
                .map(step -> JsonObject.builder()
                        .value("command", step.command())
                        .value("answer", step.answer())
                        .done())
                .toList();
        final List<JsonObject> bandwidths = walkthrough.bandwidths().stream()
                .map(each -> JsonObject.builder()
                        .value("path", each.path().name())
                        .value("driver", each.driver())
                        .value("gigabits", each.gigabits())
                        .done())
                .toList();
        final JsonObject document = JsonObject.builder()
                .value("steps", new JsonArray(steps))
                .value("bandwidths", new JsonArray(bandwidths))
                .done();
        return JsonWriter.indent(" ").string().object(document).done() + "\n";
    }

    /// @throws ResultException if it is none
    public static Walkthrough read(final String text) {
        try {
            final JsonObject document = JsonParser.object().from(text);
            return new Walkthrough(
                    document.getArray("steps").stream()
                            .map(JsonObject.class::cast)
                            .map(step -> new Walkthrough.Step(step.getString("command"), step.getString("answer")))
                            .toList(),
                    document.getArray("bandwidths").stream()
                            .map(JsonObject.class::cast)
                            .map(each -> new Walkthrough.Bandwidth(
                                    Walkthrough.Path.valueOf(each.getString("path")),
                                    each.getString("driver"),
                                    each.getDouble("gigabits")))
                            .toList());
        } catch (JsonParserException | RuntimeException malformed) {
            throw new ResultException("this is no walkthrough: " + malformed.getMessage(), malformed);
        }
    }
}
