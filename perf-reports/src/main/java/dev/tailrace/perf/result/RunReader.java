package dev.tailrace.perf.result;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import dev.tailrace.perf.matrix.Cell;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/// Reads what [RunJson] wrote. Members that it does not know are passed over; one that is missing or of another type
/// is an error.
public final class RunReader {
    private RunReader() {}

    /// @throws ResultException if the text is no whole document of this form; the message is one line
    public static RunRecord read(final String text) {
        try {
            return run(JsonParser.object().from(text));
        } catch (JsonParserException malformed) {
            throw new ResultException("not a whole JSON document (%s)".formatted(malformed.getMessage()), malformed);
        } catch (ClassCastException | IllegalArgumentException | NullPointerException unexpected) {
            throw new ResultException("not of the form of a run (%s)".formatted(unexpected.getMessage()), unexpected);
        }
    }

    private static RunRecord run(final JsonObject document) {
        final int schema = integer(document, "schema");
        if (schema != RunRecord.SCHEMA) {
            throw new ResultException(
                    "of schema %d, and this version reads schema %d".formatted(schema, RunRecord.SCHEMA));
        }
        return new RunRecord(
                text(document, "runId"),
                text(document, "kind"),
                text(document, "profile"),
                number(document, "seed").longValue(),
                flag(document, "partial"),
                text(document, "startedAt"),
                number(document, "elapsedSeconds").longValue(),
                source(object(document, "source")),
                facts(document, "settings"),
                facts(document, "environment"),
                each(document, "backends", RunReader::backend),
                each(document, "starts", RunReader::start),
                each(document, "cells", RunReader::cell),
                each(document, "comparisons", RunReader::comparison),
                each(document, "calibration", RunReader::comparison),
                Verdict.valueOf(text(document, "verdict")),
                texts(document, "remarks"));
    }

    private static Source source(final JsonObject source) {
        return new Source(text(source, "commit"), flag(source, "dirty"), text(source, "baseline"));
    }

    private static BackendIdentity backend(final JsonObject backend) {
        return new BackendIdentity(
                text(backend, "id"),
                BackendIdentity.Role.valueOf(text(backend, "role")),
                text(backend, "program"),
                text(backend, "sha256"),
                text(backend, "version"),
                text(backend, "settings"),
                text(backend, "executable"),
                text(backend, "commandLine"),
                text(backend, "congestion"),
                texts(backend, "objections"));
    }

    private static Start start(final JsonObject start) {
        return new Start(
                text(start, "backend"),
                integer(start, "mtu"),
                integer(start, "block"),
                optional(start, "readyMs"),
                optional(start, "peakResidentBytes"),
                optional(start, "coldUpBitsPerSecond"),
                optional(start, "coldDownBitsPerSecond"));
    }

    private static CellResult cell(final JsonObject cell) {
        return new CellResult(
                Cell.parse(text(cell, "cell")), text(cell, "stage"), each(cell, "blocks", RunReader::block));
    }

    private static Block block(final JsonObject block) {
        final Map<String, Sample> samples = new LinkedHashMap<>();
        object(block, "samples").forEach((backend, sample) -> samples.put(backend, sample((JsonObject) sample)));
        return new Block(
                integer(block, "number"),
                texts(block, "order"),
                noise(object(block, "noise")),
                texts(block, "objections"),
                samples);
    }

    private static Noise noise(final JsonObject noise) {
        return new Noise(
                number(noise, "steal").doubleValue(),
                number(noise, "foreign").doubleValue(),
                number(noise, "idleBackends").doubleValue(),
                number(noise, "pressure").doubleValue(),
                number(noise, "load").doubleValue());
    }

    private static Sample sample(final JsonObject sample) {
        return new Sample(
                values(sample),
                Optional.ofNullable(sample.getString("failure", null)),
                Optional.ofNullable(sample.getString("histogram", null)),
                sample.has("turns") ? each(sample, "turns", RunReader::values) : List.of());
    }

    private static Map<Metric, Double> values(final JsonObject sample) {
        final Map<Metric, Double> values = new EnumMap<>(Metric.class);
        for (final Metric metric : Metric.values()) {
            optional(sample, metric.key()).ifPresent(value -> values.put(metric, value));
        }
        return values;
    }

    private static Comparison comparison(final JsonObject comparison) {
        final String key = text(comparison, "metric");
        return new Comparison(
                text(comparison, "cell"),
                text(comparison, "stage"),
                Metric.ofKey(key).orElseThrow(() -> new ResultException("no metric is called " + key)),
                text(comparison, "baseline"),
                text(comparison, "candidate"),
                integer(comparison, "pairs"),
                number(comparison, "ratio").doubleValue(),
                number(comparison, "lower").doubleValue(),
                number(comparison, "upper").doubleValue(),
                number(comparison, "confidence").doubleValue(),
                Verdict.valueOf(text(comparison, "verdict")),
                text(comparison, "remark"));
    }

    private static <T> T member(final JsonObject object, final String key, final Class<T> type) {
        final Object value = object.get(key);
        if (!type.isInstance(value)) {
            throw new ResultException(
                    "not of the form of a run: '%s' is %s".formatted(key, value == null ? "missing" : "wrong"));
        }
        return type.cast(value);
    }

    private static String text(final JsonObject object, final String key) {
        return member(object, key, String.class);
    }

    private static boolean flag(final JsonObject object, final String key) {
        return member(object, key, Boolean.class);
    }

    private static Number number(final JsonObject object, final String key) {
        return member(object, key, Number.class);
    }

    private static int integer(final JsonObject object, final String key) {
        return number(object, key).intValue();
    }

    private static JsonObject object(final JsonObject object, final String key) {
        return member(object, key, JsonObject.class);
    }

    private static OptionalDouble optional(final JsonObject object, final String key) {
        return object.has(key) ? OptionalDouble.of(number(object, key).doubleValue()) : OptionalDouble.empty();
    }

    private static <T> List<T> each(final JsonObject object, final String key, final Function<JsonObject, T> form) {
        return member(object, key, JsonArray.class).stream()
                .map(JsonObject.class::cast)
                .map(form)
                .toList();
    }

    private static List<String> texts(final JsonObject object, final String key) {
        return member(object, key, JsonArray.class).stream()
                .map(String.class::cast)
                .toList();
    }

    private static Map<String, String> facts(final JsonObject object, final String key) {
        final Map<String, String> facts = new LinkedHashMap<>();
        object(object, key).forEach((name, value) -> facts.put(name, String.valueOf(value)));
        return facts;
    }
}
