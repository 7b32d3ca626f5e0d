package dev.tailrace.runtime.api;

import dev.tailrace.runtime.engine.Container;
import dev.tailrace.runtime.engine.ContainerState;
import dev.tailrace.runtime.engine.Engine;
import dev.tailrace.runtime.engine.EngineException;
import dev.tailrace.runtime.engine.EngineException.Kind;
import dev.tailrace.runtime.image.Image;
import dev.tailrace.runtime.image.ImageException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// `docker container prune` and `docker image prune`; `docker system prune` asks for both, for networks and for the
/// cache of builds.
final class PruneHandlers {
    private static final Set<String> FILTERS = Set.of("until", "label", "label!");
    private static final Set<String> IMAGE_FILTERS = Set.of("until", "label", "label!", "dangling");
    private static final Set<String> NO = Set.of("0", "false");

    private final Engine engine;

    PruneHandlers(final Engine engine) {
        this.engine = engine;
    }

    /// Removes those that do not run.
    void containers(final Request request, final String name, final Exchange exchange) throws IOException {
        final Filters filters = request.filters(FILTERS);
        final Optional<Instant> until = PruneTime.until(filters, engine.clock().instant());
        final List<String> removed = new ArrayList<>();
        long freedBytes = 0;
        for (final Container container : engine.containers()) {
            final ContainerState state = container.status().state();
            final boolean isAtRest = state == ContainerState.CREATED || state == ContainerState.EXITED;
            if (isAtRest
                    && isOld(container.created(), until)
                    && matchesLabels(filters, container.config().labels())) {
                final long sizeBytes = container.root().sizeBytes();
                if (remove(container)) {
                    removed.add(container.id());
                    freedBytes += sizeBytes;
                }
            }
        }
        Json.send(
                exchange,
                200,
                Json.object("ContainersDeleted", removed.isEmpty() ? null : removed, "SpaceReclaimed", freedBytes));
    }

    /// Removes images that nothing is made of: those without a name or, with `dangling=false`, all.
    void images(final Request request, final String name, final Exchange exchange) throws IOException {
        final Filters filters = request.filters(IMAGE_FILTERS);
        final boolean isAll = filters.values("dangling").stream().anyMatch(NO::contains);
        final Optional<Instant> until = PruneTime.until(filters, engine.clock().instant());
        final List<Image> before = engine.images().list();
        final List<Object> deleted = new ArrayList<>();
        for (final Image image : before) {
            final boolean isNamed = !image.names().isEmpty() || !image.digests().isEmpty();
            if ((isAll || !isNamed)
                    && !engine.isImageUsed(image.id())
                    && isOld(image.created(), until)
                    && matchesLabels(filters, image.config().labels())) {
                remove(image, deleted);
            }
        }
        final long freedBytes = LayerSizes.of(before).totalBytes()
                - LayerSizes.of(engine.images().list()).totalBytes();
        Json.send(
                exchange,
                200,
                Json.object(
                        "ImagesDeleted",
                        deleted.isEmpty() ? null : deleted,
                        "SpaceReclaimed",
                        Math.max(0, freedBytes)));
    }

    /// Whether it went; one that somebody has started or removed meanwhile is none of this.
    private boolean remove(final Container container) {
        try {
            engine.remove(container, false);
            return true;
        } catch (final EngineException e) {
            if (e.kind() == Kind.CONFLICT) {
                return false;
            }
            throw e;
        }
    }

    /// Name by name, so that the last step still sees whether a container has been made of it meanwhile.
    private void remove(final Image image, final List<Object> deleted) {
        final List<String> references = image.names().isEmpty() ? List.of(image.id()) : image.names();
        try {
            for (final String reference : references) {
                for (final String line : engine.images().remove(reference, false, engine::isImageUsed)) {
                    final int colon = line.indexOf(": ");
                    final String what = line.substring(colon + 2);
                    deleted.add(Json.object(line.substring(0, colon), what));
                    engine.imageEvent(line.startsWith("Untagged") ? "untag" : "delete", image.id(), what);
                }
            }
        } catch (final ImageException e) {
            if (e.kind() != ImageException.Kind.IN_USE && e.kind() != ImageException.Kind.NO_SUCH_IMAGE) {
                throw e;
            }
        }
    }

    private static boolean isOld(final Instant created, final Optional<Instant> until) {
        return until.map(created::isBefore).orElse(true);
    }

    private static boolean matchesLabels(final Filters filters, final Map<String, String> labels) {
        return filters.matchLabels(labels) && filters.matchNoLabels(labels);
    }
}
