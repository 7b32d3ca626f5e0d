package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.engine.Container.BoundMount;
import dev.tailrace.runtime.engine.EngineException.Kind;
import dev.tailrace.runtime.storage.ContainerRoot;
import dev.tailrace.runtime.volume.CopyUp;
import dev.tailrace.runtime.volume.Volume;
import dev.tailrace.runtime.volume.VolumeStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/// Volumes, and who uses them: the containers there are, running or not, and those that are being made. Safe for
/// several threads.
public final class Volumes {
    private final VolumeStore store;
    private final CopyUp copyUp;
    private final ContainerTable table;
    private final EventLog events;
    private final Ids ids;

    /// What containers that are not in the table yet have asked for. Guarded by this.
    private final Map<String, Claim> claims = new HashMap<>();

    /// Locks by the names of volumes.
    private final Map<String, Object> filling = new ConcurrentHashMap<>();

    Volumes(final VolumeStore store, final ContainerTable table, final EventLog events, final Ids ids) {
        this.store = store;
        this.copyUp = new CopyUp(store);
        this.table = table;
        this.events = events;
        this.ids = ids;
    }

    /// By name.
    public List<Volume> all() {
        return store.all();
    }

    /// @throws EngineException there is none
    public Volume get(final String name) {
        return store.find(name)
                .orElseThrow(() -> new EngineException(Kind.NOT_FOUND, "get " + name + ": no such volume"));
    }

    /// Refuses to start a container with a volume that is not there any more.
    void check(final Container container) {
        for (final BoundMount mount : container.mounts()) {
            mount.volume().filter(use -> store.find(use.name()).isEmpty()).ifPresent(use -> {
                throw new EngineException(
                        Kind.FAILED,
                        "volume " + use.name() + " of container " + container.name()
                                + store.damaged(use.name())
                                        .map(place -> " was damaged: what is left of it is in " + place)
                                        .orElse(" is not there any more"));
            });
        }
    }

    /// Makes a volume, or answers the one that has the name already.
    ///
    /// @param name empty for one of our own making
    /// @param driver empty or `local`
    /// @param options of the driver; there are none that we have
    public synchronized Volume create(
            final String name,
            final String driver,
            final Map<String, String> options,
            final Map<String, String> labels) {
        return create(name, driver, options, labels, Optional.empty());
    }

    private Volume create(
            final String name,
            final String driver,
            final Map<String, String> options,
            final Map<String, String> labels,
            final Optional<String> owner) {
        if (!driver.isEmpty() && !driver.equals(Volume.DRIVER)) {
            throw new EngineException(
                    Kind.NOT_FOUND,
                    (name.isEmpty() ? "" : "create " + name + ": ") + "error looking up volume plugin " + driver
                            + ": plugin \"" + driver + "\" not found");
        }
        if (!options.isEmpty()) {
            throw new EngineException(
                    Kind.UNSUPPORTED,
                    "create " + name + ": options of the local driver (" + String.join(", ", options.keySet())
                            + ") are not supported by this engine: mount a directory of the host with -v instead");
        }
        final boolean isAnonymous = name.isEmpty();
        final Map<String, String> all = new LinkedHashMap<>(labels);
        if (isAnonymous) {
            all.put(Volume.ANONYMOUS_LABEL, "");
        }
        final boolean isNew = store.find(name).isEmpty();
        final Volume volume = store.create(isAnonymous ? ids.next() : name, all, isAnonymous, owner);
        if (isNew) {
            events.volume(volume, "create", Map.of());
        }
        return volume;
    }

    /// Ids of the containers that use it.
    public List<String> users(final String name) {
        return table.all().stream()
                .filter(container -> uses(container, name))
                .map(Container::id)
                .toList();
    }

    /// @param isForced whether it is no error if there is none
    public void remove(final String name, final boolean isForced) {
        if (isForced && store.find(name).isEmpty()) {
            return;
        }
        final Volume volume = get(name);
        final Runnable deletion;
        synchronized (this) {
            final Set<String> users = claimants(name);
            users.addAll(users(name));
            if (!users.isEmpty()) {
                throw EngineException.conflict(
                        "remove " + name + ": volume is in use - [" + String.join(", ", users) + "]");
            }
            deletion = store.remove(volume);
        }
        deletion.run();
        filling.remove(name);
        events.volume(volume, "destroy", Map.of());
    }

    /// What was pruned.
    public record Pruned(List<String> names, long bytes) {}

