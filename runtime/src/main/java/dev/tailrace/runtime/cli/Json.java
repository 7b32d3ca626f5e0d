package dev.tailrace.runtime.cli;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Reads documents in which Go's programs write `null` for what is empty.
final class Json {
    private Json() {}

    static JsonObject object(final JsonObject in, final String name) {
        return in.get(name) instanceof JsonObject object ? object : new JsonObject();
    }

    static JsonArray array(final JsonObject in, final String name) {
        return in.get(name) instanceof JsonArray array ? array : new JsonArray();
    }

    static String text(final JsonObject in, final String name) {
        final Object value = in.get(name);
        return value == null ? "" : value.toString();
    }

    static List<String> texts(final JsonObject in, final String name) {
        return array(in, name).stream().map(String::valueOf).toList();
    }

    static List<JsonObject> objects(final JsonArray array) {
        final List<JsonObject> objects = new ArrayList<>();
        for (final Object element : array) {
            if (element instanceof JsonObject object) {
                objects.add(object);
            }
        }
        return objects;
    }

    /// An array of texts.
    static JsonArray arrayOf(final List<String> texts) {
        return new JsonArray(texts);
    }

    /// `{"NAME":{}}` for each name.
    static JsonObject setOf(final Iterable<String> names) {
        final JsonObject set = new JsonObject();
        names.forEach(name -> set.put(name, new JsonObject()));
        return set;
    }

    static JsonObject objectOf(final Map<String, String> members) {
        return new JsonObject(members);
    }
}
