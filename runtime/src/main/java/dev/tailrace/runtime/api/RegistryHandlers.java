package dev.tailrace.runtime.api;

import dev.tailrace.runtime.engine.Engine;
import dev.tailrace.runtime.image.Image;
import dev.tailrace.runtime.image.ImageName;
import dev.tailrace.runtime.registry.Credentials;
import dev.tailrace.runtime.registry.Inspection;
import dev.tailrace.runtime.registry.Registries;
import java.io.IOException;

/// Registries: pull, push, login, and what they have.
final class RegistryHandlers {
    private static final String AUTHORIZATION = "x-registry-auth";

    private final Engine engine;
    private final Registries registries;

    RegistryHandlers(final Engine engine, final Registries registries) {
        this.engine = engine;
        this.registries = registries;
    }

    /// `POST /images/create` with `fromImage`. Without a tag it is `latest`, and not all there are.
    void pull(final Request request, final String name, final Exchange exchange)
            throws IOException, InterruptedException {
        final String tag = request.text("tag");
        final String image = request.text("fromImage");
        final String reference = image + (tag.isEmpty() ? "" : (tag.contains(":") ? "@" : ":") + tag);
        final Credentials credentials = credentials(request);
        run(exchange, progress -> {
            final Image pulled =
                    registries.pull(reference, request.text("platform"), credentials, new TransferLines(progress));
            engine.imageEvent("pull", pulled.id(), reference);
        });
    }

    void push(final Request request, final String name, final Exchange exchange)
            throws IOException, InterruptedException {
        final String tag = request.text("tag");
        final String reference = tag.isEmpty() ? name : ImageName.parse(name).repository() + ":" + tag;
        final Credentials credentials = credentials(request);
        run(exchange, progress -> {
            registries.push(reference, credentials, new TransferLines(progress));
            engine.imageEvent("push", reference, reference);
        });
    }

    void login(final Request request, final String name, final Exchange exchange)
            throws IOException, InterruptedException {
        final Fields body = request.json();
        registries.login(new Credentials(
                body.string("username"),
                body.string("password"),
                body.string("identitytoken"),
                body.string("registrytoken"),
                body.string("serveraddress")));
        Json.send(exchange, 200, Json.object("IdentityToken", "", "Status", "Login Succeeded"));
    }

    /// `GET /distribution/NAME/json`.
    void inspect(final Request request, final String name, final Exchange exchange)
            throws IOException, InterruptedException {
        final Inspection found = registries.inspect(name, credentials(request));
        Json.send(
                exchange,
                200,
                Json.object(
                        "Descriptor",
                        Json.object(
                                "mediaType", found.mediaType(), "digest", found.digest(), "size", found.sizeBytes()),
                        "Platforms",
                        found.platforms()));
    }

    /// Work that tells how it goes.
    private interface Work {
        void run(ProgressStream progress) throws IOException, InterruptedException;
    }

    /// Until it is done, or the client goes away.
    private static void run(final Exchange exchange, final Work work) throws IOException, InterruptedException {
        final ProgressStream progress = new ProgressStream(exchange);
        final Interruption interruption = new Interruption(exchange);
        try {
            progress.run(() -> work.run(progress));
        } finally {
            interruption.end();
        }
    }

    private static Credentials credentials(final Request request) {
        return Credentials.ofHeader(request.headers().getOrDefault(AUTHORIZATION, ""));
    }
}
