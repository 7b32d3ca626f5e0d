package dev.tailrace.runtime.api;

import dev.tailrace.runtime.engine.Engine;
import dev.tailrace.runtime.engine.Volumes;
import dev.tailrace.runtime.log.EntryFormat;
import dev.tailrace.runtime.volume.Volume;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Volumes.
final class VolumeHandlers {
    private static final Set<String> LIST_FILTERS = Set.of("dangling", "driver", "label", "name");
    private static final Set<String> PRUNE_FILTERS = Set.of("label", "label!", "all");

    /// From here on `prune` leaves volumes with names alone, unless it is told not to.
    private static final ApiVersion KEEPS_NAMED = new ApiVersion(1, 42);

    private final Engine engine;

    VolumeHandlers(final Engine engine) {
        this.engine = engine;
    }

    void list(final Request request, final String name, final Exchange exchange) throws IOException {
        final Filters filters = request.filters(LIST_FILTERS);
        final List<Object> volumes = new ArrayList<>();
        for (final Volume volume : engine.volumes().all()) {
            if (matches(volume, filters)) {
                volumes.add(json(volume));
            }
        }
        Json.send(exchange, 200, Json.object("Volumes", volumes, "Warnings", null));
    }

    void create(final Request request, final String name, final Exchange exchange) throws IOException {
        final Fields body = request.json();
        final Volume volume = engine.volumes()
                .create(
                        body.string("Name"),
                        body.string("Driver"),
                        body.object("DriverOpts").stringMap(),
                        body.object("Labels").stringMap());
        Json.send(exchange, 201, json(volume));
    }

    void inspect(final Request request, final String name, final Exchange exchange) throws IOException {
        Json.send(exchange, 200, json(engine.volumes().get(name)));
    }

    void remove(final Request request, final String name, final Exchange exchange) throws IOException {
        engine.volumes().remove(name, request.flag("force"));
        Json.sendNothing(exchange);
    }

    void prune(final Request request, final String name, final Exchange exchange) throws IOException {
        final Filters filters = request.filters(PRUNE_FILTERS);
        final boolean isAll = request.version().compareTo(KEEPS_NAMED) < 0
                || filters.values("all").stream().anyMatch(value -> value.equals("true") || value.equals("1"));
        final Volumes.Pruned pruned = engine.volumes()
                .prune(volume -> (isAll || volume.isAnonymous()) && filters.matchLabels(volume.labels()));
        Json.send(exchange, 200, Json.object("VolumesDeleted", pruned.names(), "SpaceReclaimed", pruned.bytes()));
    }

    /// For `docker system df`.
    static Map<String, @Nullable Object> usage(final Engine engine, final Volume volume) {
        final Map<String, @Nullable Object> json = json(volume);
        json.put(
                "UsageData",
                Json.object(
                        "RefCount",
                        engine.volumes().users(volume.name()).size(),
                        "Size",
                        engine.volumes().sizeBytes(volume)));
        return json;
    }

    private boolean matches(final Volume volume, final Filters filters) {
        return filters.any("name", volume.name()::contains)
                && filters.any("driver", Volume.DRIVER::equals)
                && filters.any(
                        "dangling",
                        wanted -> isYes(wanted)
                                == engine.volumes().users(volume.name()).isEmpty())
                && filters.matchLabels(volume.labels());
    }

    private static boolean isYes(final String value) {
        return value.equals("true") || value.equals("1");
    }

    private static Map<String, @Nullable Object> json(final Volume volume) {
        return Json.object(
                "CreatedAt",
                EntryFormat.timestamp(volume.created()),
                "Driver",
                Volume.DRIVER,
                "Labels",
                volume.labels().isEmpty() ? null : volume.labels(),
                "Mountpoint",
                volume.files().toString(),
                "Name",
                volume.name(),
                "Options",
                null,
                "Scope",
                "local");
    }
}
