package dev.tailrace.runtime.image;

import dev.tailrace.runtime.image.pack.PackException;
import dev.tailrace.runtime.image.pack.PackedRoot;
import dev.tailrace.runtime.storage.Digests;
import dev.tailrace.runtime.storage.tar.TarEntry;
import dev.tailrace.runtime.storage.tar.TarWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Makes an image of programs that are installed on this machine, so that there is something to run without a
/// download. It comes out as an archive that [Images#load] reads, here or in an engine somewhere else.
public final class Packer {
    private final Path host;
    private final InstantSource clock;

    /// @param host the root of the machine, `/`
    public Packer(final Path host, final InstantSource clock) {
        this.host = host;
        this.clock = clock;
    }

    /// @param name `repository:tag`
    /// @param programs names or absolute paths; the first is what a container runs
    /// @param notes is told what was left out
    /// @throws ImageException for a name that is none, a program that is not there, and what it lacks
    public void pack(
            final String name, final List<String> programs, final OutputStream archive, final Consumer<String> notes)
            throws IOException {
        final ImageName parsed = ImageName.parse(name);
        final Path layer = Files.createTempFile("tailrace-pack-", ".tar");
        try {
            final PackedRoot root = PackedRoot.of(host, programs, notes);
            final String diffId = write(root, layer);
            final byte[] configuration = ImageDocument.write(
                    root.config(),
                    Map.of(),
                    List.of(diffId),
                    List.of(),
                    clock.instant(),
                    "",
                    "",
                    "tailrace image pack " + name + " " + String.join(" ", programs));
            try (TarWriter tar = new TarWriter(archive)) {
                final String layerName = Digests.hex(diffId) + "/layer.tar";
                tar.entry(TarEntry.file(layerName, Files.size(layer)));
                copy(layer, tar);
                final String configName = Digests.hex(Digests.of(configuration)) + ".json";
                file(tar, configName, configuration);
                file(tar, "manifest.json", manifest(configName, layerName, parsed));
            }
        } catch (final PackException e) {
            throw new ImageException(ImageException.Kind.INVALID, String.valueOf(e.getMessage()), e);
        } finally {
            Files.delete(layer);
        }
    }

    private static String write(final PackedRoot root, final Path layer) throws IOException {
        try (DigestOutputStream out =
                new DigestOutputStream(new BufferedOutputStream(Files.newOutputStream(layer)), Digests.sha256())) {
            root.write(out);
            return Digests.text(out.getMessageDigest());
        }
    }

    private static byte[] manifest(final String configName, final String layerName, final ImageName name) {
        final Map<String, Object> manifest = new LinkedHashMap<>();
        manifest.put("Config", configName);
        manifest.put("RepoTags", List.of(name.familiar()));
        manifest.put("Layers", List.of(layerName));
        return Json.bytes(List.of(manifest));
    }

    private static void file(final TarWriter tar, final String name, final byte[] content) throws IOException {
        tar.entry(TarEntry.file(name, content.length));
        tar.write(content, 0, content.length);
    }

    private static void copy(final Path from, final TarWriter tar) throws IOException {
        try (InputStream in = Files.newInputStream(from)) {
            final byte[] buffer = new byte[1 << 16];
            for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
                tar.write(buffer, 0, count);
            }
        }
    }
}
