package dev.tailrace.runtime.api;

import dev.tailrace.runtime.engine.Container;
import dev.tailrace.runtime.engine.Engine;
import dev.tailrace.runtime.image.Image;
import dev.tailrace.runtime.image.ImageTransfer;
import dev.tailrace.runtime.log.EntryFormat;
import dev.tailrace.runtime.volume.Volume;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// `docker system df`.
final class DiskHandlers {
    private final Engine engine;
    private final Optional<ImageTransfer> store;

    /// @param store with the steps of builds
    DiskHandlers(final Engine engine, final Optional<ImageTransfer> store) {
        this.engine = engine;
        this.store = store;
    }

    void usage(final Request request, final String name, final Exchange exchange) throws IOException {
        final List<String> types = request.texts("type");
        final List<Image> images = engine.images().list();
        final LayerSizes layers = LayerSizes.of(images);
        final Map<String, @Nullable Object> usage = Json.object();
        if (isWanted(types, "image")) {
            usage.put("LayersSize", layers.totalBytes());
            usage.put("Images", images(images, layers));
        }
        if (isWanted(types, "container")) {
            final List<Object> containers = new ArrayList<>();
            for (final Container container : engine.containers()) {
                containers.add(
                        ContainerSummary.json(engine, container, engine.clock().instant(), true, request.version()));
            }
            usage.put("Containers", containers);
        }
        if (isWanted(types, "volume")) {
            final List<Object> volumes = new ArrayList<>();
            for (final Volume volume : engine.volumes().all()) {
                volumes.add(VolumeHandlers.usage(engine, volume));
            }
            usage.put("Volumes", volumes);
        }
        if (isWanted(types, "build-cache")) {
            usage.put(
                    "BuildCache",
                    store.map(steps -> cache(steps.steps(), layers)).orElse(List.of()));
        }
        usage.put("BuilderSize", 0);
        Json.send(exchange, 200, usage);
    }

    private List<Object> images(final List<Image> images, final LayerSizes layers) {
        final List<Object> list = new ArrayList<>();
        for (final Image image : images) {
            final long containers = engine.containers().stream()
                    .filter(container -> container.image().id().equals(image.id()))
                    .count();
            final Map<String, @Nullable Object> json = ImageJson.summary(image, containers);
            json.put("SharedSize", layers.sharedBytes(image));
            list.add(json);
        }
        return list;
    }

    /// A step takes its last layer, unless an image has that, too.
    private List<Object> cache(final List<Image> steps, final LayerSizes layers) {
        final List<Object> list = new ArrayList<>();
        final LayerSizes own = LayerSizes.of(steps);
        for (final Image step : steps) {
            final String layer = step.layers().isEmpty() ? "" : step.layers().getLast();
            final boolean isEmpty =
                    step.history().isEmpty() || step.history().getLast().isEmptyLayer();
            list.add(Json.object(
                    "ID",
                    step.id().substring(step.id().indexOf(':') + 1),
                    "Parent",
                    "",
                    "Type",
                    "regular",
                    "Description",
                    step.history().isEmpty() ? "" : step.history().getLast().createdBy(),
                    "InUse",
                    engine.isImageUsed(step.id()),
                    "Shared",
                    !isEmpty && layers.bytes().containsKey(layer),
                    "Size",
                    isEmpty ? 0 : own.bytes().getOrDefault(layer, 0L),
                    "CreatedAt",
                    EntryFormat.timestamp(step.created()),
                    "LastUsedAt",
                    null,
                    "UsageCount",
                    0));
        }
        return list;
    }

    private static boolean isWanted(final List<String> types, final String type) {
        return types.isEmpty() || types.contains(type);
    }
}
