package dev.tailrace.runtime.registry;

import com.grack.nanojson.JsonObject;
import dev.tailrace.runtime.image.ImageException;
import dev.tailrace.runtime.image.Json;
import dev.tailrace.runtime.registry.RegistryException.Kind;
import java.util.ArrayList;
import java.util.List;

/// What a registry says of a name: one image, or images for several platforms.
sealed interface Manifest {
    /// Bytes of the largest that is read; registries must take 4 MiB (distribution specification,
    /// "Pushing Manifests").
    int MOST_BYTES = 4 << 20;

    int MOST_LAYERS = 500;

    /// @param layers the lowest first
    record OfImage(Descriptor config, List<Descriptor> layers) implements Manifest {
        public OfImage {
            layers = List.copyOf(layers);
        }
    }

    record OfPlatforms(List<Entry> entries) implements Manifest {
        public OfPlatforms {
            entries = List.copyOf(entries);
        }

        /// @throws RegistryException there is none for the platform
        Descriptor choose(final WantedPlatform wanted) {
            return entries.stream()
                    .filter(entry -> wanted.isExactly(entry.platform()))
                    .findFirst()
                    .or(() -> entries.stream()
                            .filter(entry -> wanted.accepts(entry.platform()))
                            .findFirst())
                    .map(Entry::descriptor)
                    .orElseThrow(() -> new RegistryException(
                            Kind.NOT_FOUND, "no matching manifest for " + wanted + " in the manifest list entries"));
        }
    }

    /// @param platform `os`, `architecture` and perhaps `variant`; empty if it is not said
    record Entry(Descriptor descriptor, JsonObject platform) {}

    /// @param bytes as they were hashed
    /// @param what names it in errors
    /// @throws RegistryException it is malformed, or of a kind that is not for us
    static Manifest parse(final byte[] bytes, final String what) {
        try {
            final JsonObject json = Json.object(bytes, "it");
            if (!(json.get("schemaVersion") instanceof final Number version) || version.intValue() != 2) {
                throw RegistryException.malformed(what
                        + " is of schema version " + Transport.oneLine(String.valueOf(json.get("schemaVersion")))
                        + ", which is not supported: have the image pushed again by a newer docker");
            }
            // A document that is both would be one thing to us and another to whoever has checked it.
            final boolean isIndex = json.has("manifests");
            if (isIndex == (json.has("config") || json.has("layers"))) {
                throw RegistryException.malformed(
                        "malformed " + what + ": it has to have either manifests or config" + " and layers");
            }
            return isIndex ? index(json, what) : image(json, what);
        } catch (final ImageException e) {
            throw new RegistryException(Kind.MALFORMED, "malformed " + what + ": " + e.getMessage(), e);
        }
    }

    private static Manifest index(final JsonObject json, final String what) {
        final List<Entry> entries = new ArrayList<>();
        for (final JsonObject entry : Json.objects(json, "manifests")) {
            entries.add(new Entry(Descriptor.of(entry, what), Json.object(entry, "platform")));
        }
        return new OfPlatforms(entries);
    }

    private static Manifest image(final JsonObject json, final String what) {
        final Descriptor config = Descriptor.of(Json.object(json, "config"), what);
        if (!MediaTypes.isConfig(config.mediaType())) {
            throw new RegistryException(
                    Kind.FAILED,
                    what + " is of no image: unsupported media type " + Transport.oneLine(config.mediaType()));
        }
        final List<Descriptor> layers = new ArrayList<>();
        for (final JsonObject layer : Json.objects(json, "layers")) {
            final Descriptor descriptor = Descriptor.of(layer, what);
            if (!MediaTypes.isLayer(descriptor.mediaType())) {
                throw new RegistryException(
                        Kind.FAILED,
                        what + ": layer of unsupported media type " + Transport.oneLine(descriptor.mediaType()));
            }
            layers.add(descriptor);
        }
        if (layers.size() > MOST_LAYERS) {
            throw RegistryException.malformed(
                    what + " has " + layers.size() + " layers; " + MOST_LAYERS + " are allowed");
        }
        return new OfImage(config, layers);
    }
}
