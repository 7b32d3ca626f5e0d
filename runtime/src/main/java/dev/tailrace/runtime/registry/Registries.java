package dev.tailrace.runtime.registry;

import dev.tailrace.runtime.image.Image;
import dev.tailrace.runtime.image.ImageName;
import dev.tailrace.runtime.image.ImageTransfer;
import dev.tailrace.runtime.image.Images;
import dev.tailrace.runtime.registry.RegistryException.Kind;
import dev.tailrace.runtime.storage.Digests;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Registries, as the engine's API asks them. Safe for several threads; calls block, and end early when
/// their thread is interrupted. [RegistryException]s and [dev.tailrace.runtime.image.ImageException]s
/// are one line each.
public final class Registries {
    private final Images images;
    private final ImageTransfer store;
    private final Path settings;

    /// @param settings `$XDG_CONFIG_HOME/tailrace`, read at each call; see [RegistrySettings]
    public Registries(final Images images, final ImageTransfer store, final Path settings) {
        this.images = images;
        this.store = store;
        this.settings = settings;
    }

    /// Has an image in the store as the registry has it now.
    ///
    /// @param reference `nginx`, `nginx:1.27` or `nginx@sha256:...`, with a domain if it is not Docker
    /// Hub's
    /// @param platform `os/architecture[/variant]`; empty for this machine
    public Image pull(
            final String reference, final String platform, final Credentials credentials, final Progress progress)
            throws IOException, InterruptedException {
        final WantedPlatform wanted = WantedPlatform.parse(platform);
        final Reference what = Reference.parse(reference);
        final RegistrySettings current = RegistrySettings.read(settings);
        final List<Endpoint> endpoints = Endpoints.forPull(what.name().domain(), current);
        final Progress shared = Progress.shared(progress);
        final List<Endpoint> mirrors =
                endpoints.stream().filter(Endpoint::isMirror).toList();
        for (final Endpoint mirror : mirrors) {
            try {
                // Who runs the mirror is not who the credentials are for.
                return pull(what, wanted, List.of(mirror), Credentials.NONE, current, shared);
            } catch (final RegistryException | IOException e) {
                shared.tell("", "mirror " + mirror.base() + " is passed over: " + e.getMessage());
            }
        }
        return pull(what, wanted, endpoints.subList(mirrors.size(), endpoints.size()), credentials, current, shared);
    }

    /// Has a registry have an image, or all images of a name.
    ///
    /// @param reference a name in the store; without a tag all of the repository's are meant
    public void push(final String reference, final Credentials credentials, final Progress progress)
            throws IOException, InterruptedException {
        final ImageName name = ImageName.parse(reference);
        final List<ImageName> names = ImageName.hasTag(reference) ? List.of(name) : tags(name);
        final Progress shared = Progress.shared(progress);
        shared.tell("", "The push refers to repository [" + name.domain() + "/" + name.path() + "]");
        final RegistrySettings current = RegistrySettings.read(settings);
        try (Transport transport = new Transport(current)) {
            for (final ImageName one : names) {
                final Image image = images.find(one.canonical())
                        .orElseThrow(() -> new RegistryException(
                                Kind.NOT_FOUND, "An image does not exist locally with the tag: " + one.repository()));
                final Session session = Session.open(
                        transport,
                        Endpoints.forPush(one.domain(), current),
                        credentials,
                        "repository:" + one.path() + ":pull,push");
                new Pusher(new Repository(session, one.path()), store, shared).push(image, one);
            }
        }
    }

    /// Finds out whether a registry takes credentials.
    ///
    /// @throws RegistryException it does not
    public void login(final Credentials credentials) throws InterruptedException {
        final RegistrySettings current = RegistrySettings.read(settings);
        try (Transport transport = new Transport(current)) {
            Session.open(
                    transport, Endpoints.forPush(Endpoints.domain(credentials.server()), current), credentials, "");
        }
    }

    /// The domain of names that a user means by a server: `https://index.docker.io/v1/` is `docker.io`.
    public static String domain(final String server) {
        return Endpoints.domain(server);
    }

