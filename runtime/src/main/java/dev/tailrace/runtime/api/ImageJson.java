package dev.tailrace.runtime.api;

import dev.tailrace.runtime.image.Image;
import dev.tailrace.runtime.image.ImageConfig;
import dev.tailrace.runtime.log.EntryFormat;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Images as documents.
final class ImageJson {
    private ImageJson() {}

    static Map<String, @Nullable Object> summary(final Image image, final long containers) {
        return Json.object(
                "Id", image.id(),
                "ParentId", "",
                "RepoTags", image.names(),
                "RepoDigests", image.digests(),
                "Created", image.created().getEpochSecond(),
                "Size", image.sizeBytes(),
                "VirtualSize", image.sizeBytes(),
                "SharedSize", -1,
                "Labels", image.config().labels(),
                "Containers", containers);
    }

    static Map<String, @Nullable Object> details(final Image image, final String driver) {
        return Json.object(
                "Id", image.id(),
                "RepoTags", image.names(),
                "RepoDigests", image.digests(),
                "Parent", "",
                "Comment", image.comment(),
                "Created", EntryFormat.timestamp(image.created()),
                "DockerVersion", "",
                "Author", image.author(),
                "Config", config(image.config()),
                "Architecture", image.architecture(),
                "Os", image.os(),
                "Size", image.sizeBytes(),
                "VirtualSize", image.sizeBytes(),
                "GraphDriver", Json.object("Name", driver, "Data", null),
                "RootFS", Json.object("Type", "layers", "Layers", image.layers()),
                "Metadata", Json.object("LastTagTime", Json.NEVER));
    }

    /// Newest first; only the last step has an image.
    static List<Object> history(final Image image) {
        final List<Image.History> steps = new ArrayList<>(image.history());
        Collections.reverse(steps);
        final List<Object> history = new ArrayList<>();
        for (final Image.History step : steps) {
            final boolean isLast = history.isEmpty();
            history.add(Json.object(
                    "Id", isLast ? image.id() : "<missing>",
                    "Created", step.created().getEpochSecond(),
                    "CreatedBy", step.createdBy(),
                    "Tags", isLast && !image.names().isEmpty() ? image.names() : null,
                    "Size", step.sizeBytes(),
                    "Comment", step.comment()));
        }
        return history;
    }

    private static Map<String, @Nullable Object> config(final ImageConfig config) {
        final Map<String, @Nullable Object> json = Json.object(
                "User", config.user(),
                "Env", config.environment(),
                "Cmd", config.command().isEmpty() ? null : config.command(),
                "Volumes", config.volumes().isEmpty() ? null : Json.set(config.volumes()),
                "WorkingDir", config.workingDirectory(),
                "Entrypoint", config.entrypoint().isEmpty() ? null : config.entrypoint(),
                "Labels", config.labels());
        if (!config.exposedPorts().isEmpty()) {
            json.put("ExposedPorts", Json.set(config.exposedPorts()));
        }
        config.healthCheck().ifPresent(check -> json.put("Healthcheck", check.json()));
        config.stopSignal().ifPresent(signal -> json.put("StopSignal", signal));
        return json;
    }
}
