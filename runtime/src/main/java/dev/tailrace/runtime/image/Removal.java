package dev.tailrace.runtime.image;

import dev.tailrace.runtime.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// Takes names and images out of the store, by Docker's rules and in its words.
final class Removal {
    private static final int SHORT_ID = "sha256:".length() + 12;

    private final Catalog catalog;
    private final References references;
    private final Storage storage;

    Removal(final Catalog catalog, final Storage storage) {
        this.catalog = catalog;
        this.references = new References(catalog.state());
        this.storage = storage;
    }

    /// @return what happened, a line each
    List<String> remove(final String reference, final boolean force, final Predicate<String> isUsed)
            throws IOException {
        final String id = references.find(reference).orElseThrow(() -> Failures.noSuchImage(reference));
        final Optional<ImageName> name = references
                .name(reference)
                .filter(known -> id.equals(references.state().names().get(known.canonical())));
        final List<ImageName> names = references.names(id);
        if (name.isPresent() && names.size() > 1) {
            catalog.remove(Set.of(name.get().canonical()), "");
            return List.of("Untagged: " + name.get().familiar());
        }
        if (!force) {
            check(reference, id, name, names, isUsed);
        }
        return delete(id, names);
    }

    private static void check(
            final String reference,
            final String id,
            final Optional<ImageName> name,
            final List<ImageName> names,
            final Predicate<String> isUsed) {
        final String shortId = id.substring("sha256:".length(), SHORT_ID);
        if (isUsed.test(id)) {
            throw new ImageException(
                    ImageException.Kind.IN_USE,
                    name.isPresent()
                            ? "conflict: unable to remove repository reference \"" + reference
                                    + "\" (must force) - a container is using its referenced image " + shortId
                            : "conflict: unable to delete " + shortId
                                    + " (must be forced) - image is being used by a container");
        }
        if (names.stream().map(ImageName::repository).distinct().count() > 1) {
            throw new ImageException(
                    ImageException.Kind.IN_USE,
                    "conflict: unable to delete " + shortId
                            + " (must be forced) - image is referenced in multiple repositories");
        }
    }

    private List<String> delete(final String id, final List<ImageName> names) throws IOException {
        final List<String> lines = new ArrayList<>();
        final Set<String> unnamed = new LinkedHashSet<>();
        for (final ImageName name : names) {
            unnamed.add(name.canonical());
            lines.add("Untagged: " + name.familiar());
        }
        for (final String digest : references.digests(id)) {
            final int at = digest.indexOf('@');
            lines.add("Untagged: " + ImageName.parse(digest.substring(0, at)).repository() + digest.substring(at));
        }
        final List<String> layers = references.state().image(id).layers();
        catalog.remove(unnamed, id);
        lines.add("Deleted: " + id);
        storage.deleteUnusedLayers(catalog.state().layers());
        final Set<String> left = new HashSet<>(storage.layers().list());
        layers.reversed().stream()
                .filter(layer -> !left.contains(layer))
                .distinct()
                .forEach(layer -> lines.add("Deleted: " + layer));
        return lines;
    }
}
