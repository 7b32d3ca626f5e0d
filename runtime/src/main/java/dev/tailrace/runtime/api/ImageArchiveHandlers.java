package dev.tailrace.runtime.api;

import dev.tailrace.runtime.engine.Container;
import dev.tailrace.runtime.engine.Engine;
import dev.tailrace.runtime.engine.EngineException;
import dev.tailrace.runtime.engine.EngineException.Kind;
import dev.tailrace.runtime.image.Image;
import dev.tailrace.runtime.image.ImageConfig;
import dev.tailrace.runtime.image.Images;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/// Images as archives, and images of containers.
final class ImageArchiveHandlers {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final Engine engine;

    ImageArchiveHandlers(final Engine engine) {
        this.engine = engine;
    }

    void load(final Request request, final String name, final Exchange exchange)
            throws IOException, InterruptedException {
        final ProgressStream progress = new ProgressStream(exchange);
        progress.run(() -> engine.images().load(request.body(), line -> {
            progress.tell(Json.object("stream", line + "\n"));
            final String image = line.substring(line.indexOf(": ") + 2);
            engine.imageEvent("load", image, image);
        }));
    }

    void save(final Request request, final String name, final Exchange exchange) throws IOException {
        save(request.texts("names"), exchange);
    }

    void saveOne(final Request request, final String name, final Exchange exchange) throws IOException {
        save(List.of(name), exchange);
    }

    /// `docker import` and `docker pull`.
    void create(final Request request, final String name, final Exchange exchange)
            throws IOException, InterruptedException {
        if (!request.text("fromImage").isEmpty()) {
            throw notFound(request.text("fromImage"));
        }
        if (!request.text("fromSrc").equals("-")) {
            throw new EngineException(
                    Kind.UNSUPPORTED, "import from an address: not supported by this engine (pipe the archive in)");
        }
        final String target = withTag(request.text("repo"), request.text("tag"));
        final ImageConfig config = ConfigChanges.apply(ImageConfig.EMPTY, request.texts("changes"));
        final ProgressStream progress = new ProgressStream(exchange);
        progress.run(() -> {
            final Image image = engine.images().importFiles(request.body(), target, config, message(request));
            engine.imageEvent("import", image.id(), target.isEmpty() ? image.id() : target);
            progress.tell(Json.object("status", image.id()));
        });
    }

    void commit(final Request request, final String name, final Exchange exchange) throws IOException {
        final Container container = engine.container(request.text("container"));
        final ImageConfig base = ConfigChanges.override(
                ConfigChanges.ofContainer(container.config()), CreateReader.config(request.json()));
        final Image image = engine.commit(
                container,
                ConfigChanges.apply(base, request.texts("changes")),
                new Images.Commit(
                        withTag(request.text("repo"), request.text("tag")),
                        request.text("author"),
                        request.text("comment"),
                        String.join(" ", container.config().command())),
                request.flag("pause", true));
        Json.send(exchange, 201, Json.object("Id", image.id()));
    }

    private void save(final List<String> names, final Exchange exchange) throws IOException {
        if (names.isEmpty()) {
            throw new EngineException(Kind.INVALID, "no image to save");
        }
        for (final String wanted : names) {
            if (engine.images().find(wanted).isEmpty()) {
                throw new EngineException(Kind.NOT_FOUND, "No such image: " + wanted);
            }
        }
        try (OutputStream tar = new BufferedOutputStream(exchange.stream(200, Headers.TAR), BUFFER_BYTES)) {
            engine.images().save(names, tar);
        }
    }

    private static String message(final Request request) {
        final String message = request.text("message");
        return message.isEmpty() ? "Imported from -" : message;
    }

    private static String withTag(final String repository, final String tag) {
        return tag.isEmpty() ? repository : repository + ":" + tag;
    }

    private static EngineException notFound(final String reference) {
        final String name = reference.startsWith("docker.io/library/")
                ? reference.substring("docker.io/library/".length())
                : reference;
        return new EngineException(
                Kind.NOT_FOUND,
                "pull access denied for " + name
                        + ", repository does not exist or may require 'docker login': denied: requested access to the"
                        + " resource is denied");
    }
}
