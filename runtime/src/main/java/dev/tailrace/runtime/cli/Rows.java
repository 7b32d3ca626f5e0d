package dev.tailrace.runtime.cli;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import java.util.List;

/// Rows of a list by `--format`.
final class Rows {
    private Rows() {}

    /// @param format `json`, or a template, which docker's client has say `table` and a tab, too
    static void print(final String format, final List<JsonObject> rows, final Console console) {
        if (format.equals("json")) {
            rows.forEach(row -> console.out().println(JsonWriter.string(row)));
            return;
        }
        final Template template = Template.parse(
                (format.startsWith("table ") ? format.substring("table ".length()) : format).replace("\\t", "\t"));
        rows.forEach(row -> console.out().println(template.apply(row)));
    }
}
