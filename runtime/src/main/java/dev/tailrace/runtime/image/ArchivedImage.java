package dev.tailrace.runtime.image;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import dev.tailrace.runtime.storage.Digests;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An image in an archive.
///
/// @param configuration where in the archive it is, as the layers, the lowest first
/// @param names as the archive gives them
record ArchivedImage(Blob configuration, List<Blob> layers, List<String> names) {
    private static final String INDEX = "index.json";
    private static final String MANIFEST = "manifest.json";
    private static final String BLOBS = "blobs/sha256/";
    private static final int MOST_NESTED = 4;

    /// A file of an archive.
    ///
    /// @param digest what it must have, if the archive says it
    record Blob(String name, Optional<String> digest) {
        static Blob of(final JsonObject descriptor) {
            final String digest = Json.text(descriptor, "digest");
            if (!Digests.isDigest(digest)) {
                throw Failures.invalid("corrupt archive: \"" + digest + "\" is no sha256 digest");
            }
            return new Blob(BLOBS + Digests.hex(digest), Optional.of(digest));
        }

        /// Docker names files by their digests or as it likes.
        static Blob named(final String name) {
            final String last = name.substring(name.lastIndexOf('/') + 1);
            final String hex = last.endsWith(".json") ? last.substring(0, last.length() - 5) : last;
            final boolean isDigest = Digests.isHex(hex) && (name.startsWith(BLOBS) || !hex.equals(last));
            return new Blob(name, isDigest ? Optional.of(Digests.ofHex(hex)) : Optional.empty());
        }
    }

    /// All images of an archive as `docker save` makes it, or of an OCI layout.
    static List<ArchivedImage> of(final Spool spool) throws IOException {
        if (spool.find(MANIFEST).isPresent()) {
            return ofDocker(Json.array(spool.document(MANIFEST), MANIFEST));
        }
        if (spool.find(INDEX).isPresent()) {
            final List<ArchivedImage> images = new ArrayList<>();
            for (final JsonObject descriptor : Json.objects(Json.object(spool.document(INDEX), INDEX), "manifests")) {
                ofOci(spool, descriptor, names(descriptor), 0).ifPresent(images::add);
            }
            return images;
        }
        throw Failures.invalid("this is no archive of images: it has neither manifest.json nor index.json");
    }

    private static List<ArchivedImage> ofDocker(final JsonArray manifest) {
        final List<ArchivedImage> images = new ArrayList<>();
        for (final JsonObject image : Json.objects(manifest, MANIFEST)) {
            images.add(new ArchivedImage(
                    Blob.named(Json.text(image, "Config")),
                    Json.texts(image, "Layers").stream().map(Blob::named).toList(),
                    Json.texts(image, "RepoTags")));
        }
        return images;
    }

    private static Optional<ArchivedImage> ofOci(
            final Spool spool, final JsonObject descriptor, final List<String> names, final int depth)
            throws IOException {
        final Blob blob = Blob.of(descriptor);
        final byte[] bytes = spool.document(blob.name());
        if (!Digests.of(bytes).equals(blob.digest().orElseThrow())) {
            throw Failures.invalid("corrupt archive: the digest of " + blob.name() + " is " + Digests.of(bytes));
        }
        final JsonObject manifest = Json.object(bytes, blob.name());
        if (manifest.containsKey("manifests")) {
            for (final JsonObject one : Json.objects(manifest, "manifests")) {
                if (depth < MOST_NESTED && isForUs(Json.object(one, "platform"))) {
                    return ofOci(spool, one, names, depth + 1);
                }
            }
            throw Failures.invalid("no image for " + Platform.OS + "/" + Platform.ARCHITECTURE + " in the archive");
        }
        if (!manifest.containsKey("config")) {
            return Optional.empty();
        }
        return Optional.of(new ArchivedImage(
                Blob.of(Json.object(manifest, "config")),
                Json.objects(manifest, "layers").stream().map(Blob::of).toList(),
                names));
    }

    private static boolean isForUs(final JsonObject platform) {
        return platform.isEmpty()
                || Json.text(platform, "os").equals(Platform.OS)
                        && Json.text(platform, "architecture").equals(Platform.ARCHITECTURE);
    }

    /// containerd's annotation has the whole name; the one of the specification may be a mere tag.
    private static List<String> names(final JsonObject descriptor) {
        final JsonObject annotations = Json.object(descriptor, "annotations");
        final String whole = Json.text(annotations, "io.containerd.image.name");
        final String reference = Json.text(annotations, "org.opencontainers.image.ref.name");
        if (!whole.isEmpty()) {
            return List.of(whole);
        }
        return reference.indexOf(':') > 0 || reference.indexOf('/') > 0 ? List.of(reference) : List.of();
    }
}
