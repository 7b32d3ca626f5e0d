package dev.tailrace.runtime.image;

import com.grack.nanojson.JsonObject;
import dev.tailrace.runtime.storage.Compression;
import dev.tailrace.runtime.storage.Layer;
import dev.tailrace.runtime.storage.LayerBlob;
import dev.tailrace.runtime.storage.Storage;
import dev.tailrace.runtime.storage.StorageException;
import dev.tailrace.runtime.storage.files.TreeRemoval;
import dev.tailrace.runtime.storage.tar.ArchiveLimits;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Images in the store of a storage driver: `DATA/DRIVER/images`.
///
/// One change is made at a time. What an archive brings is kept on the disk before the change begins, so that a slow
/// sender holds nobody up. Layers that a change has unpacked when it fails are deleted again.
public final class ImageStore implements Images, ImageTransfer {
    private final Storage storage;
    private final ArchiveLimits limits;
    private final InstantSource clock;
    private final Catalog catalog;

    private ImageStore(final Storage storage, final ArchiveLimits limits, final InstantSource clock)
            throws IOException {
        this.storage = storage;
        this.limits = limits;
        this.clock = clock;
        this.catalog = new Catalog(storage.directory().resolve("images"), storage.files());
        storage.deleteUnusedLayers(catalog.state().layers());
    }

    /// Opens the store, and deletes what a crash has left.
    ///
    /// @param limits of an archive of images; the layers have those of `storage`
    public static ImageStore open(final Storage storage, final ArchiveLimits limits, final InstantSource clock)
            throws IOException {
        return new ImageStore(storage, limits, clock);
    }

    @Override
    public List<Image> list() {
        final Catalog.State state = catalog.state();
        return state.images().values().stream()
                .filter(document -> !state.hidden().contains(document.id()))
                .map(document -> image(state, document))
                .sorted(Comparator.comparing(Image::created).reversed().thenComparing(Image::id))
                .toList();
    }

    @Override
    public Optional<Image> find(final String reference) {
        final Catalog.State state = catalog.state();
        return new References(state).find(reference).map(id -> image(state, state.image(id)));
    }

    @Override
    public void load(final InputStream archive, final Consumer<String> loaded) throws IOException {
        try (Spool spool = Spool.read(archive, storage.files().newPlace(), limits)) {
            final List<ArchivedImage> images = ArchivedImage.of(spool);
            final List<String> lines = new ArrayList<>();
            change("load the images", () -> {
                final ArchiveLoader loader = new ArchiveLoader(spool, storage.layers());
                final List<byte[]> added = new ArrayList<>();
                final Map<String, String> named = new LinkedHashMap<>();
                for (final ArchivedImage image : images) {
                    final byte[] configuration = loader.load(image);
                    final String id = new ImageDocument(configuration).id();
                    added.add(configuration);
                    for (final String text : image.names()) {
                        final ImageName name = ImageName.parse(text);
                        final String old = catalog.state().names().get(name.canonical());
                        if (old != null && !old.equals(id)) {
                            lines.add("The image " + name.familiar() + " already exists, renaming the old one with ID "
                                    + old + " to empty string");
                        }
                        named.put(name.canonical(), id);
                        lines.add("Loaded image: " + name.familiar());
                    }
                    if (image.names().isEmpty()) {
                        lines.add("Loaded image ID: " + id);
                    }
                }
                catalog.add(added, named);
                return images.size();
            });
            lines.forEach(loaded);
        }
    }

