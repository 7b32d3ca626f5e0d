package dev.tailrace.perf.result;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import java.util.Collection;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;

/// The form of a [RunRecord] in files, `run-v1.schema.json` among the resources: written here, read by [RunReader].
public final class RunJson {
    private RunJson() {}

    /// @return one document of many lines, with a line end
    public static String write(final RunRecord run) {
        final JsonObject document = JsonObject.builder()
                .value("schema", RunRecord.SCHEMA)
                .value("runId", run.runId())
                .value("kind", run.kind())
                .value("profile", run.profile())
                .value("seed", run.seed())
                .value("partial", run.partial())
                .value("startedAt", run.startedAt())
                .value("elapsedSeconds", run.elapsedSeconds())
                .value("verdict", run.verdict().name())
                .value("remarks", new JsonArray(run.remarks()))
                .value("source", source(run.source()))
                .object("settings", run.settings())
                .object("environment", run.environment())
                .value("backends", each(run.backends(), RunJson::backend))
                .value("comparisons", each(run.comparisons(), RunJson::comparison))
                .value("calibration", each(run.calibration(), RunJson::comparison))
                .value("starts", each(run.starts(), RunJson::start))
                .value("cells", each(run.cells(), RunJson::cell))
                .done();
        return JsonWriter.indent(" ").string().object(document).done() + "\n";
    }

    private static <T> JsonArray each(final Collection<T> values, final Function<T, JsonObject> form) {
        return new JsonArray(values.stream().map(form).toList());
    }

    private static JsonObject source(final Source source) {
        return JsonObject.builder()
                .value("commit", source.commit())
                .value("dirty", source.dirty())
                .value("baseline", source.baseline())
                .done();
    }

    private static JsonObject backend(final BackendIdentity backend) {
        return JsonObject.builder()
                .value("id", backend.id())
                .value("role", backend.role().name())
                .value("program", backend.program())
                .value("sha256", backend.sha256())
                .value("version", backend.version())
                .value("settings", backend.settings())
                .value("executable", backend.executable())
                .value("commandLine", backend.commandLine())
                .value("congestion", backend.congestion())
                .value("objections", new JsonArray(backend.objections()))
                .done();
    }

    private static JsonObject comparison(final Comparison comparison) {
        return JsonObject.builder()
                .value("cell", comparison.cell())
                .value("stage", comparison.stage())
                .value("metric", comparison.metric().key())
                .value("baseline", comparison.baseline())
                .value("candidate", comparison.candidate())
                .value("pairs", comparison.pairs())
                .value("ratio", comparison.ratio())
                .value("lower", comparison.lower())
                .value("upper", comparison.upper())
                .value("confidence", comparison.confidence())
                .value("verdict", comparison.verdict().name())
                .value("remark", comparison.remark())
                .done();
    }

    private static JsonObject start(final Start start) {
        final JsonObject object = JsonObject.builder()
                .value("backend", start.backend())
                .value("mtu", start.mtu())
                .value("block", start.block())
                .done();
        putIfPresent(object, "readyMs", start.readyMs());
        putIfPresent(object, "peakResidentBytes", start.peakResidentBytes());
        putIfPresent(object, "coldUpBitsPerSecond", start.coldUpBitsPerSecond());
        putIfPresent(object, "coldDownBitsPerSecond", start.coldDownBitsPerSecond());
        return object;
    }

    private static void putIfPresent(final JsonObject object, final String key, final OptionalDouble value) {
        value.ifPresent(present -> object.put(key, present));
    }

    private static JsonObject cell(final CellResult cell) {
        return JsonObject.builder()
                .value("cell", cell.cell().id())
                .value("stage", cell.stage())
                .value("blocks", each(cell.blocks(), RunJson::block))
                .done();
    }

    private static JsonObject block(final Block block) {
        final JsonObject samples = new JsonObject();
        block.samples().forEach((backend, sample) -> samples.put(backend, sample(sample)));
        return JsonObject.builder()
                .value("number", block.number())
                .value("order", new JsonArray(block.order()))
                .value("noise", noise(block.noise()))
                .value("objections", new JsonArray(block.objections()))
                .value("samples", samples)
                .done();
    }

    private static JsonObject noise(final Noise noise) {
        return JsonObject.builder()
                .value("steal", noise.steal())
                .value("foreign", noise.foreign())
                .value("idleBackends", noise.idleBackends())
                .value("pressure", noise.pressure())
                .value("load", noise.load())
                .done();
    }

    private static JsonObject sample(final Sample sample) {
        final JsonObject object = new JsonObject();
        putAll(object, sample.values());
        sample.failure().ifPresent(reason -> object.put("failure", reason));
        sample.histogram().ifPresent(histogram -> object.put("histogram", histogram));
        if (!sample.turns().isEmpty()) {
            object.put("turns", each(sample.turns(), turn -> putAll(new JsonObject(), turn)));
        }
        return object;
    }

    private static JsonObject putAll(final JsonObject object, final Map<Metric, Double> values) {
        values.forEach((metric, value) -> object.put(metric.key(), value));
        return object;
    }
}
