package dev.tailrace.perf.matrix;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Reads profiles: JSON objects whose members are the components of [Profile].
public final class ProfileReader {
    /// Those that come with the program.
    public static final List<String> NAMES =
            List.of("smoke", "packets", "answers", "sandbox", "gate", "full", "containers", "runtime");

    private static final List<String> MEMBERS = List.of(
            "name",
            "description",
            "blocks",
            "referenceBlocks",
            "turns",
            "seconds",
            "warmupSeconds",
            "pin",
            "noiseCounts",
            "backends",
            "references",
            "cells");

    private ProfileReader() {}

    /// @param name of a profile that comes with the program, or a path to a file
    /// @throws IllegalArgumentException in one line, if there is none or something in it is wrong
    public static Profile load(final String name) {
        if (NAMES.contains(name)) {
            return parse(name, resource(name));
        }
        final Path file = Path.of(name);
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(
                    "no profile '%s': it is none of %s and no file".formatted(name, String.join(", ", NAMES)));
        }
        try {
            return parse(name, Files.readString(file));
        } catch (IOException failure) {
            throw new IllegalArgumentException(
                    "reading the profile %s: %s".formatted(name, failure.getMessage()), failure);
        }
    }

    private static String resource(final String name) {
        try (InputStream in = ProfileReader.class.getResourceAsStream("/profiles/" + name + ".json")) {
            if (in == null) {
                throw new IllegalStateException("the program came without its profile " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// @param name for messages
    static Profile parse(final String name, final String json) {
        try {
            return profile(JsonParser.object().from(json));
        } catch (JsonParserException malformed) {
            throw new IllegalArgumentException(
                    "profile %s, line %d: %s".formatted(name, malformed.getLinePosition(), malformed.getMessage()),
                    malformed);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("profile %s: %s".formatted(name, wrong.getMessage()), wrong);
        }
    }

    private static Profile profile(final JsonObject object) {
        for (final String key : object.keySet()) {
            if (!MEMBERS.contains(key)) {
                throw new IllegalArgumentException(
                        "'%s' is no member of a profile; there are %s".formatted(key, String.join(", ", MEMBERS)));
            }
        }
        final int blocks = number(object, "blocks");
        return new Profile(
                text(object, "name"),
                text(object, "description"),
                blocks,
                object.has("referenceBlocks") ? number(object, "referenceBlocks") : blocks,
                object.has("turns") ? number(object, "turns") : 1,
                number(object, "seconds"),
                number(object, "warmupSeconds"),
                flag(object, "pin", false),
                flag(object, "noiseCounts", true),
                entries(object, "backends", ProfileReader::backend),
                object.has("references") ? entries(object, "references", ProfileReader::backend) : List.of(),
                entries(object, "cells", Cell::parse));
    }

    private static String backend(final String id) {
        if (BackendIds.ALL.contains(id)) {
            return id;
        }
        throw new IllegalArgumentException(
                "no backend '%s'; there are %s".formatted(id, String.join("; ", BackendIds.ALL)));
    }

    /// Reads a list in which nothing may be twice, and says which entry is wrong.
    private static <T> List<T> entries(final JsonObject object, final String key, final Function<String, T> form) {
        final List<T> entries = new ArrayList<>();
        for (final String text : texts(object, key)) {
            final String place = "%s, entry %d".formatted(key, entries.size() + 1);
            final T entry;
            try {
                entry = form.apply(text);
            } catch (IllegalArgumentException wrong) {
                throw new IllegalArgumentException(place + ": " + wrong.getMessage(), wrong);
            }
            if (entries.contains(entry)) {
                throw new IllegalArgumentException("%s: '%s' is there twice".formatted(place, text));
            }
            entries.add(entry);
        }
        return entries;
    }

    private static String text(final JsonObject object, final String key) {
        if (object.get(key) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("'%s' is missing, or no text".formatted(key));
    }

    private static boolean flag(final JsonObject object, final String key, final boolean usual) {
        if (object.getOrDefault(key, usual) instanceof Boolean flag) {
            return flag;
        }
        throw new IllegalArgumentException("'%s' is neither true nor false".formatted(key));
    }

    private static int number(final JsonObject object, final String key) {
        if (object.get(key) instanceof Integer number) {
            return number;
        }
        throw new IllegalArgumentException("'%s' is missing, or no whole number".formatted(key));
    }

    private static List<String> texts(final JsonObject object, final String key) {
        if (object.get(key) instanceof JsonArray array && array.stream().allMatch(String.class::isInstance)) {
            return array.stream().map(String.class::cast).toList();
        }
        throw new IllegalArgumentException("'%s' is missing, or no list of texts".formatted(key));
    }
}
