package dev.tailrace.runtime.cli;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The part of Go's templates (package text/template) that people use with `--format`: `{{.A.B}}`, `{{.}}`,
/// `{{json .A}}`, `{{index .A "b"}}`, `{{len .A}}`, `{{range .A}}...{{end}}`, and `{{range $key, $value := .A}}` with
/// `{{$key}}` and `{{$value.B}}`.
final class Template {
    private static final Pattern ACTION = Pattern.compile("\\{\\{-?\\s*(.*?)\\s*-?}}", Pattern.DOTALL);
    private static final Pattern WORD = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"|`([^`]*)`|(\\S+)");
    private static final Pattern LOOP = Pattern.compile("range\\s+(?:(\\$\\w+)\\s*,\\s*(\\$\\w+)\\s*:=\\s*)?(\\S.*)");
    private static final Pattern PATH = Pattern.compile("(\\$\\w+)?(\\.|(?:\\.\\w+)*)");

    private final List<Part> parts = new ArrayList<>();

    /// A piece of the text that is made.
    private interface Part {
        void append(StringBuilder text, Scope scope);
    }

    /// What names mean.
    ///
    /// @param dot the value of `.`
    private record Scope(@Nullable Object dot, Map<String, Object> variables) {}

    private Template() {}

    /// @throws CommandException for what is none of the above
    static Template parse(final String text) {
        final Matcher actions = ACTION.matcher(text);
        final Template template = new Template();
        final int end = template.parse(text, actions, 0, false);
        template.parts.add((out, scope) -> out.append(text, end, text.length()));
        return template;
    }

    /// The text for a document.
    String apply(final Object document) {
        final StringBuilder text = new StringBuilder();
        append(text, new Scope(document, Map.of()));
        return text.toString();
    }

    /// @return where the text after the last action begins
    private int parse(final String text, final Matcher actions, final int from, final boolean isLoop) {
        int position = from;
        while (actions.find()) {
            final int start = position;
            final int stop = actions.start();
            parts.add((out, scope) -> out.append(text, start, stop));
            position = actions.end();
            final String action = actions.group(1);
            final Matcher loop = LOOP.matcher(action);
            if (isLoop && action.equals("end")) {
                return position;
            } else if (loop.matches()) {
                final Template body = new Template();
                position = body.parse(text, actions, position, true);
                addLoop(loop.group(1), loop.group(2), words(loop.group(3)), body);
            } else {
                final List<String> words = words(action);
                value(words, new Scope(null, Map.of())); // says now what is unknown
                parts.add((out, scope) -> out.append(show(value(words, scope))));
            }
        }
        if (isLoop) {
            throw new CommandException(ExitCode.FAILURE, "template: {{range}} without {{end}}");
        }
        return position;
    }

    private void addLoop(
            final @Nullable String key, final @Nullable String element, final List<String> words, final Template body) {
        parts.add((out, scope) -> {
            final Object value = value(words, scope);
            final Map<?, ?> entries = value instanceof JsonObject object ? object : numbered(value);
            entries.forEach((name, each) -> body.append(
                    out,
                    new Scope(
                            each,
                            key == null || element == null || each == null
                                    ? scope.variables
                                    : Map.of(key, String.valueOf(name), element, each))));
        });
    }

    private static Map<?, ?> numbered(final @Nullable Object value) {
        final JsonObject entries = new JsonObject();
        if (value instanceof JsonArray array) {
            array.forEach(each -> entries.put(Integer.toString(entries.size()), each));
        }
        return entries;
    }

    private void append(final StringBuilder text, final Scope scope) {
        parts.forEach(part -> part.append(text, scope));
    }

    private static List<String> words(final String action) {
        final List<String> words = new ArrayList<>();
        final Matcher matcher = WORD.matcher(action);
        while (matcher.find()) {
            words.add(matcher.group());
        }
        return words;
    }

    private static @Nullable Object value(final List<String> words, final Scope scope) {
        final String first = words.isEmpty() ? "" : words.getFirst();
        if (words.size() == 1) {
            return path(first, scope);
        } else if (first.equals("json") && words.size() == 2) {
            return JsonWriter.string(path(words.get(1), scope));
        } else if (first.equals("len") && words.size() == 2) {
            final Object value = path(words.get(1), scope);
            return value instanceof JsonObject object
                    ? object.size()
                    : value instanceof JsonArray array
                            ? array.size()
                            : show(value).length();
        } else if (first.equals("index") && words.size() > 2) {
            Object value = path(words.get(1), scope);
            for (final String key : words.subList(2, words.size())) {
                value = member(value, key.replaceAll("^[\"`]|[\"`]$", ""));
            }
            return value;
        }
        throw unknown(String.join(" ", words));
    }

    private static @Nullable Object path(final String path, final Scope scope) {
        final Matcher matcher = PATH.matcher(path);
        if (path.isEmpty() || !matcher.matches()) {
            throw unknown(path);
        }
        Object value = matcher.group(1) == null ? scope.dot : scope.variables.get(matcher.group(1));
        for (final String name : matcher.group(2).split("\\.")) {
            if (!name.isEmpty()) {
                value = member(value, name);
            }
        }
        return value;
    }

    private static @Nullable Object member(final @Nullable Object value, final String name) {
        if (value instanceof JsonArray array) {
            return name.matches("[0-9]{1,9}") ? array.get(Integer.parseInt(name)) : null;
        }
        return value instanceof JsonObject object ? object.get(name) : null;
    }

    /// As Go prints it, nearly: composite values as JSON.
    private static String show(final @Nullable Object value) {
        if (value == null) {
            return "<no value>";
        }
        return value instanceof JsonObject || value instanceof JsonArray ? JsonWriter.string(value) : value.toString();
    }

    private static CommandException unknown(final String action) {
        return new CommandException(
                ExitCode.FAILURE,
                "template: {{" + action + "}} is not known: there is {{.A.B}}, json, index, len, and range with end");
    }
}
