package dev.tailrace.runtime.api;

import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import dev.tailrace.runtime.engine.EngineException;
import dev.tailrace.runtime.engine.EngineException.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A JSON object as Go's decoder reads it: names in any case, null as if it were not there, the unknown ignored.
///
/// Accessors throw [EngineException] for a value of another type.
final class Fields {
    static final Fields EMPTY = new Fields(Map.of());

    /// The parser is recursive; no request is nested half as deep.
    private static final int MAXIMUM_DEPTH = 64;

    private final Map<String, Object> byLowerCase = new LinkedHashMap<>();
    private final Map<String, Object> asGiven = new LinkedHashMap<>();

    private Fields(final Map<?, ?> object) {
        object.forEach((key, value) -> {
            if (value != null) {
                byLowerCase.put(String.valueOf(key).toLowerCase(Locale.ROOT), value);
                asGiven.put(String.valueOf(key), value);
            }
        });
    }

    /// @param json empty for an empty object
    static Fields parse(final String json) {
        if (json.isBlank() || json.strip().equals("null")) {
            return EMPTY;
        }
        requireShallow(json);
        try {
            return new Fields(JsonParser.object().from(json));
        } catch (final JsonParserException e) {
            throw new EngineException(Kind.INVALID, "invalid JSON: " + e.getMessage(), e);
        }
    }

    /// An object of our own making.
    static Fields of(final Map<String, ?> members) {
        return new Fields(members);
    }

    boolean has(final String name) {
        return value(name) != null;
    }

    String string(final String name) {
        final Object value = value(name);
        return value == null ? "" : string(name, value);
    }

    boolean bool(final String name) {
        return optionalBool(name).orElse(false);
    }

    Optional<Boolean> optionalBool(final String name) {
        final Object value = value(name);
        if (value != null && !(value instanceof Boolean)) {
            throw wrong(name, "a boolean");
        }
        return Optional.ofNullable((Boolean) value);
    }

    /// 0 if absent.
    long number(final String name) {
        return optionalNumber(name).orElse(0L);
    }

    Optional<Long> optionalNumber(final String name) {
        final Object value = value(name);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof final Number number && number.doubleValue() == Math.rint(number.doubleValue())) {
            return Optional.of(number.longValue());
        }
        throw wrong(name, "a whole number");
    }

    /// A list; also of one word that stands there alone.
    List<String> strings(final String name) {
        final Object value = value(name);
        if (value instanceof final String single) {
            return List.of(single);
        }
        final List<String> strings = new ArrayList<>();
        for (final Object element : list(name, value)) {
            strings.add(string(name, element));
        }
        return strings;
    }

    List<Long> numbers(final String name) {
        final List<Long> numbers = new ArrayList<>();
        for (final Object element : list(name, value(name))) {
            if (!(element instanceof final Number number)) {
                throw wrong(name, "a list of numbers");
            }
            numbers.add(number.longValue());
        }
        return numbers;
    }

    Fields object(final String name) {
        final Object value = value(name);
        return value == null ? EMPTY : object(name, value);
    }

    List<Fields> objects(final String name) {
        final List<Fields> objects = new ArrayList<>();
        for (final Object element : list(name, value(name))) {
            objects.add(object(name, element));
        }
        return objects;
    }

    /// What the members are called, as they were written.
    List<String> names() {
        return List.copyOf(asGiven.keySet());
    }

    /// The members, all strings.
    Map<String, String> stringMap() {
        final Map<String, String> map = new LinkedHashMap<>();
        asGiven.forEach((name, value) -> map.put(name, string(name, value)));
        return map;
    }

    /// The members, each a list of objects.
    Map<String, List<Fields>> objectLists() {
        final Map<String, List<Fields>> map = new LinkedHashMap<>();
        asGiven.forEach((name, value) -> {
            final List<Fields> objects = new ArrayList<>();
            list(name, value).forEach(element -> objects.add(object(name, element)));
            map.put(name, objects);
        });
        return map;
    }

    /// A member as it was written.
    @Nullable
    Object raw(final String nameAsGiven) {
        return asGiven.get(nameAsGiven);
    }

    private @Nullable Object value(final String name) {
        return byLowerCase.get(name.toLowerCase(Locale.ROOT));
    }

    private static List<?> list(final String name, final @Nullable Object value) {
        if (value == null) {
            return List.of();
        }
        if (value instanceof final List<?> list) {
            return list;
        }
        throw wrong(name, "a list");
    }

    private static Fields object(final String name, final @Nullable Object value) {
        if (value == null) {
            return EMPTY;
        }
        if (value instanceof final Map<?, ?> map) {
            return new Fields(map);
        }
        throw wrong(name, "an object");
    }

    private static String string(final String name, final @Nullable Object value) {
        if (value instanceof final String string) {
            return string;
        }
        throw wrong(name, "a string");
    }

    private static EngineException wrong(final String name, final String what) {
        return new EngineException(Kind.INVALID, "invalid JSON: " + name + " has to be " + what);
    }

    private static void requireShallow(final String json) {
        int depth = 0;
        boolean isInString = false;
        for (int i = 0; i < json.length(); i++) {
            final char c = json.charAt(i);
            if (isInString) {
                if (c == '\\') {
                    i++;
                } else if (c == '"') {
                    isInString = false;
                }
            } else if (c == '"') {
                isInString = true;
            } else if (c == '{' || c == '[') {
                if (++depth > MAXIMUM_DEPTH) {
                    throw new EngineException(Kind.INVALID, "invalid JSON: nested too deep");
                }
            } else if (c == '}' || c == ']') {
                depth--;
            }
        }
    }
}
