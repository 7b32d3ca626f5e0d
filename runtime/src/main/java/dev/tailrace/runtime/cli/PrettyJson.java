package dev.tailrace.runtime.cli;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A document over several lines, as docker's client prints it: four spaces a level, a space behind each colon.
final class PrettyJson {
    private static final int STEP = 4;

    private final StringBuilder text = new StringBuilder();

    private PrettyJson() {}

    static String of(final Object document) {
        final PrettyJson pretty = new PrettyJson();
        pretty.add(document, 0);
        return pretty.text.toString();
    }

    private void add(final @Nullable Object value, final int indent) {
        if (value instanceof JsonObject object && !object.isEmpty()) {
            text.append('{');
            final Iterator<Map.Entry<String, Object>> members =
                    object.entrySet().iterator();
            while (members.hasNext()) {
                final Map.Entry<String, Object> member = members.next();
                newLine(indent + STEP);
                text.append(JsonWriter.string(member.getKey())).append(": ");
                add(member.getValue(), indent + STEP);
                text.append(members.hasNext() ? "," : "");
            }
            newLine(indent);
            text.append('}');
        } else if (value instanceof JsonArray array && !array.isEmpty()) {
            text.append('[');
            final Iterator<Object> elements = array.iterator();
            while (elements.hasNext()) {
                newLine(indent + STEP);
                add(elements.next(), indent + STEP);
                text.append(elements.hasNext() ? "," : "");
            }
            newLine(indent);
            text.append(']');
        } else {
            text.append(JsonWriter.string(value));
        }
    }

    private void newLine(final int indent) {
        text.append('\n').repeat(' ', indent);
    }
}