    @Override
    public void save(final List<String> wanted, final OutputStream archive) throws IOException {
        final Map<String, Saved> images = new LinkedHashMap<>();
        synchronized (this) {
            final References references = new References(catalog.state());
            for (final String reference : wanted) {
                final String id = references.find(reference).orElseThrow(() -> Failures.noSuchImage(reference));
                final Saved fresh = new Saved(references.state().image(id), catalog.configuration(id), new TreeSet<>());
                final Saved image =
                        Optional.ofNullable(images.putIfAbsent(id, fresh)).orElse(fresh);
                references.saved(reference, id).forEach(name -> image.names().add(name.canonical()));
            }
        }
        try {
            final ArchiveSaver saver = new ArchiveSaver(storage.layers(), archive);
            for (final Saved image : images.values()) {
                final List<ImageName> names =
                        image.names().stream().map(ImageName::parse).toList();
                saver.image(image.document(), image.configuration(), names);
            }
            saver.finish();
        } catch (final StorageException e) {
            throw Failures.of(e);
        }
    }

    @Override
    public Image importFiles(
            final InputStream archive, final String name, final ImageConfig config, final String comment)
            throws IOException {
        final Optional<ImageName> parsed = optionalName(name);
        final Path kept = storage.files().newPlace();
        try {
            Spool.copy(archive, kept);
            return change("import the archive", () -> {
                final Layer layer = layer(kept);
                return add(
                        config,
                        Map.of(),
                        List.of(layer.diffId()),
                        List.of(),
                        new Commit(name, "", comment, ""),
                        parsed);
            });
        } finally {
            TreeRemoval.remove(kept);
        }
    }

    @Override
    public Image commit(final Optional<String> base, final Path layer, final ImageConfig config, final Commit about)
            throws IOException {
        final Optional<ImageName> parsed = optionalName(about.name());
        return change("commit the image", () -> {
            final Map<String, Object> unspoken = new LinkedHashMap<>();
            final List<String> layers = new ArrayList<>();
            final List<JsonObject> history = new ArrayList<>();
            if (base.isPresent()) {
                final ImageDocument below = catalog.state().image(base.get());
                unspoken.putAll(below.unspoken());
                layers.addAll(below.layers());
                history.addAll(below.historyJson());
            }
            layers.add(layer(layer).diffId());
            return add(config, unspoken, layers, history, about, parsed);
        });
    }

    @Override
    public synchronized void tag(final String reference, final String name) {
        final String id =
                new References(catalog.state()).find(reference).orElseThrow(() -> Failures.noSuchImage(reference));
        final ImageName parsed = ImageName.parse(name);
        try {
            catalog.add(List.of(), Map.of(parsed.canonical(), id));
        } catch (final IOException e) {
            throw Failures.ofDisk("tag the image", e);
        }
    }

    @Override
    public synchronized List<String> remove(
            final String reference, final boolean force, final Predicate<String> isUsed) {
        try {
            return new Removal(catalog, storage).remove(reference, force, isUsed);
        } catch (final IOException e) {
            throw Failures.ofDisk("remove the image", e);
        }
    }

    @Override
    public Intake intake() {
        return new StoreIntake(storage, this, this::add, this::addStep, this::deleteUnusedLayers);
    }

    @Override
    public byte[] configuration(final String id) throws IOException {
        return catalog.configuration(id);
    }

    @Override
    public void writeLayer(final String diffId, final OutputStream tar) throws IOException {
        try {
            storage.layers().writeTar(diffId, tar);
        } catch (final StorageException e) {
            throw Failures.of(e);
        }
    }

    @Override
    public Path newPlace() {
        return storage.files().newPlace();
    }

    @Override
    public Optional<LayerBlob> blob(final String diffId) throws IOException {
        return storage.layers().blob(diffId);
    }

    @Override
    public void remember(final String diffId, final LayerBlob blob) throws IOException {
        storage.layers().remember(diffId, blob);
    }

    @Override
    public Optional<String> step(final String key) {
        return Optional.ofNullable(catalog.state().steps().get(key));
    }

    @Override
    public List<Image> steps() {
        final Catalog.State state = catalog.state();
        return state.hidden().stream()
                .flatMap(id -> Optional.ofNullable(state.images().get(id)).stream())
                .map(document -> image(state, document))
                .sorted(Comparator.comparing(Image::created).thenComparing(Image::id))
                .toList();
    }

