package dev.tailrace.runtime.image;

import com.grack.nanojson.JsonObject;
import dev.tailrace.runtime.storage.Digests;
import dev.tailrace.runtime.storage.StoreFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
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
    private static final String DIGESTS = "digests";
    private static final String STEPS = "steps";
    private static final String HIDDEN = "hidden";

    private final Path index;
    private final Path configurations;
    private final StoreFiles files;

    private volatile State state = new State(Map.of(), Map.of(), Map.of(), Map.of(), Set.of());

    /// What the index says.
    ///
    /// @param images by their ids
    /// @param names canonical, to ids
    /// @param digests what registries call images, `docker.io/library/nginx@sha256:...`, to ids
    /// @param steps what builds have made, by what they made it of and how, to ids
    /// @param hidden ids of images that are such steps and nothing else
    record State(
            Map<String, ImageDocument> images,
            Map<String, String> names,
            Map<String, String> digests,
            Map<String, String> steps,
            Set<String> hidden) {
        State {
            steps = Map.copyOf(steps);
            hidden = Set.copyOf(hidden);
            images = Map.copyOf(images);
            names = Collections.unmodifiableMap(new TreeMap<>(names));
            digests = Collections.unmodifiableMap(new TreeMap<>(digests));
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
            try {
                read();
            } catch (final ImageException e) {
                repair(e);
            }
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
        add(added, named, Map.of());
    }

    /// @param digested what registries call them, to ids
    void add(final Iterable<byte[]> added, final Map<String, String> named, final Map<String, String> digested)
            throws IOException {
        final Map<String, ImageDocument> newImages = new HashMap<>(state.images());
        for (final byte[] bytes : added) {
            final ImageDocument document = new ImageDocument(bytes);
            if (newImages.put(document.id(), document) == null) {
                files.write(file(document.id()), bytes);
            }
        }
        final Map<String, String> newNames = new TreeMap<>(state.names());
        newNames.putAll(named);
        final Map<String, String> newDigests = new TreeMap<>(state.digests());
        newDigests.putAll(digested);
        final Set<String> newHidden = new TreeSet<>(state.hidden());
        added.forEach(bytes -> newHidden.remove(Digests.of(bytes)));
        newHidden.removeAll(named.values());
        commit(new State(newImages, newNames, newDigests, state.steps(), newHidden));
    }

    /// Adds an image that is a step of a build; it is seen by nobody who does not know its id.
    void addStep(final byte[] added, final String key) throws IOException {
        final ImageDocument document = new ImageDocument(added);
        final Map<String, ImageDocument> newImages = new HashMap<>(state.images());
        final Set<String> newHidden = new TreeSet<>(state.hidden());
        if (newImages.put(document.id(), document) == null) {
            files.write(file(document.id()), added);
            newHidden.add(document.id());
        }
        final Map<String, String> newSteps = new TreeMap<>(state.steps());
        newSteps.put(key, document.id());
        commit(new State(newImages, state.names(), state.digests(), newSteps, newHidden));
    }

    /// Forgets all steps of builds, and the images that are nothing else.
    void removeSteps() throws IOException {
        final Set<String> doomed = state.hidden();
        final Map<String, ImageDocument> newImages = new HashMap<>(state.images());
        newImages.keySet().removeAll(doomed);
        commit(new State(newImages, state.names(), state.digests(), Map.of(), Set.of()));
        for (final String id : doomed) {
            Files.deleteIfExists(file(id));
        }
    }

    /// Takes names and digests away, and an image if `id` is not empty.
    void remove(final Set<String> unnamed, final String id) throws IOException {
        final Map<String, ImageDocument> newImages = new HashMap<>(state.images());
        newImages.remove(id);
        final Map<String, String> newNames = new TreeMap<>(state.names());
        newNames.keySet().removeAll(unnamed);
        final Map<String, String> newDigests = new TreeMap<>(state.digests());
        newDigests.keySet().removeAll(unnamed);
        newDigests.values().removeIf(id::equals);
        final Map<String, String> newSteps = new TreeMap<>(state.steps());
        newSteps.values().removeIf(id::equals);
        final Set<String> newHidden = new TreeSet<>(state.hidden());
        newHidden.remove(id);
        commit(new State(newImages, newNames, newDigests, newSteps, newHidden));
        if (!id.isEmpty()) {
            Files.deleteIfExists(file(id));
        }
    }

    private void commit(final State next) throws IOException {
        final Map<String, Object> json = new LinkedHashMap<>();
        json.put(IMAGES, new TreeSet<>(next.images().keySet()));
        json.put(NAMES, next.names());
        json.put(DIGESTS, next.digests());
        json.put(STEPS, next.steps());
        json.put(HIDDEN, new TreeSet<>(next.hidden()));
        files.write(index, Json.bytes(json));
        state = next;
    }

    private void read() throws IOException {
        final JsonObject json = readIndex();
        final Map<String, ImageDocument> images = new HashMap<>();
        for (final String id : Json.texts(json, IMAGES)) {
            images.put(id, document(id));
        }
        state = new State(
                images,
                texts(json, NAMES),
                texts(json, DIGESTS),
                texts(json, STEPS),
                Set.copyOf(Json.texts(json, HIDDEN)));
    }

    private JsonObject readIndex() throws IOException {
        return Json.object(Files.readAllBytes(index), index.toString());
    }

    /// Empty if a part of it cannot be read.
    private JsonObject readableIndex() throws IOException {
        try {
            final JsonObject json = readIndex();
            List.of(IMAGES, HIDDEN).forEach(list -> Json.texts(json, list));
            List.of(NAMES, DIGESTS, STEPS).forEach(map -> texts(json, map));
            return json;
        } catch (final ImageException _) {
            return new JsonObject();
        }
    }

    private ImageDocument document(final String id) throws IOException {
        try {
            final ImageDocument document = new ImageDocument(Files.readAllBytes(file(id)));
            if (document.id().equals(id)) {
                return document;
            }
        } catch (final NoSuchFileException _) {
            throw damaged(id, "is not there any more");
        }
        throw damaged(id, "has changed on the disk");
    }

    private ImageException damaged(final String id, final String how) {
        return new ImageException(
                ImageException.Kind.STORAGE, "the configuration of image " + id + " " + how + ": " + file(id));
    }

    /// Goes on with what can be read. Of an index that cannot, the configurations tell which images there are,
    /// without names, and steps of builds among them; images whose configurations are damaged are left out. What is
    /// damaged is set aside.
    private void repair(final ImageException damage) throws IOException {
        final JsonObject json = readableIndex();
        final Set<String> hidden = new HashSet<>(Json.texts(json, HIDDEN));
        final Map<String, ImageDocument> images = new HashMap<>();
        final Path damaged = index.resolveSibling("damaged");
        int lost = 0;
        for (final String id : json.containsKey(IMAGES) ? Json.texts(json, IMAGES) : ids()) {
            try {
                images.put(id, document(id));
            } catch (final ImageException _) {
                lost++;
                if (Files.exists(file(id))) {
                    files.setAside(file(id), damaged);
                }
            }
        }
        final Path aside = files.setAside(index, damaged);
        commit(new State(
                images,
                kept(texts(json, NAMES), images),
                kept(texts(json, DIGESTS), images),
                kept(texts(json, STEPS), images),
                images.keySet().stream().filter(hidden::contains).collect(Collectors.toSet())));
        System.err.print("tailrace: the list of images is damaged: "
                + String.valueOf(damage.getMessage()).replaceAll("\\R+", " ") + "; images kept: " + images.size()
                + ", names kept: " + state.names().size() + ", images lost: " + lost + "; the damaged files are in "
                + aside.getParent() + "\n");
    }

    private List<String> ids() throws IOException {
        try (Stream<Path> all = Files.list(configurations)) {
            return all.map(path -> Digests.ofHex(path.getFileName().toString())).toList();
        }
    }

    private static Map<String, String> kept(final Map<String, String> toIds, final Map<String, ImageDocument> images) {
        toIds.values().retainAll(images.keySet());
        return toIds;
    }

    private static Map<String, String> texts(final JsonObject json, final String key) {
        final Map<String, String> texts = new HashMap<>();
        final JsonObject object = Json.object(json, key);
        object.keySet().forEach(name -> texts.put(name, Json.text(object, name)));
        return texts;
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
