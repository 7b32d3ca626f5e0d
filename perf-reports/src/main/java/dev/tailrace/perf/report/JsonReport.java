package dev.tailrace.perf.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.tailrace.perf.model.Footprint;
import dev.tailrace.perf.model.Identity;
import dev.tailrace.perf.model.Results;
import dev.tailrace.perf.model.Sample;
import dev.tailrace.perf.model.Series;
import dev.tailrace.perf.model.Spread;
import java.util.Map;
import java.util.Optional;

/// The results for programs, with every run.
public final class JsonReport {
    private static final int SCHEMA = 1;
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private JsonReport() {}

    public static String of(final Results results) {
        final JsonObject report = new JsonObject();
        report.addProperty("schema", SCHEMA);
        report.add("environment", facts(results.environment()));
        report.add("greeting", facts(results.greeting()));
        report.add("backends", backends(results));
        report.add("series", series(results));
        report.add("footprints", footprints(results));
        return GSON.toJson(report) + "\n";
    }

    private static JsonObject facts(final Map<String, String> facts) {
        final JsonObject object = new JsonObject();
        facts.forEach(object::addProperty);
        return object;
    }

    private static JsonArray backends(final Results results) {
        final JsonArray array = new JsonArray();
        for (final Identity backend : results.backends()) {
            final JsonObject object = new JsonObject();
            object.addProperty("id", backend.id());
            object.addProperty("role", backend.role().name());
            object.addProperty("program", backend.program());
            object.addProperty("version", backend.version());
            object.addProperty("settings", backend.settings());
            array.add(object);
        }
        return array;
    }

    private static JsonArray series(final Results results) {
        final JsonArray array = new JsonArray();
        for (final Series series : results.series()) {
            final JsonObject object = new JsonObject();
            object.addProperty("backend", series.backend());
            object.addProperty("mtu", series.cell().mtu());
            object.addProperty("direction", series.cell().direction().label());
            object.add("gigabitsPerSecond", spread(series.spread(Sample::gigabitsPerSecond)));
            object.add("ratio", spread(results.ratio(series.backend(), series.cell())));
            object.add("cpuSecondsPerGib", spread(series.spread(Sample::cpuSecondsPerGib)));
            object.add("samples", GSON.toJsonTree(series.samples()));
            object.add("failures", GSON.toJsonTree(series.failures()));
            array.add(object);
        }
        return array;
    }

    private static JsonElement spread(final Optional<Spread> spread) {
        return GSON.toJsonTree(spread.orElse(null));
    }

    private static JsonArray footprints(final Results results) {
        final JsonArray array = new JsonArray();
        for (final Footprint footprint : results.footprints()) {
            array.add(GSON.toJsonTree(footprint));
        }
        return array;
    }
}
