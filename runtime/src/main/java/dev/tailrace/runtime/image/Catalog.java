package dev.tailrace.runtime.image;

import com.grack.nanojson.JsonObject;
import dev.tailrace.runtime.storage.Digests;
import dev.tailrace.runtime.storage.StoreFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Which images there are and what they are called, on the disk: `index.json`, and each configuration in a file by its
/// digest.
///
/// The index is replaced as a whole by each change, so that a change is there or is not. An image's configuration and
/// its layers are on the disk before the index names it, and go after it does no more; what it does not name is
/// garbage. [ImageStore] sees to that one thread changes it at a time; others read the state as it was or will be.
final class Catalog {
    private static final String IMAGES = "images";
    private static final String NAMES = "names";

    private final Path index;
    private final Path configurations;
    private final StoreFiles files;

    private volatile State state = new State(Map.of(), Map.of());

    /// What the index says.
    ///
    /// @param images by their ids
    /// @param names canonical, to ids
    record State(Map<String, ImageDocument> images, Map<String, String> names) {
        State {
            images = Map.copyOf(images);
            names = Collections.unmodifiableMap(new TreeMap<>(names));
        }

        /// @throws ImageException if there is none with this id
        ImageDocument image(final String id) {
            return Optional.ofNullable(images.get(id)).orElseThrow(() -> Failures.noSuchImage(id));
        }

        /// Digests of the layers that images have.
        Set<String> layers() {
            final Set<String> layers = new HashSet<>();
            images.values().forEach(image -> layers.addAll(image.layers()));
            return layers;
        }
    }

    Catalog(final Path directory, final StoreFiles files) throws IOException {
        this.index = directory.resolve("index.json");
        this.configurations = Files.createDirectories(directory.resolve("configurations"));
        this.files = files;
        if (Files.exists(index)) {
            read();
        }
        deleteGarbage();
    }

    State state() {
        return state;
    }

    /// What is in the store of an image, to the byte.
    byte[] configuration(final String id) throws IOException {
        return Files.readAllBytes(file(id));
    }

    /// Adds images and gives names, all at once.
    ///
    /// @param added configurations; such as are there already are left as they are
    /// @param named canonical names to ids
    void add(final Iterable<byte[]> added, final Map<String, String> named) throws IOException {
        final Map<String, ImageDocument> newImages = new HashMap<>(state.images());
        for (final byte[] bytes : added) {
            final ImageDocument document = new ImageDocument(bytes);
            if (newImages.put(document.id(), document) == null) {
                files.write(file(document.id()), bytes);
            }
        }
        final Map<String, String> newNames = new TreeMap<>(state.names());
        newNames.putAll(named);
        commit(newImages, newNames);
    }

    /// Takes names away, and an image if `id` is not empty.
    void remove(final Set<String> unnamed, final String id) throws IOException {
        final Map<String, ImageDocument> newImages = new HashMap<>(state.images());
        newImages.remove(id);
        final Map<String, String> newNames = new TreeMap<>(state.names());
        newNames.keySet().removeAll(unnamed);
        commit(newImages, newNames);
        if (!id.isEmpty()) {
            Files.deleteIfExists(file(id));
        }
    }

    private void commit(final Map<String, ImageDocument> newImages, final Map<String, String> newNames)
            throws IOException {
        final Map<String, Object> json = new LinkedHashMap<>();
        json.put(IMAGES, new TreeSet<>(newImages.keySet()));
        json.put(NAMES, newNames);
        files.write(index, Json.bytes(json));
        state = new State(newImages, newNames);
    }

    private void read() throws IOException {
        final JsonObject json = Json.object(Files.readAllBytes(index), index.toString());
        final Map<String, ImageDocument> images = new HashMap<>();
        final Map<String, String> names = new HashMap<>();
        for (final String id : Json.texts(json, IMAGES)) {
            final ImageDocument document = new ImageDocument(Files.readAllBytes(file(id)));
            if (!document.id().equals(id)) {
                throw new ImageException(
                        ImageException.Kind.STORAGE,
                        "the configuration of image " + id + " has changed on the disk: " + file(id));
            }
            images.put(id, document);
        }
        final JsonObject named = Json.object(json, NAMES);
        named.keySet().forEach(name -> names.put(name, Json.text(named, name)));
        state = new State(images, names);
    }

    private void deleteGarbage() throws IOException {
        try (Stream<Path> all = Files.list(configurations)) {
            for (final Path path : all.toList()) {
                if (!state.images().containsKey(Digests.ofHex(path.getFileName().toString()))) {
                    Files.delete(path);
                }
            }
        }
    }

    private Path file(final String id) {
        return configurations.resolve(Digests.hex(id));
    }
}
