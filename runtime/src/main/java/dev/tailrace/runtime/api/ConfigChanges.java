package dev.tailrace.runtime.api;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import dev.tailrace.runtime.engine.ContainerConfig;
import dev.tailrace.runtime.engine.EngineException;
import dev.tailrace.runtime.engine.EngineException.Kind;
import dev.tailrace.runtime.image.ImageConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What `docker commit` and `docker import` say a new image is to do: `--change`, with the instructions of a Dockerfile
/// that do not run anything.
final class ConfigChanges {
    private ConfigChanges() {}

    static ImageConfig ofContainer(final ContainerConfig config) {
        return new ImageConfig(
                config.user(),
                config.environment(),
                config.entrypoint().orElse(List.of()),
                config.command(),
                config.workingDirectory(),
                config.exposedPorts(),
                config.volumes(),
                config.labels(),
                config.stopSignal(),
                config.healthCheck());
    }

    /// What `over` says wins.
    static ImageConfig override(final ImageConfig base, final ContainerConfig over) {
        final Map<String, String> labels = new LinkedHashMap<>(base.labels());
        labels.putAll(over.labels());
        return new ImageConfig(
                over.user().isEmpty() ? base.user() : over.user(),
                with(base.environment(), over.environment()),
                over.entrypoint().orElse(base.entrypoint()),
                over.command().isEmpty() ? base.command() : over.command(),
                over.workingDirectory().isEmpty() ? base.workingDirectory() : over.workingDirectory(),
                plus(base.exposedPorts(), over.exposedPorts()),
                plus(base.volumes(), over.volumes()),
                labels,
                over.stopSignal().or(base::stopSignal),
                over.healthCheck().or(base::healthCheck));
    }

    /// @throws EngineException for an instruction that is none of these
    static ImageConfig apply(final ImageConfig base, final List<String> changes) {
        ImageConfig config = base;
        for (final String change : changes) {
            if (!change.isBlank()) {
                config = apply(config, change.strip());
            }
        }
        return config;
    }

    private static ImageConfig apply(final ImageConfig base, final String change) {
        final String[] parts = change.split("\\s+", 2);
        final String rest = parts.length < 2 ? "" : parts[1].strip();
        final Map<String, ?> members = switch (parts[0].toUpperCase(Locale.ROOT)) {
            case "CMD" -> Map.of("Cmd", words(rest));
            case "ENTRYPOINT" -> Map.of("Entrypoint", words(rest));
            case "ENV" -> Map.of("Env", List.of(assignment(rest)));
            case "EXPOSE" -> Map.of("ExposedPorts", Json.set(List.of(rest.split("\\s+"))));
            case "LABEL" -> Map.of("Labels", label(assignment(rest)));
            case "USER" -> Map.of("User", rest);
            case "VOLUME" ->
                Map.of("Volumes", Json.set(rest.startsWith("[") ? words(rest) : List.of(rest.split("\\s+"))));
            case "WORKDIR" -> Map.of("WorkingDir", rest);
            case "STOPSIGNAL" -> Map.of("StopSignal", rest);
            default -> throw new EngineException(Kind.INVALID, parts[0] + " is not a valid change command");
        };
        return override(base, CreateReader.config(Fields.of(members)));
    }

    private static Map<String, String> label(final String assignment) {
        final int equals = assignment.indexOf('=');
        return Map.of(assignment.substring(0, equals), assignment.substring(equals + 1));
    }

    /// `["a","b"]`, or a line for the shell.
    private static List<String> words(final String text) {
        if (text.startsWith("[")) {
            try {
                final JsonArray array = JsonParser.array().from(text);
                final List<String> words = new ArrayList<>();
                array.forEach(word -> words.add(String.valueOf(word)));
                return words;
            } catch (final JsonParserException e) {
                throw new EngineException(Kind.INVALID, "invalid change: " + text, e);
            }
        }
        return List.of("/bin/sh", "-c", text);
    }

    /// `NAME=VALUE` or `NAME VALUE`, the value in quotes or not.
    private static String assignment(final String text) {
        final String joined = text.indexOf('=') > 0 ? text : text.replaceFirst("\\s+", "=");
        final int equals = joined.indexOf('=');
        if (equals < 1) {
            throw new EngineException(Kind.INVALID, "invalid change: " + text);
        }
        final String value = joined.substring(equals + 1);
        final boolean isQuoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        return joined.substring(0, equals + 1) + (isQuoted ? value.substring(1, value.length() - 1) : value);
    }

    private static List<String> with(final List<String> base, final List<String> over) {
        final Map<String, String> byName = new LinkedHashMap<>();
        for (final List<String> entries : List.of(base, over)) {
            for (final String entry : entries) {
                final int equals = entry.indexOf('=');
                byName.put(equals < 0 ? entry : entry.substring(0, equals), entry);
            }
        }
        return List.copyOf(byName.values());
    }

    private static List<String> plus(final List<String> base, final List<String> more) {
        final List<String> all = new ArrayList<>(base);
        more.stream().filter(one -> !all.contains(one)).forEach(all::add);
        return all;
    }
}