    @Override
    public long forgetSteps(final Predicate<String> isUsed) {
        if (catalog.state().hidden().stream().anyMatch(isUsed)) {
            throw new ImageException(
                    ImageException.Kind.IN_USE, "conflict: a container is made of a step of a build: remove it first");
        }
        final Set<String> before = storage.layers().list();
        final Map<String, Long> sizes = new LinkedHashMap<>();
        before.forEach(layer -> sizes.put(
                layer, storage.layers().find(layer).map(Layer::sizeBytes).orElse(0L)));
        change("forget the steps of builds", () -> {
            catalog.removeSteps();
            deleteUnusedLayers();
            return before.size();
        });
        sizes.keySet().removeAll(storage.layers().list());
        return sizes.values().stream().mapToLong(Long::longValue).sum();
    }

    private Image addStep(final byte[] configuration, final String key) {
        return change("keep a step of the build", () -> {
            catalog.addStep(configuration, key);
            return image(catalog.state(), new ImageDocument(configuration));
        });
    }

    private Image add(final byte[] configuration, final List<ImageName> names, final List<String> digests) {
        return change("keep the image", () -> {
            final ImageDocument document = new ImageDocument(configuration);
            final Map<String, String> named = new LinkedHashMap<>();
            names.forEach(name -> named.put(name.canonical(), document.id()));
            final Map<String, String> digested = new LinkedHashMap<>();
            digests.forEach(digest -> digested.put(digest, document.id()));
            catalog.add(List.of(configuration), named, digested);
            return image(catalog.state(), document);
        });
    }

    /// An image to be saved, with those of its names that are to be kept.
    private record Saved(ImageDocument document, byte[] configuration, Set<String> names) {}

    /// A change, after which the store has all of it or nothing.
    private interface Change<T> {
        T make() throws IOException;
    }

    private synchronized <T> T change(final String what, final Change<T> change) {
        boolean isDone = false;
        try {
            final T result = change.make();
            isDone = true;
            return result;
        } catch (final StorageException e) {
            throw Failures.of(e);
        } catch (final IOException e) {
            throw Failures.ofDisk(what, e);
        } finally {
            if (!isDone) {
                deleteUnusedLayers();
            }
        }
    }

    private synchronized void deleteUnusedLayers() {
        try {
            storage.deleteUnusedLayers(catalog.state().layers());
        } catch (final IOException e) {
            throw Failures.ofDisk("delete layers that nothing needs", e);
        }
    }

    private Layer layer(final Path archive) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(archive))) {
            return storage.layers().add(Compression.open(in), Optional.empty());
        }
    }

    private Image add(
            final ImageConfig config,
            final Map<String, Object> unspoken,
            final List<String> layers,
            final List<JsonObject> history,
            final Commit about,
            final Optional<ImageName> name)
            throws IOException {
        final byte[] document = ImageDocument.write(
                config, unspoken, layers, history, clock.instant(), about.author(), about.comment(), about.createdBy());
        final ImageDocument image = new ImageDocument(document);
        catalog.add(
                List.of(document),
                name.map(known -> Map.of(known.canonical(), image.id())).orElse(Map.of()));
        return image(catalog.state(), image);
    }

    private Image image(final Catalog.State state, final ImageDocument document) {
        final List<Long> sizes = document.layers().stream()
                .map(layer -> storage.layers().find(layer).map(Layer::sizeBytes).orElse(0L))
                .toList();
        final References references = new References(state);
        return document.image(
                references.names(document.id()).stream()
                        .map(ImageName::familiar)
                        .toList(),
                references.digests(document.id()).stream()
                        .map(digest -> ImageName.parse(digest.substring(0, digest.indexOf('@')))
                                        .repository()
                                + digest.substring(digest.indexOf('@')))
                        .toList(),
                sizes);
    }

    private static Optional<ImageName> optionalName(final String name) {
        return name.isEmpty() ? Optional.empty() : Optional.of(ImageName.parse(name));
    }
}
