package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.engine.EngineException.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The containers there are, by id and by name. Safe for several threads.
final class ContainerTable {
    // Guarded by this.
    private final Map<String, Container> byId = new HashMap<>();
    private final Map<String, String> idByName = new HashMap<>();

    /// Takes a name for a container that is about to be made.
    ///
    /// @throws EngineException another has it
    synchronized void reserve(final String name, final String id) {
        final String owner = idByName.putIfAbsent(name, id);
        if (owner != null) {
            throw EngineException.conflict("Conflict. The container name \"/" + name
                    + "\" is already in use by container \"" + owner
                    + "\". You have to remove (or rename) that container to be able to reuse that name.");
        }
    }

    /// Whether the name was free; it is taken now.
    synchronized boolean tryReserve(final String name, final String id) {
        return idByName.putIfAbsent(name, id) == null;
    }

    synchronized boolean isTaken(final String name) {
        return idByName.containsKey(name);
    }

    synchronized void release(final String name, final String id) {
        idByName.remove(name, id);
    }

    synchronized void add(final Container container) {
        byId.put(container.id(), container);
    }

    synchronized boolean contains(final Container container) {
        return byId.get(container.id()) == container;
    }

    synchronized void remove(final Container container) {
        byId.remove(container.id());
        idByName.remove(container.name(), container.id());
    }

    /// Oldest first.
    synchronized List<Container> all() {
        final List<Container> all = new ArrayList<>(byId.values());
        all.sort(Comparator.comparing(Container::created).thenComparing(Container::id));
        return all;
    }

    /// @param reference an id, a name with `/` before it or without, or the beginning of an id that no
    /// other has
    /// @throws EngineException there is none, or there are several
    synchronized Container get(final String reference) {
        final String name = reference.startsWith("/") ? reference.substring(1) : reference;
        final Optional<Container> exact = Optional.ofNullable(byId.get(reference))
                .or(() -> Optional.ofNullable(idByName.get(name)).map(byId::get));
        if (exact.isPresent()) {
            return exact.get();
        }
        Container found = null;
        if (!reference.isEmpty()) {
            for (final Map.Entry<String, Container> entry : byId.entrySet()) {
                if (entry.getKey().startsWith(reference)) {
                    if (found != null) {
                        throw EngineException.invalid("multiple IDs found with provided prefix: " + reference);
                    }
                    found = entry.getValue();
                }
            }
        }
        if (found == null) {
            throw new EngineException(Kind.NOT_FOUND, "No such container: " + reference);
        }
        return found;
    }
}
