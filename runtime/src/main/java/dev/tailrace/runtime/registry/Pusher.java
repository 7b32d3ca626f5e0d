package dev.tailrace.runtime.registry;

import dev.tailrace.runtime.image.Image;
import dev.tailrace.runtime.image.ImageName;
import dev.tailrace.runtime.image.ImageTransfer;
import dev.tailrace.runtime.image.Intake;
import dev.tailrace.runtime.image.Json;
import dev.tailrace.runtime.registry.RegistryException.Kind;
import dev.tailrace.runtime.storage.Digests;
import dev.tailrace.runtime.storage.LayerBlob;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/// Pushes images to one place. The manifest goes last, so that nobody sees an image without its layers.
final class Pusher {
    private static final int MOST_ATTEMPTS = 4;
    private static final long FIRST_PAUSE_MS = 200;

    private final Repository repository;
    private final ImageTransfer store;
    private final Progress progress;

    /// @param progress may be called by several threads at once
    Pusher(final Repository repository, final ImageTransfer store, final Progress progress) {
        this.repository = repository;
        this.store = store;
        this.progress = progress;
    }

    /// Makes `name` the name of the image there.
    void push(final Image image, final ImageName name) throws IOException, InterruptedException {
        final byte[] configuration = store.configuration(image.id());
        final List<Descriptor> layers;
        // Its layers stay while they are sent, whatever becomes of the image.
        try (Intake intake = store.intake()) {
            final List<Callable<Descriptor>> work = new ArrayList<>();
            for (final String diffId : image.layers()) {
                if (!intake.has(diffId)) {
                    throw new RegistryException(Kind.FAILED, "layer " + diffId + " is not in the store");
                }
                progress.tell(shortId(diffId), "Preparing");
                work.add(() -> layer(diffId));
            }
            layers = Parallel.run(work);
            final boolean isDocker =
                    layers.stream().allMatch(layer -> layer.mediaType().equals(MediaTypes.DOCKER_LAYER));
            final Descriptor config = new Descriptor(
                    isDocker ? MediaTypes.DOCKER_CONFIG : MediaTypes.OCI_CONFIG, image.id(), configuration.length);
            if (!repository.hasBlob(config.digest())) {
                send(config, () -> BodyPublishers.ofByteArray(configuration));
            }
            final String type = isDocker ? MediaTypes.DOCKER_MANIFEST : MediaTypes.OCI_MANIFEST;
            final byte[] manifest = manifest(type, config, layers, isDocker);
            repository.putManifest(name.tag(), manifest, type);
            final String digest = Digests.of(manifest);
            intake.commit(configuration, List.of(), List.of(name.canonical(digest)));
            progress.tell("", name.tag() + ": digest: " + digest + " size: " + manifest.length);
            progress.pushed(name.tag(), digest, manifest.length);
        }
    }

    /// Sends a layer, unless the registry has it.
    private Descriptor layer(final String diffId) throws IOException, InterruptedException {
        final String id = shortId(diffId);
        final Optional<LayerBlob> known = store.blob(diffId).filter(blob -> isGzip(blob.mediaType()));
        if (known.isPresent() && repository.hasBlob(known.get().digest())) {
            progress.tell(id, "Layer already exists");
            return new Descriptor(
                    known.get().mediaType(), known.get().digest(), known.get().sizeBytes());
        }
        progress.tell(id, "Pushing");
        try (PackedLayer packed = PackedLayer.of(store, diffId, store.newPlace(), MediaTypes.DOCKER_LAYER)) {
            final Descriptor blob = packed.blob();
            if (repository.hasBlob(blob.digest())) {
                progress.tell(id, "Layer already exists");
            } else {
                final LongConsumer sent = Progress.bytes(progress, id, "Pushing", blob.sizeBytes());
                send(
                        blob,
                        () -> BodyPublishers.fromPublisher(
                                BodyPublishers.ofInputStream(() -> open(packed, sent)), blob.sizeBytes()));
                progress.tell(id, "Pushed");
            }
            store.remember(diffId, new LayerBlob(blob.digest(), blob.sizeBytes(), blob.mediaType()));
            return blob;
        }
    }

    private void send(final Descriptor blob, final Supplier<BodyPublisher> content)
            throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                repository.upload(blob, content);
                return;
            } catch (final IOException e) {
                if (attempt == MOST_ATTEMPTS) {
                    throw new RegistryException(
                            Kind.UNREACHABLE,
                            "blob " + blob.digest() + ": given up after " + attempt + " attempts: "
                                    + Transport.oneLine(String.valueOf(e.getMessage())),
                            e);
                }
                TimeUnit.MILLISECONDS.sleep(FIRST_PAUSE_MS << attempt);
            }
        }
    }

    private static InputStream open(final PackedLayer packed, final LongConsumer sent) {
        try {
            return new ReportingInput(Files.newInputStream(packed.file()), sent);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] manifest(
            final String type, final Descriptor config, final List<Descriptor> layers, final boolean isDocker) {
        final List<Object> described = new ArrayList<>();
        for (final Descriptor layer : layers) {
            final String layerType = isDocker ? layer.mediaType() : MediaTypes.OCI_LAYER;
            described.add(new Descriptor(layerType, layer.digest(), layer.sizeBytes()).json());
        }
        final Map<String, Object> json = new LinkedHashMap<>();
        json.put("schemaVersion", 2);
        json.put("mediaType", type);
        json.put("config", config.json());
        json.put("layers", described);
        return Json.bytes(json);
    }

    private static boolean isGzip(final String mediaType) {
        return mediaType.equals(MediaTypes.DOCKER_LAYER) || mediaType.equals(MediaTypes.OCI_LAYER);
    }

    private static String shortId(final String diffId) {
        return Digests.hex(diffId).substring(0, 12);
    }
}
