package dev.tailrace.runtime.build;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import dev.tailrace.runtime.image.ImageDocument;
import dev.tailrace.runtime.image.Json;
import dev.tailrace.runtime.image.Platform;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The configuration of an image, from which that of the next is made (OCI image specification,
/// config.md, with the members that Docker adds). What we do not know is kept as it is.
final class Draft {
    private final String id;
    private final JsonObject document;

    private Draft(final String id, final JsonObject document) {
        this.id = id;
        this.document = document;
    }

    /// Of no image: `FROM scratch`.
    static Draft scratch() {
        return new Draft("", new JsonObject());
    }

    static Draft of(final byte[] configuration) {
        final ImageDocument document = new ImageDocument(configuration);
        return new Draft(document.id(), document.json());
    }

    /// Of the image; empty if it is none.
    String id() {
        return id;
    }

    /// The lowest first.
    List<String> layers() {
        return Json.texts(Json.object(document, "rootfs"), "diff_ids");
    }

    /// What it says of its containers. Not to be changed.
    JsonObject config() {
        return Json.object(document, "config");
    }

    /// A copy of it that may be changed, with lists and sets that may not.
    Map<String, Object> newConfig() {
        return new LinkedHashMap<>(config());
    }

    List<String> environment() {
        return Json.texts(config(), "Env");
    }

    /// The bytes of the next image's configuration.
    ///
    /// @param layer that is added, if one is
    /// @param author empty to leave it as it is
    byte[] next(
            final Map<String, Object> config,
            final Optional<String> layer,
            final String createdBy,
            final String author,
            final Instant now) {
        final Map<String, Object> next = new LinkedHashMap<>(document);
        next.remove("container");
        next.remove("container_config");
        next.remove("id");
        next.putIfAbsent("architecture", Platform.ARCHITECTURE);
        next.putIfAbsent("os", Platform.OS);
        if (!author.isEmpty()) {
            next.put("author", author);
        }
        next.put("config", config);
        next.put("created", now.toString());
        final List<Object> history = new ArrayList<>(Json.objects(document, "history"));
        final Map<String, Object> step = new LinkedHashMap<>();
        step.put("created", now.toString());
        step.put("created_by", createdBy);
        if (layer.isEmpty()) {
            step.put("empty_layer", true);
        }
        history.add(step);
        next.put("history", history);
        final JsonArray layers = new JsonArray(layers());
        layer.ifPresent(layers::add);
        next.put("rootfs", new LinkedHashMap<>(Map.of("type", "layers", "diff_ids", layers)));
        return Json.bytes(next);
    }
}