    /// What a registry has under a name, without having it sent.
    public Inspection inspect(final String reference, final Credentials credentials)
            throws IOException, InterruptedException {
        final Reference what = Reference.parse(reference);
        final RegistrySettings current = RegistrySettings.read(settings);
        try (Transport transport = new Transport(current)) {
            final Session session = Session.open(
                    transport, Endpoints.forPush(what.name().domain(), current), credentials, what.scope());
            return Inspection.of(new Repository(session, what.name().path()), what.wanted());
        }
    }

    private Image pull(
            final Reference what,
            final WantedPlatform platform,
            final List<Endpoint> endpoints,
            final Credentials credentials,
            final RegistrySettings current,
            final Progress progress)
            throws IOException, InterruptedException {
        final Optional<String> before = images.find(what.canonical()).map(Image::id);
        try (Transport transport = new Transport(current)) {
            final Session session = Session.open(transport, endpoints, credentials, what.scope());
            final Puller puller = new Puller(new Repository(session, what.name().path()), store, progress);
            final Puller.Pulled pulled = puller.pull(
                    what.name(), what.wanted(), platform, what.isDigest() ? List.of() : List.of(what.name()));
            progress.tell("", "Digest: " + pulled.digest());
            final boolean isNew = !before.equals(Optional.of(pulled.image().id()));
            progress.tell(
                    "",
                    (isNew ? "Status: Downloaded newer image for " : "Status: Image is up to date for ")
                            + what.familiar());
            return pulled.image();
        } catch (final RegistryException e) {
            throw explained(what, e);
        }
    }

    /// As docker says it, so that people find the answer.
    private static RegistryException explained(final Reference what, final RegistryException e) {
        final String message = String.valueOf(e.getMessage());
        return switch (e.kind()) {
            case NOT_FOUND ->
                message.startsWith("manifest unknown")
                        ? new RegistryException(
                                e.kind(), "manifest for " + what.familiar() + " not found: " + message, e)
                        : e;
            // Not as one of its kind: docker's client would ask for a password, and wait for one.
            case UNAUTHORIZED ->
                message.endsWith("no basic auth credentials")
                        ? new RegistryException(Kind.FAILED, message, e)
                        : new RegistryException(
                                Kind.NOT_FOUND,
                                "pull access denied for " + what.name().repository()
                                        + ", repository does not exist or may require 'docker login': " + message,
                                e);
            case INVALID, UNREACHABLE, MALFORMED, FAILED -> e;
        };
    }

    private List<ImageName> tags(final ImageName name) {
        final List<ImageName> names = new ArrayList<>();
        for (final Image image : images.list()) {
            for (final String text : image.names()) {
                final ImageName one = ImageName.parse(text);
                if (one.repository().equals(name.repository())) {
                    names.add(one);
                }
            }
        }
        if (names.isEmpty()) {
            throw new RegistryException(
                    Kind.NOT_FOUND, "An image does not exist locally with the tag: " + name.repository());
        }
        return names;
    }

    /// A name and what of it is wanted.
    ///
    /// @param wanted a tag or a digest
    private record Reference(ImageName name, String wanted) {
        static Reference parse(final String text) {
            final int at = text.indexOf('@');
            if (at < 0) {
                final ImageName name = ImageName.parse(text);
                return new Reference(name, name.tag());
            }
            if (!Digests.isDigest(text.substring(at + 1))) {
                throw new RegistryException(Kind.INVALID, "invalid reference format: " + Transport.oneLine(text));
            }
            return new Reference(ImageName.parse(text.substring(0, at)), text.substring(at + 1));
        }

        boolean isDigest() {
            return Digests.isDigest(wanted);
        }

        String scope() {
            return "repository:" + name.path() + ":pull";
        }

        String canonical() {
            return isDigest() ? name.canonical(wanted) : name.canonical();
        }

        String familiar() {
            return name.repository() + (isDigest() ? "@" : ":") + wanted;
        }
    }
}
