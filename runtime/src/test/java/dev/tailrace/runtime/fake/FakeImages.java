package dev.tailrace.runtime.fake;

import dev.tailrace.runtime.image.Image;
import dev.tailrace.runtime.image.ImageConfig;
import dev.tailrace.runtime.image.ImageException;
import dev.tailrace.runtime.image.ImageException.Kind;
import dev.tailrace.runtime.image.Images;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Images that have nothing in them. Its archives are lines: `fake NAME`.
public final class FakeImages implements Images {
    private static final String ARCHIVE = "fake ";

    private final Map<String, Image> byId = new LinkedHashMap<>();

    /// Adds one whose command is `command`.
    public synchronized Image add(final String name, final ImageConfig config) {
        final Image image = image(name, config, List.of(digest("layer of " + name)), "");
        byId.values().removeIf(other -> other.names().equals(image.names()));
        byId.put(image.id(), image);
        return image;
    }

    /// A configuration with a command.
    public static ImageConfig running(final String... command) {
        return new ImageConfig(
                "",
                List.of("FROM_IMAGE=yes"),
                List.of(),
                List.of(command),
                "",
                List.of(),
                List.of(),
                Map.of("from", "image"),
                Optional.empty());
    }

    /// Of an image that declares volumes.
    public static ImageConfig withVolumes(final List<String> volumes, final String... command) {
        final ImageConfig plain = running(command);
        return new ImageConfig(
                plain.user(),
                plain.environment(),
                plain.entrypoint(),
                plain.command(),
                plain.workingDirectory(),
                plain.exposedPorts(),
                volumes,
                plain.labels(),
                plain.stopSignal());
    }

    @Override
    public synchronized List<Image> list() {
        return new ArrayList<>(byId.values());
    }

    @Override
    public synchronized Optional<Image> find(final String reference) {
        final String name = tagged(reference);
        return byId.values().stream()
                .filter(image -> image.names().contains(name)
                        || image.id().equals(reference)
                        || (reference.length() > 3 && image.id().startsWith("sha256:" + reference)))
                .findFirst();
    }

    @Override
    public void load(final InputStream archive, final Consumer<String> loaded) throws IOException {
        final String text = new String(archive.readAllBytes(), StandardCharsets.UTF_8);
        if (!text.startsWith(ARCHIVE)) {
            throw new ImageException(Kind.INVALID, "unrecognized image format");
        }
        for (final String line : text.split("\n")) {
            final String name = line.substring(ARCHIVE.length());
            add(name, running("true"));
            loaded.accept("Loaded image: " + name);
        }
    }

    @Override
    public void save(final List<String> references, final OutputStream archive) throws IOException {
        for (final String reference : references) {
            archive.write((ARCHIVE + find(reference).orElseThrow().names().getFirst() + "\n")
                    .getBytes(StandardCharsets.UTF_8));
        }
    }

    @Override
    public Image importFiles(
            final InputStream archive, final String name, final ImageConfig config, final String comment)
            throws IOException {
        final long size = archive.transferTo(OutputStream.nullOutputStream());
        final Image image = image(name, config, List.of(digest("import " + size)), comment);
        return keep(image);
    }

    @Override
    public Image commit(final Optional<String> base, final Path layer, final ImageConfig config, final Commit about) {
        try {
            return keep(image(about.name(), config, List.of(digest("" + Files.size(layer))), about.comment()));
        } catch (final IOException e) {
            throw new ImageException(Kind.STORAGE, "layer: " + e.getMessage(), e);
        }
    }

    @Override
    public synchronized void tag(final String reference, final String name) {
        final Image image = find(reference).orElseThrow();
        final List<String> names = new ArrayList<>(image.names());
        names.add(tagged(name));
        byId.put(image.id(), withNames(image, names));
    }

    @Override
    public synchronized List<String> remove(
            final String reference, final boolean force, final Predicate<String> isUsed) {
        final Image image = find(reference).orElseThrow();
        final List<String> names = new ArrayList<>(image.names());
        final String name = tagged(reference);
        if (names.size() > 1 && names.remove(name)) {
            byId.put(image.id(), withNames(image, names));
            return List.of("Untagged: " + name);
        }
        if (isUsed.test(image.id()) && !force) {
            throw new ImageException(
                    Kind.IN_USE, "conflict: unable to remove repository reference \"" + reference + "\" (must force)");
        }
        byId.remove(image.id());
        return List.of("Untagged: " + name, "Deleted: " + image.id());
    }

    private synchronized Image keep(final Image image) {
        byId.put(image.id(), image);
        return image;
    }

    private static String tagged(final String reference) {
        final String prefix = "docker.io/library/";
        final String name = reference.startsWith(prefix) ? reference.substring(prefix.length()) : reference;
        return name.contains(":") ? name : name + ":latest";
    }

    private static Image withNames(final Image image, final List<String> names) {
        return new Image(
                image.id(),
                names,
                image.digests(),
                image.config(),
                image.layers(),
                image.created(),
                image.architecture(),
                image.os(),
                image.author(),
                image.comment(),
                image.sizeBytes(),
                image.history());
    }

    private static Image image(
            final String name, final ImageConfig config, final List<String> layers, final String comment) {
        final Instant created = Instant.parse("2026-11-01T00:00:00Z");
        final String tagged = name.isEmpty() ? name : tagged(name);
        return new Image(
                digest(name + config + layers),
                tagged.isEmpty() ? List.of() : List.of(tagged),
                List.of(),
                config,
                layers,
                created,
                "amd64",
                "linux",
                "",
                comment,
                1_234_567,
                List.of(new Image.History(created, "/bin/fake", comment, 1_234_567, false)));
    }

    private static String digest(final String text) {
        try {
            final byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "sha256:" + HexFormat.of().formatHex(hash);
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
