package dev.tailrace.perf.report;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import dev.tailrace.perf.model.Footprint;
import dev.tailrace.perf.model.Identity;
import dev.tailrace.perf.model.Results;
import dev.tailrace.perf.model.Sample;
import dev.tailrace.perf.model.Series;
import dev.tailrace.perf.model.Spread;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Function;

/// The results for programs, with every run.
public final class JsonReport {
    private static final int SCHEMA = 1;

    private JsonReport() {}

    public static String of(final Results results) {
        final JsonObject report = JsonObject.builder()
                .value("schema", SCHEMA)
                .object("environment", results.environment())
                .object("greeting", results.greeting())
                .array("backends", each(results.backends(), JsonReport::backend))
                .array("series", each(results.series(), series -> series(results, series)))
                .array("footprints", each(results.footprints(), JsonReport::footprint))
                .done();
        return JsonWriter.indent("  ").string().object(report).done() + "\n";
    }

    private static <T> JsonArray each(final Collection<T> values, final Function<T, JsonObject> form) {
        return new JsonArray(values.stream().map(form).toList());
    }

    private static JsonObject backend(final Identity backend) {
        return JsonObject.builder()
                .value("id", backend.id())
                .value("role", backend.role().name())
                .value("program", backend.program())
                .value("version", backend.version())
                .value("settings", backend.settings())
                .done();
    }

    private static JsonObject series(final Results results, final Series series) {
        return JsonObject.builder()
                .value("backend", series.backend())
                .value("mtu", series.cell().mtu())
                .value("direction", series.cell().direction().label())
                .value("gigabitsPerSecond", spread(series.spread(Sample::gigabitsPerSecond)))
                .value("ratio", spread(results.ratio(series.backend(), series.cell())))
                .value("cpuSecondsPerGib", spread(series.spread(Sample::cpuSecondsPerGib)))
                .array("samples", each(series.samples(), JsonReport::sample))
                .array("failures", series.failures())
                .done();
    }

    /// An empty object for nothing.
    private static JsonObject spread(final Optional<Spread> spread) {
        return spread.map(each -> JsonObject.builder()
                        .value("median", each.median())
                        .value("min", each.min())
                        .value("max", each.max())
                        .value("count", each.count())
                        .done())
                .orElseGet(JsonObject::new);
    }

    private static JsonObject sample(final Sample sample) {
        return JsonObject.builder()
                .value("run", sample.run())
                .value("receivedBytes", sample.receivedBytes())
                .value("seconds", sample.seconds())
                .value("retransmits", sample.retransmits())
                .value("cpuSeconds", sample.cpuSeconds())
                .done();
    }

    private static JsonObject footprint(final Footprint footprint) {
        return JsonObject.builder()
                .value("backend", footprint.backend())
                .value("mtu", footprint.mtu())
                .value("readyMs", footprint.readyMs())
                .value("peakResidentBytes", footprint.peakResidentBytes())
                .value("executable", footprint.executable())
                .done();
    }
}
