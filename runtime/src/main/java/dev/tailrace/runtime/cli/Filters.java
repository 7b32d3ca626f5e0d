package dev.tailrace.runtime.cli;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import java.util.List;

/// `--filter NAME=VALUE` as the API takes it.
final class Filters {
    private Filters() {}

    /// `{"NAME":["VALUE"]}`, or empty.
    static String json(final List<String> filters) {
        final JsonObject all = new JsonObject();
        for (final String filter : filters) {
            final int equals = filter.indexOf('=');
            if (equals < 1) {
                throw new CommandException(ExitCode.ENGINE, "--filter " + filter + " is no NAME=VALUE");
            }
            final String name = filter.substring(0, equals);
            ((JsonArray) all.computeIfAbsent(name, key -> new JsonArray())).add(filter.substring(equals + 1));
        }
        return all.isEmpty() ? "" : JsonWriter.string(all);
    }
}
