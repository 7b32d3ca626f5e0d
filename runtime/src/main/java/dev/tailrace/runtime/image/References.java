package dev.tailrace.runtime.image;

import dev.tailrace.runtime.storage.Digests;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a user's word means: a name, an id, or the beginning of one.
///
/// @param state of the catalog in which it is looked up
record References(Catalog.State state) {
    private static final String PREFIX = "sha256:";

    /// The id of the image that is meant. A name goes before the beginning of an id, as with Docker.
    Optional<String> find(final String reference) {
        final String id = reference.startsWith(PREFIX) ? reference : PREFIX + reference;
        if (Digests.isDigest(id)) {
            return Optional.of(id).filter(state.images()::containsKey);
        }
        if (reference.indexOf('@') >= 0) {
            return ImageName.digested(reference).map(digest -> state.digests().get(digest));
        }
        final Optional<String> named = name(reference).map(name -> state.names().get(name.canonical()));
        if (named.isPresent()) {
            return named;
        }
        if (id.length() == PREFIX.length()) {
            return Optional.empty();
        }
        final List<String> matches = state.images().keySet().stream()
                .filter(known -> known.startsWith(id))
                .toList();
        return matches.size() == 1 ? Optional.of(matches.getFirst()) : Optional.empty();
    }

    /// The name in the catalog that the reference is, if it is one and not an id.
    Optional<ImageName> name(final String reference) {
        return ImageName.find(reference).filter(name -> state.names().containsKey(name.canonical()));
    }

    /// All names of an image.
    List<ImageName> names(final String id) {
        return state.names().entrySet().stream()
                .filter(entry -> entry.getValue().equals(id))
                .map(Map.Entry::getKey)
                .map(ImageName::parse)
                .toList();
    }

    /// What registries call an image: `docker.io/library/nginx@sha256:...` each.
    List<String> digests(final String id) {
        return state.digests().entrySet().stream()
                .filter(entry -> entry.getValue().equals(id))
                .map(Map.Entry::getKey)
                .toList();
    }

    /// The names that `docker save` keeps for a reference: it, or all tags of a repository.
    List<ImageName> saved(final String reference, final String id) {
        if (ImageName.hasTag(reference) || name(reference).isEmpty()) {
            return name(reference).map(List::of).orElse(List.of());
        }
        final String repository = name(reference).orElseThrow().repository();
        return names(id).stream()
                .filter(name -> name.repository().equals(repository))
                .toList();
    }
}
