package dev.tailrace.runtime.image;

import com.grack.nanojson.JsonObject;
import dev.tailrace.runtime.image.Image.History;
import dev.tailrace.runtime.storage.Digests;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The configuration of an image as the bytes that name it (OCI image specification, config.md, and what Docker adds).
public final class ImageDocument {
    private static final Set<String> KEPT = Set.of("Healthcheck", "Shell");

    private final String id;
    private final JsonObject json;

    /// @throws ImageException if it is none
    public ImageDocument(final byte[] bytes) {
        this.id = Digests.of(bytes);
        this.json = Json.object(bytes, "the configuration of the image");
        layers().forEach(layer -> {
            if (!Digests.isDigest(layer)) {
                throw new ImageException(
                        ImageException.Kind.INVALID, "corrupt image: " + layer + " is no sha256 digest of a layer");
            }
        });
        if (!Json.object(json, "rootfs").containsKey("diff_ids")) {
            throw new ImageException(
                    ImageException.Kind.INVALID, "corrupt image: its configuration lists no layers (rootfs.diff_ids)");
        }
    }

    public String id() {
        return id;
    }

    /// The document itself; not to be changed.
    public JsonObject json() {
        return json;
    }

    /// The lowest first.
    public List<String> layers() {
        return Json.texts(Json.object(json, "rootfs"), "diff_ids");
    }

    /// @param names as people see them
    /// @param digests `repository@sha256:...` each
    /// @param layerSizes bytes of each layer, the lowest first
    Image image(final List<String> names, final List<String> digests, final List<Long> layerSizes) {
        return new Image(
                id,
                names,
                digests,
                config(),
                layers(),
                Json.time(json, "created"),
                Json.text(json, "architecture"),
                Json.text(json, "os"),
                Json.text(json, "author"),
                Json.text(json, "comment"),
                layerSizes.stream().mapToLong(Long::longValue).sum(),
                history(layerSizes));
    }

    ImageConfig config() {
        final JsonObject config = Json.object(json, "config");
        final Map<String, String> labels = new TreeMap<>();
        final JsonObject given = Json.object(config, "Labels");
        given.keySet().forEach(key -> labels.put(key, Json.text(given, key)));
        return new ImageConfig(
                Json.text(config, "User"),
                Json.texts(config, "Env"),
                Json.texts(config, "Entrypoint"),
                Json.texts(config, "Cmd"),
                Json.text(config, "WorkingDir"),
                Json.object(config, "ExposedPorts").keySet().stream().sorted().toList(),
                Json.object(config, "Volumes").keySet().stream().sorted().toList(),
                labels,
                Optional.of(Json.text(config, "StopSignal")).filter(signal -> !signal.isEmpty()),
                healthCheck(Json.object(config, "Healthcheck")));
    }

    private static Optional<HealthCheck> healthCheck(final JsonObject json) {
        return json.isEmpty()
                ? Optional.empty()
                : Optional.of(new HealthCheck(
                        Json.texts(json, "Test"),
                        json.getLong("Interval", 0),
                        json.getLong("Timeout", 0),
                        json.getLong("StartPeriod", 0),
                        json.getLong("StartInterval", 0),
                        json.getInt("Retries", 0)));
    }

    /// The steps so far, as they stand in the document.
    List<JsonObject> historyJson() {
        return Json.objects(json, "history");
    }

    private List<History> history(final List<Long> layerSizes) {
        final List<History> history = new ArrayList<>();
        int layer = 0;
        for (final JsonObject step : historyJson()) {
            final boolean isEmpty = Json.isTrue(step, "empty_layer");
            final long size = isEmpty || layer >= layerSizes.size() ? 0 : layerSizes.get(layer++);
            history.add(new History(
                    Json.time(step, "created"),
                    Json.text(step, "created_by"),
                    Json.text(step, "comment"),
                    size,
                    isEmpty));
        }
        return history;
    }

    /// What its configuration says that [ImageConfig] has no word for, and that an image on top of it keeps.
    Map<String, Object> unspoken() {
        final Map<String, Object> kept = new LinkedHashMap<>(Json.object(json, "config"));
        kept.keySet().retainAll(KEPT);
        kept.values().removeIf(Objects::isNull);
        return kept;
    }

    /// Writes a new one.
    ///
    /// @param unspoken of the image below
    /// @param history of the layers below; a step for the last layer is added
    static byte[] write(
            final ImageConfig config,
            final Map<String, Object> unspoken,
            final List<String> layers,
            final List<JsonObject> history,
            final Instant now,
            final String author,
            final String comment,
            final String createdBy) {
        final List<Object> steps = new ArrayList<>(history);
        final Map<String, Object> step = new LinkedHashMap<>();
        step.put("created", now.toString());
        put(step, "created_by", createdBy);
        put(step, "author", author);
        put(step, "comment", comment);
        steps.add(step);
        final Map<String, Object> document = new LinkedHashMap<>();
        document.put("architecture", Platform.ARCHITECTURE);
        put(document, "author", author);
        put(document, "comment", comment);
        final Map<String, Object> spoken = config(config);
        unspoken.forEach(spoken::putIfAbsent);
        document.put("config", spoken);
        document.put("created", now.toString());
        document.put("history", steps);
        document.put("os", Platform.OS);
        final Map<String, Object> rootfs = new LinkedHashMap<>();
        rootfs.put("type", "layers");
        rootfs.put("diff_ids", layers);
        document.put("rootfs", rootfs);
        return Json.bytes(document);
    }

    private static Map<String, Object> config(final ImageConfig config) {
        final Map<String, Object> json = new LinkedHashMap<>();
        put(json, "User", config.user());
        putKeys(json, "ExposedPorts", config.exposedPorts());
        putAll(json, "Env", config.environment());
        putAll(json, "Entrypoint", config.entrypoint());
        putAll(json, "Cmd", config.command());
        putKeys(json, "Volumes", config.volumes());
        put(json, "WorkingDir", config.workingDirectory());
        if (!config.labels().isEmpty()) {
            json.put("Labels", new TreeMap<>(config.labels()));
        }
        config.stopSignal().ifPresent(signal -> json.put("StopSignal", signal));
        config.healthCheck().ifPresent(check -> json.put("Healthcheck", check.json()));
        return json;
    }

    private static void put(final Map<String, Object> json, final String key, final String text) {
        if (!text.isEmpty()) {
            json.put(key, text);
        }
    }

    private static void putAll(final Map<String, Object> json, final String key, final List<String> texts) {
        if (!texts.isEmpty()) {
            json.put(key, texts);
        }
    }

    /// A set, as Go programs write it.
    private static void putKeys(final Map<String, Object> json, final String key, final List<String> texts) {
        if (!texts.isEmpty()) {
            final Map<String, Object> set = new TreeMap<>();
            texts.forEach(text -> set.put(text, Map.of()));
            json.put(key, set);
        }
    }
}
