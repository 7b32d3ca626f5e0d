package dev.tailrace.runtime.api;

import dev.tailrace.runtime.engine.Engine;
import dev.tailrace.runtime.engine.EngineException;
import dev.tailrace.runtime.engine.EngineException.Kind;
import dev.tailrace.runtime.image.Image;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Images, but for archives of them.
final class ImageHandlers {
    private static final Set<String> FILTERS =
            Set.of("reference", "dangling", "label", "before", "since", "until", "intermediate");

    private final Engine engine;

    ImageHandlers(final Engine engine) {
        this.engine = engine;
    }

    void list(final Request request, final String name, final Exchange exchange) throws IOException {
        final Filters filters = request.filters(FILTERS);
        final List<Image> images = new ArrayList<>(engine.images().list());
        images.sort(Comparator.comparing(Image::created).reversed());
        final List<Object> list = new ArrayList<>();
        for (final Image image : images) {
            if (ImageMatch.matches(image, filters, engine.images())) {
                list.add(ImageJson.summary(image, containers(image)));
            }
        }
        Json.send(exchange, 200, list);
    }

    void inspect(final Request request, final String name, final Exchange exchange) throws IOException {
        Json.send(exchange, 200, ImageJson.details(find(name), engine.roots().driver()));
    }

    void history(final Request request, final String name, final Exchange exchange) throws IOException {
        Json.send(exchange, 200, ImageJson.history(find(name)));
    }

    void tag(final Request request, final String name, final Exchange exchange) throws IOException {
        final Image image = find(name);
        final String tag = request.text("tag");
        final String target = request.text("repo") + (tag.isEmpty() ? "" : ":" + tag);
        engine.images().tag(image.id(), target);
        engine.imageEvent("tag", image.id(), target);
        exchange.send(201, "", new byte[0], Map.of());
    }

    void remove(final Request request, final String name, final Exchange exchange) throws IOException {
        final Set<String> used = engine.containers().stream()
                .map(container -> container.image().id())
                .collect(Collectors.toSet());
        final String id = find(name).id();
        final List<Object> answers = new ArrayList<>();
        for (final String line : engine.images().remove(name, request.flag("force"), used::contains)) {
            final int colon = line.indexOf(": ");
            answers.add(Json.object(line.substring(0, colon), line.substring(colon + 2)));
            engine.imageEvent(line.startsWith("Untagged") ? "untag" : "delete", id, line.substring(colon + 2));
        }
        Json.send(exchange, 200, answers);
    }

    private Image find(final String name) {
        return engine.images()
                .find(name)
                .orElseThrow(() -> new EngineException(Kind.NOT_FOUND, "No such image: " + name));
    }

    private long containers(final Image image) {
        return engine.containers().stream()
                .filter(container -> container.image().id().equals(image.id()))
                .count();
    }
}
