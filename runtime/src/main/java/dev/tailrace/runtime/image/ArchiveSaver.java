package dev.tailrace.runtime.image;

import dev.tailrace.runtime.storage.Digests;
import dev.tailrace.runtime.storage.Layer;
import dev.tailrace.runtime.storage.LayerStore;
import dev.tailrace.runtime.storage.tar.TarEntry;
import dev.tailrace.runtime.storage.tar.TarEntry.Type;
import dev.tailrace.runtime.storage.tar.TarWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Writes images as an OCI layout that has Docker's manifest.json, too: what `docker save` has made since version 25.
/// Layers are not compressed, so that their digests stay those by which the image names them.
final class ArchiveSaver {
    private static final String BLOBS = "blobs/sha256/";
    private static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
    private static final String CONFIG_TYPE = "application/vnd.oci.image.config.v1+json";
    private static final String LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar";

    private final LayerStore layers;
    private final TarWriter tar;
    private final Set<String> written = new HashSet<>();
    private final List<Object> index = new ArrayList<>();
    private final List<Object> docker = new ArrayList<>();

    ArchiveSaver(final LayerStore layers, final OutputStream out) throws IOException {
        this.layers = layers;
        this.tar = new TarWriter(out);
        file("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.US_ASCII));
        tar.entry(TarEntry.of("blobs/", Type.DIRECTORY, ""));
        tar.entry(TarEntry.of(BLOBS, Type.DIRECTORY, ""));
    }

    /// @param names of it to be kept
    void image(final ImageDocument document, final byte[] configuration, final List<ImageName> names)
            throws IOException {
        final List<Object> layerDescriptors = new ArrayList<>();
        final List<String> layerFiles = new ArrayList<>();
        for (final String diffId : document.layers()) {
            final Layer layer = layers.find(diffId)
                    .orElseThrow(() -> new ImageException(
                            ImageException.Kind.STORAGE, "layer " + diffId + " is not in the store"));
            layer(layer);
            layerDescriptors.add(descriptor(LAYER_TYPE, diffId, layer.tarBytes()));
            layerFiles.add(BLOBS + Digests.hex(diffId));
        }
        blob(document.id(), configuration);
        final Map<String, Object> manifest = new LinkedHashMap<>();
        manifest.put("schemaVersion", 2);
        manifest.put("mediaType", MANIFEST_TYPE);
        manifest.put("config", descriptor(CONFIG_TYPE, document.id(), configuration.length));
        manifest.put("layers", layerDescriptors);
        final byte[] bytes = Json.bytes(manifest);
        blob(Digests.of(bytes), bytes);
        if (names.isEmpty()) {
            index.add(descriptor(MANIFEST_TYPE, Digests.of(bytes), bytes.length));
        }
        for (final ImageName name : names) {
            final Map<String, Object> descriptor = descriptor(MANIFEST_TYPE, Digests.of(bytes), bytes.length);
            descriptor.put(
                    "annotations",
                    Map.of(
                            "io.containerd.image.name", name.canonical(),
                            "org.opencontainers.image.ref.name", name.tag()));
            index.add(descriptor);
        }
        final Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("Config", BLOBS + Digests.hex(document.id()));
        entry.put("RepoTags", names.stream().map(ImageName::familiar).toList());
        entry.put("Layers", layerFiles);
        docker.add(entry);
    }

    void finish() throws IOException {
        final Map<String, Object> layout = new LinkedHashMap<>();
        layout.put("schemaVersion", 2);
        layout.put("mediaType", "application/vnd.oci.image.index.v1+json");
        layout.put("manifests", index);
        file("index.json", Json.bytes(layout));
        file("manifest.json", Json.bytes(docker));
        tar.close();
    }

    private void layer(final Layer layer) throws IOException {
        if (!written.add(layer.diffId())) {
            return;
        }
        tar.entry(TarEntry.file(BLOBS + Digests.hex(layer.diffId()), layer.tarBytes()));
        layers.writeTar(layer.diffId(), new OutputStream() {
            @Override
            public void write(final int b) throws IOException {
                tar.write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(final byte[] data, final int offset, final int length) throws IOException {
                tar.write(data, offset, length);
            }
        });
    }

    private void blob(final String digest, final byte[] content) throws IOException {
        if (written.add(digest)) {
            file(BLOBS + Digests.hex(digest), content);
        }
    }

    private void file(final String name, final byte[] content) throws IOException {
        tar.entry(TarEntry.file(name, content.length));
        tar.write(content, 0, content.length);
    }

    private static Map<String, Object> descriptor(final String type, final String digest, final long sizeBytes) {
        final Map<String, Object> descriptor = new LinkedHashMap<>();
        descriptor.put("mediaType", type);
        descriptor.put("digest", digest);
        descriptor.put("size", sizeBytes);
        return descriptor;
    }
}
