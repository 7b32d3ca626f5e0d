package dev.tailrace.runtime.image;

import dev.tailrace.runtime.storage.Digests;
import dev.tailrace.runtime.storage.OwnerPolicy;
import dev.tailrace.runtime.storage.Storage;
import dev.tailrace.runtime.storage.TarBuilder;
import dev.tailrace.runtime.storage.tar.ArchiveLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;

/// A store, and archives to be loaded.
final class StoreFixture {
    static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

    private StoreFixture() {}

    static Storage storage(final Path directory, final Consumer<String> steps) throws IOException {
        return Storage.open(directory, Storage.Choice.VFS, OwnerPolicy.IGNORE_UNMAPPED, ArchiveLimits.DEFAULT, steps);
    }

    static ImageStore open(final Path directory) throws IOException {
        return open(directory, _ -> {});
    }

    static ImageStore open(final Path directory, final Consumer<String> steps) throws IOException {
        return ImageStore.open(storage(directory, steps), ArchiveLimits.DEFAULT, InstantSource.fixed(NOW));
    }

    static byte[] layer(final String file, final String content) {
        return new TarBuilder().file(file, content).bytes();
    }

    /// A configuration with such layers.
    static String configuration(final byte[]... layers) {
        final StringBuilder diffIds = new StringBuilder();
        for (final byte[] layer : layers) {
            diffIds.append(diffIds.isEmpty() ? "" : ",")
                    .append('"')
                    .append(Digests.of(layer))
                    .append('"');
        }
        return "{\"architecture\":\"amd64\",\"os\":\"linux\",\"created\":\"2020-01-02T03:04:05.6Z\",\"config\":"
                + "{\"Cmd\":[\"sh\"],\"Env\":[\"A=b\"],\"ExposedPorts\":{\"80/tcp\":{}},\"Labels\":{\"l\":\"m\"},"
                + "\"Entrypoint\":null,\"StopSignal\":\"SIGQUIT\"},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":["
                + diffIds + "]},\"history\":[{\"created_by\":\"ADD x\"},"
                + "{\"created_by\":\"CMD\",\"empty_layer\":true}],\"unknown\":{\"kept\":1}}";
    }

    /// As docker before version 25 saved it: the layers first, named by directories.
    static byte[] dockerArchive(final String name, final byte[]... layers) {
        final TarBuilder tar = new TarBuilder();
        final StringBuilder files = new StringBuilder();
        for (int i = 0; i < layers.length; i++) {
            tar.directory(i + "/").file(i + "/layer.tar", text(layers[i]));
            files.append(i == 0 ? "" : ",").append('"').append(i).append("/layer.tar\"");
        }
        final String configuration = configuration(layers);
        final String tags = name.isEmpty() ? "null" : "[\"" + name + "\"]";
        return tar.file("config.json", configuration)
                .file(
                        "manifest.json",
                        "[{\"Config\":\"config.json\",\"RepoTags\":" + tags + ",\"Layers\":[" + files + "]}]")
                .bytes();
    }

    static String text(final byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
