package dev.tailrace.runtime.state;

import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonWriter;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// A record to JSON and back. Components are records, texts, numbers, truth values, enums, times, options, lists, and
/// maps by text. A member that is missing is an empty text, option, list, map or record, 0 or false.
public final class RecordJson {
    private RecordJson() {}

    /// The document of a record, in UTF-8.
    public static byte[] bytes(final Record value) {
        return JsonWriter.string(json(value)).getBytes(StandardCharsets.UTF_8);
    }

    /// @throws IOException it is no such document
    public static <T extends Record> T read(final byte[] document, final Class<T> type) throws IOException {
        try {
            return type.cast(value(type, JsonParser.object().from(new String(document, StandardCharsets.UTF_8))));
        } catch (final JsonParserException | ClassCastException | IllegalArgumentException e) {
            throw new IOException("no document of " + type.getSimpleName() + ": " + e.getMessage(), e);
        }
    }

    /// Null for an empty option.
    private static @Nullable Object json(final @Nullable Object value) {
        return switch (value) {
            case final Record inner -> {
                final Map<String, @Nullable Object> object = new LinkedHashMap<>();
                for (final RecordComponent component : inner.getClass().getRecordComponents()) {
                    final Object member = json(component(inner, component));
                    if (member != null) {
                        object.put(component.getName(), member);
                    }
                }
                yield object;
            }
            case final Optional<?> option -> json(option.orElse(null));
            case final OptionalInt option -> option.isPresent() ? (Object) option.getAsInt() : null;
            case final OptionalLong option -> option.isPresent() ? (Object) option.getAsLong() : null;
            case final List<?> list -> list.stream().map(RecordJson::json).toList();
            case final Map<?, ?> map -> {
                final Map<String, @Nullable Object> object = new LinkedHashMap<>();
                map.forEach((key, member) -> object.put((String) key, json(member)));
                yield object;
            }
            case final Enum<?> constant -> constant.name();
            case final Instant time -> time.toString();
            case null -> null;
            case final String text -> text;
            case final Number number -> number;
            case final Boolean truth -> truth;
            default -> throw new IllegalStateException("no JSON of a " + value.getClass());
        };
    }

    private static Object component(final Record value, final RecordComponent component) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(value);
        } catch (final IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("component " + component, e);
        }
    }

    private static Object value(final Type type, final @Nullable Object json) {
        if (type instanceof final ParameterizedType generic) {
            return collection(generic, json);
        }
        final Class<?> wanted = (Class<?>) type;
        if (wanted.isRecord()) {
            return record(wanted, json == null ? Map.of() : (Map<?, ?>) json);
        }
        if (wanted == OptionalInt.class) {
            return json == null ? OptionalInt.empty() : OptionalInt.of(((Number) json).intValue());
        }
        if (wanted == OptionalLong.class) {
            return json == null ? OptionalLong.empty() : OptionalLong.of(((Number) json).longValue());
        }
        if (wanted.isEnum()) {
            return constant(wanted, json);
        }
        return simple(wanted, json);
    }

    private static Object simple(final Class<?> wanted, final @Nullable Object json) {
        if (wanted == String.class) {
            return json == null ? "" : (String) json;
        }
        if (wanted == boolean.class || wanted == Boolean.class) {
            return json != null && (Boolean) json;
        }
        if (wanted == Instant.class) {
            return json == null ? Instant.EPOCH : Instant.parse((String) json);
        }
        final Number number = json == null ? Integer.valueOf(0) : (Number) json;
        if (wanted == int.class || wanted == Integer.class) {
            return number.intValue();
        }
        if (wanted == long.class || wanted == Long.class) {
            return number.longValue();
        }
        if (wanted == double.class || wanted == Double.class) {
            return number.doubleValue();
        }
        throw new IllegalArgumentException("no " + wanted + " in JSON");
    }

    private static Object collection(final ParameterizedType type, final @Nullable Object json) {
        final Type[] arguments = type.getActualTypeArguments();
        if (type.getRawType() == Optional.class) {
            return json == null ? Optional.empty() : Optional.of(value(arguments[0], json));
        }
        if (type.getRawType() == List.class) {
            final List<Object> list = new ArrayList<>();
            for (final Object member : json == null ? List.of() : (List<?>) json) {
                list.add(value(arguments[0], member));
            }
            return list;
        }
        if (type.getRawType() == Map.class) {
            final Map<String, Object> map = new LinkedHashMap<>();
            (json == null ? Map.of() : (Map<?, ?>) json)
                    .forEach((key, member) -> map.put((String) key, value(arguments[1], member)));
            return map;
        }
        throw new IllegalArgumentException("no " + type + " in JSON");
    }

    private static Object constant(final Class<?> type, final @Nullable Object json) {
        for (final Object constant : type.getEnumConstants()) {
            if (((Enum<?>) constant).name().equals(json)) {
                return constant;
            }
        }
        throw new IllegalArgumentException(json + " is no " + type.getSimpleName());
    }

    private static Object record(final Class<?> type, final Map<?, ?> json) {
        final RecordComponent[] components = type.getRecordComponents();
        final Class<?>[] types = new Class<?>[components.length];
        final Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            values[i] = value(components[i].getGenericType(), json.get(components[i].getName()));
        }
        try {
            final Constructor<?> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (final ReflectiveOperationException e) {
            throw new IllegalArgumentException("cannot make a " + type.getSimpleName() + ": " + e.getCause(), e);
        }
    }
}