    /// Removes those that nobody uses.
    ///
    /// @param isWanted which of them
    public Pruned prune(final Predicate<Volume> isWanted) {
        final List<String> names = new ArrayList<>();
        long bytes = 0;
        for (final Volume volume : store.all()) {
            if (!isWanted.test(volume) || !users(volume.name()).isEmpty()) {
                continue;
            }
            final long size = sizeBytes(volume);
            try {
                remove(volume.name(), true);
                names.add(volume.name());
                bytes += size;
            } catch (final EngineException e) {
                // Somebody has begun to use it.
                if (e.kind() != Kind.CONFLICT) {
                    throw e;
                }
            }
        }
        events.pruned("volume", bytes);
        return new Pruned(names, bytes);
    }

    public long sizeBytes(final Volume volume) {
        try {
            return VolumeStore.sizeBytes(volume);
        } catch (final IOException e) {
            throw new EngineException(Kind.FAILED, "cannot read volume " + volume.name() + ": " + e.getMessage(), e);
        }
    }

    /// Keeps what a container that is being made will use from being removed meanwhile.
    synchronized Claim claim(final String containerId) {
        final Claim claim = new Claim(containerId);
        claims.put(containerId, claim);
        return claim;
    }

    /// Removes the anonymous volumes of a container that is gone, unless others use them.
    void removeAnonymous(final Container container) {
        for (final BoundMount mount : container.mounts()) {
            mount.volume().filter(BoundMount.Use::isAnonymous).ifPresent(use -> {
                try {
                    remove(use.name(), true);
                } catch (final EngineException e) {
                    if (e.kind() != Kind.CONFLICT) {
                        throw e;
                    }
                    leave(container, use.name());
                }
            });
        }
    }

    /// Has the anonymous volumes of a container outlive it.
    void leave(final Container container) {
        container.mounts().forEach(mount -> mount.volume().ifPresent(use -> leave(container, use.name())));
    }

    private void leave(final Container container, final String name) {
        store.find(name)
                .filter(volume -> store.owner(volume).equals(Optional.of(container.id())))
                .ifPresent(store::disown);
    }

    /// Removes those that an earlier engine made for containers that it has not made to the end, or has removed with
    /// them, but not to the end.
    ///
    /// @param containers ids of all containers
    /// @param used names of what they use
    void removeLeft(final Set<String> containers, final Set<String> used) {
        for (final Volume volume : store.all()) {
            final boolean isLeft = store.owner(volume)
                    .filter(owner -> !containers.contains(owner))
                    .isPresent();
            if (isLeft && !used.contains(volume.name())) {
                store.remove(volume).run();
            }
        }
    }

    private static boolean uses(final Container container, final String name) {
        return container.mounts().stream()
                .anyMatch(mount ->
                        mount.volume().filter(use -> use.name().equals(name)).isPresent());
    }

    private Set<String> claimants(final String name) {
        final Set<String> claimants = new HashSet<>();
        claims.forEach((id, claim) -> {
            if (claim.names.contains(name)) {
                claimants.add(id);
            }
        });
        return claimants;
    }

    /// The volumes of one container that is being made. Closed when it is in the table, or not to be.
    final class Claim implements AutoCloseable {
        private final String containerId;
        private final Set<String> names = new HashSet<>();
        private final List<Volume> anonymous = new ArrayList<>();
        private boolean isKept;

        private Claim(final String containerId) {
            this.containerId = containerId;
        }

        /// Makes a volume or finds it.
        ///
        /// @param name empty for an anonymous one
        Volume take(final String name, final String driver, final Map<String, String> labels) {
            synchronized (Volumes.this) {
                final Volume volume = create(
                        name, driver, Map.of(), labels, name.isEmpty() ? Optional.of(containerId) : Optional.empty());
                names.add(volume.name());
                if (name.isEmpty()) {
                    anonymous.add(volume);
                }
                return volume;
            }
        }

        /// Fills those volumes that are empty with what the image has in their place.
        void fill(final List<BoundMount> mounts, final ContainerRoot root) {
            for (final BoundMount mount : mounts) {
                if (mount.volume().filter(BoundMount.Use::isFilled).isPresent()) {
                    fill(get(mount.volume().get().name()), root, mount.target());
                }
            }
        }

        /// They are the container's.
        void keep() {
            isKept = true;
        }

        @Override
        public void close() {
            synchronized (Volumes.this) {
                claims.remove(containerId);
            }
            if (!isKept) {
                anonymous.forEach(volume -> remove(volume.name(), true));
            }
        }

        /// One volume after the other: of two containers that begin with it, the second finds it filled.
        private void fill(final Volume volume, final ContainerRoot root, final String target) {
            synchronized (filling.computeIfAbsent(volume.name(), _ -> new Object())) {
                // Others that are being made have not mounted it yet, and those that are not filled do not wait here.
                copyUp.fill(volume, root, target, !users(volume.name()).isEmpty());
            }
        }
    }
}
