package dev.tailrace.runtime.registry;

import dev.tailrace.runtime.image.Json;
import dev.tailrace.runtime.storage.Digests;
import dev.tailrace.runtime.storage.TarBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/// An image as a registry has it.
///
/// @param layers compressed
record PublishedImage(byte[] configuration, List<byte[]> layers) {
    /// With one file in each layer, whose name and content tell the layers apart.
    static PublishedImage of(final String architecture, final String... contents) {
        final List<byte[]> layers = new ArrayList<>();
        final List<String> diffIds = new ArrayList<>();
        for (int i = 0; i < contents.length; i++) {
            final byte[] tar = new TarBuilder().file("file" + i, contents[i]).bytes();
            diffIds.add(Digests.of(tar));
            layers.add(gzip(tar));
        }
        return new PublishedImage(
                Json.bytes(Map.of(
                        "architecture",
                        architecture,
                        "os",
                        "linux",
                        "config",
                        Map.of("Cmd", List.of("sh")),
                        "rootfs",
                        Map.of("type", "layers", "diff_ids", diffIds))),
                layers);
    }

    String id() {
        return Digests.of(configuration);
    }

    /// Puts its blobs there.
    ///
    /// @return the manifest
    String publish(final StandInRegistry registry) {
        registry.blob(configuration);
        layers.forEach(registry::blob);
        return manifest();
    }

    String manifest() {
        final List<Object> described = new ArrayList<>();
        layers.forEach(layer ->
                described.add(new Descriptor(MediaTypes.DOCKER_LAYER, Digests.of(layer), layer.length).json()));
        return new String(
                Json.bytes(Map.of(
                        "schemaVersion",
                        2,
                        "mediaType",
                        MediaTypes.DOCKER_MANIFEST,
                        "config",
                        new Descriptor(MediaTypes.DOCKER_CONFIG, id(), configuration.length).json(),
                        "layers",
                        described)),
                StandardCharsets.UTF_8);
    }

    private static byte[] gzip(final byte[] content) {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
