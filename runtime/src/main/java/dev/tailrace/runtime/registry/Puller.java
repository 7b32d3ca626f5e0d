package dev.tailrace.runtime.registry;

import dev.tailrace.runtime.image.Image;
import dev.tailrace.runtime.image.ImageDocument;
import dev.tailrace.runtime.image.ImageException;
import dev.tailrace.runtime.image.ImageName;
import dev.tailrace.runtime.image.ImageTransfer;
import dev.tailrace.runtime.image.Intake;
import dev.tailrace.runtime.registry.RegistryException.Kind;
import dev.tailrace.runtime.storage.LayerBlob;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;

/// Pulls one image from one place: all of it, or nothing.
final class Puller {
    private static final int MOST_CONFIG_BYTES = 8 << 20;
    private static final int MOST_NESTED = 4;
    private static final String WAITING = "Pulling fs layer";

    private final Repository repository;
    private final ImageTransfer store;
    private final Progress progress;

    /// @param progress may be called by several threads at once
    Puller(final Repository repository, final ImageTransfer store, final Progress progress) {
        this.repository = repository;
        this.store = store;
        this.progress = progress;
    }

    /// What has come.
    ///
    /// @param digest of what the registry has under the name, which may be a list of images
    record Pulled(Image image, String digest) {}

    /// @param reference a tag or a digest
    /// @param names that the image gets
    Pulled pull(
            final ImageName name, final String reference, final WantedPlatform platform, final List<ImageName> names)
            throws IOException, InterruptedException {
        final Repository.Fetched fetched = repository.manifest(reference);
        progress.tell(reference, "Pulling from " + name.path());
        final Manifest.OfImage manifest = image(fetched, platform);
        final byte[] configuration = repository.document(manifest.config(), MOST_CONFIG_BYTES);
        final ImageDocument document = document(configuration);
        if (document.layers().size() != manifest.layers().size()) {
            throw RegistryException.malformed(
                    "malformed image " + manifest.config().digest() + ": the manifest has "
                            + manifest.layers().size() + " layers, the configuration "
                            + document.layers().size());
        }
        try (Intake intake = store.intake()) {
            layers(intake, manifest.layers(), document.layers());
            final Image image = intake.commit(configuration, names, List.of(name.canonical(fetched.digest())));
            return new Pulled(image, fetched.digest());
        }
    }

    private Manifest.OfImage image(final Repository.Fetched first, final WantedPlatform platform)
            throws InterruptedException {
        Repository.Fetched fetched = first;
        for (int i = 0; i < MOST_NESTED; i++) {
            switch (Manifest.parse(fetched.bytes(), "manifest " + fetched.digest())) {
                case final Manifest.OfImage image -> {
                    return image;
                }
                case final Manifest.OfPlatforms list ->
                    fetched = repository.manifest(list.choose(platform).digest());
            }
        }
        throw RegistryException.malformed(
                "manifest " + first.digest() + ": lists of lists, deeper than " + MOST_NESTED);
    }

    private static ImageDocument document(final byte[] configuration) {
        try {
            return new ImageDocument(configuration);
        } catch (final ImageException e) {
            throw new RegistryException(Kind.MALFORMED, "malformed image: " + e.getMessage(), e);
        }
    }

    private void layers(final Intake intake, final List<Descriptor> layers, final List<String> diffIds)
            throws IOException, InterruptedException {
        final List<Callable<String>> work = new ArrayList<>();
        final Set<String> seen = new HashSet<>();
        for (int i = 0; i < layers.size(); i++) {
            final Descriptor layer = layers.get(i);
            final String diffId = diffIds.get(i);
            if (!seen.add(diffId)) {
                continue; // images may have a layer twice
            }
            if (intake.has(diffId)) {
                progress.tell(layer.shortId(), "Already exists");
            } else {
                progress.tell(layer.shortId(), WAITING);
                work.add(() -> layer(intake, layer, diffId));
            }
        }
        Parallel.run(work);
    }

    private String layer(final Intake intake, final Descriptor layer, final String diffId) throws IOException {
        final String id = layer.shortId();
        try (BlobInput in = new BlobInput(
                repository,
                layer,
                Progress.bytes(progress, id, "Downloading", layer.sizeBytes()),
                () -> downloaded(layer))) {
            try {
                intake.layer(diffId, in);
            } catch (final ImageException e) {
                if (e.kind() == ImageException.Kind.INVALID) {
                    // Not what its digest says, rather than malformed by whoever made it? Then that is told.
                    in.drain();
                }
                throw e;
            }
            in.drain();
        }
        store.remember(diffId, new LayerBlob(layer.digest(), layer.sizeBytes(), layer.mediaType()));
        progress.tell(id, "Pull complete");
        return diffId;
    }

    /// Extraction goes along with the download; what is left of it then is to get it to the disk.
    private void downloaded(final Descriptor layer) {
        progress.tell(layer.shortId(), "Verifying Checksum");
        progress.tell(layer.shortId(), "Download complete");
        progress.tell(layer.shortId(), "Extracting", layer.sizeBytes(), layer.sizeBytes());
    }
}
