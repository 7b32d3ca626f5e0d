package dev.tailrace.runtime.image;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the documents of an image, none of which is trusted: what has the wrong type is an [ImageException].
public final class Json {
    private Json() {}

    /// @param what names the document in errors
    public static JsonObject object(final byte[] bytes, final String what) {
        try {
            return JsonParser.object().from(new String(bytes, StandardCharsets.UTF_8));
        } catch (final JsonParserException | StackOverflowError e) {
            throw malformed(what, e);
        }
    }

    static JsonArray array(final byte[] bytes, final String what) {
        try {
            return JsonParser.array().from(new String(bytes, StandardCharsets.UTF_8));
        } catch (final JsonParserException | StackOverflowError e) {
            throw malformed(what, e);
        }
    }

    public static byte[] bytes(final Map<String, ?> object) {
        return JsonWriter.string(object).getBytes(StandardCharsets.UTF_8);
    }

    static byte[] bytes(final List<?> array) {
        return JsonWriter.string(array).getBytes(StandardCharsets.UTF_8);
    }

    /// Empty if it is not there.
    public static String text(final Map<String, Object> object, final String key) {
        return typed(object.get(key), String.class, "", key);
    }

    public static JsonObject object(final Map<String, Object> object, final String key) {
        return typed(object.get(key), JsonObject.class, new JsonObject(), key);
    }

    static boolean isTrue(final Map<String, Object> object, final String key) {
        return typed(object.get(key), Boolean.class, false, key);
    }

    public static List<String> texts(final Map<String, Object> object, final String key) {
        final Object value = object.get(key);
        if (value instanceof String one) {
            return List.of(one);
        }
        final List<String> texts = new ArrayList<>();
        for (final Object element : typed(value, JsonArray.class, new JsonArray(), key)) {
            texts.add(typed(element, String.class, "", key));
        }
        return texts;
    }

    public static List<JsonObject> objects(final Map<String, Object> object, final String key) {
        return objects(typed(object.get(key), JsonArray.class, new JsonArray(), key), key);
    }

    static List<JsonObject> objects(final JsonArray array, final String what) {
        final List<JsonObject> objects = new ArrayList<>();
        for (final Object element : array) {
            objects.add(typed(element, JsonObject.class, new JsonObject(), what));
        }
        return objects;
    }

    /// 1970 if it is not there or no time.
    static Instant time(final Map<String, Object> object, final String key) {
        final String text = text(object, key);
        try {
            return text.isEmpty() ? Instant.EPOCH : OffsetDateTime.parse(text).toInstant();
        } catch (final DateTimeException _) {
            return Instant.EPOCH;
        }
    }

    private static <T> T typed(final @Nullable Object value, final Class<T> type, final T otherwise, final String key) {
        if (value == null) {
            return otherwise;
        }
        if (!type.isInstance(value)) {
            throw new ImageException(
                    ImageException.Kind.INVALID, "corrupt image: \"" + key + "\" has a value of the wrong type");
        }
        return type.cast(value);
    }

    private static ImageException malformed(final String what, final Throwable cause) {
        return new ImageException(ImageException.Kind.INVALID, "corrupt archive: " + what + " is not JSON", cause);
    }
}
