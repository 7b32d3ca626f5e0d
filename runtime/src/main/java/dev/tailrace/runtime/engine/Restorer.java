package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.engine.Container.BoundMount;
import dev.tailrace.runtime.engine.EngineException.Kind;
import dev.tailrace.runtime.network.Membership;
import dev.tailrace.runtime.storage.ContainerRoot;
import dev.tailrace.runtime.storage.ContainerRoots;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;

/// Brings back the containers of an engine that has ended, or was killed: docs/adr/0027-life-of-containers.md.
final class Restorer {
    /// As the shell tells of a process that SIGKILL ended.
    private static final int KILLED = 137;

    private final ContainerStore store;
    private final ContainerRoots roots;
    private final ContainerTable table;
    private final Volumes volumes;
    private final Clock clock;
    private final Executor executor;

    Restorer(
            final ContainerStore store,
            final ContainerRoots roots,
            final ContainerTable table,
            final Volumes volumes,
            final Clock clock,
            final Executor executor) {
        this.store = store;
        this.roots = roots;
        this.table = table;
        this.volumes = volumes;
        this.clock = clock;
        this.executor = executor;
    }

    /// Fills the table, and removes roots and volumes that nobody has: of containers that were not yet made, or half
    /// removed.
    void restore() {
        final Set<String> known = new HashSet<>();
        try {
            final List<SavedContainer> all = store.load((id, reason) -> {
                known.add(id);
                report("container " + id + " is left alone: " + reason.getMessage());
            });
            all.forEach(saved -> known.add(saved.id()));
            volumes.removeLeft(known, usedVolumes(all));
            for (final String id : roots.list()) {
                if (!known.contains(id)) {
                    roots.find(id).ifPresent(ContainerRoot::remove);
                }
            }
            for (final SavedContainer saved : all) {
                if (saved.driver().equals(store.driver())) {
                    restore(saved);
                }
            }
            tellOthers(all);
        } catch (final IOException e) {
            throw new EngineException(Kind.FAILED, "cannot read the containers: " + e.getMessage(), e);
        }
    }

    private static Set<String> usedVolumes(final List<SavedContainer> all) {
        return all.stream()
                .flatMap(saved -> saved.mounts().stream())
                .flatMap(mount -> mount.volume().stream())
                .map(BoundMount.Use::name)
                .collect(Collectors.toSet());
    }

    private void tellOthers(final List<SavedContainer> all) {
        final long others = all.stream()
                .filter(saved -> !saved.driver().equals(store.driver()))
                .count();
        if (others > 0) {
            report(others + " containers of another storage driver are kept, and seen when that is chosen");
        }
    }

    private void restore(final SavedContainer saved) throws IOException {
        final Optional<ContainerRoot> root = roots.find(saved.id());
        if (root.isEmpty()) {
            report("container " + saved.name() + " (" + saved.id() + ") has lost its files, and is forgotten");
            store.forget(store.place(saved.id()));
            return;
        }
        final String name = table.tryReserve(saved.name(), saved.id()) ? saved.name() : saved.id();
        final Container container = new Container(
                saved.id(),
                name,
                saved.created(),
                saved.config(),
                saved.host(),
                saved.image(),
                store.place(saved.id()),
                root.get(),
                saved.mounts(),
                new ProcessInput(executor));
        container.memberships().replace(memberships(saved));
        container.restore(ended(saved), saved.isStoppedByUser());
        table.add(container);
        if (!container.status().equals(saved.status())) {
            store.save(container);
        }
    }

    private static Map<String, Membership> memberships(final SavedContainer saved) {
        final Map<String, Membership> memberships = new LinkedHashMap<>();
        if (saved.networks().isEmpty() && NetworkMode.of(saved.host().networkMode()) == NetworkMode.BRIDGE) {
            memberships.put(DefaultNetwork.BRIDGE.id(), Membership.PLAIN);
        }
        saved.networks().orElse(List.of()).forEach(joined -> memberships.put(joined.networkId(), joined.membership()));
        return memberships;
    }

    /// What it is now that its engine is gone, and its process with it.
    private ContainerStatus ended(final SavedContainer saved) {
        final ContainerStatus status = saved.status();
        return switch (status.state()) {
            case RUNNING, PAUSED -> {
                final Instant start = saved.processStart().orElse(Instant.EPOCH);
                if (status.pid() > 0 && !LeftoverProcess.end(status.pid(), start)) {
                    report("container " + saved.name() + " still runs as process " + status.pid()
                            + ", which cannot be killed from here");
                }
                yield status.ended(ContainerState.EXITED, KILLED, clock.instant(), false);
            }
            case RESTARTING, REMOVING -> status.in(ContainerState.EXITED);
            case CREATED, EXITED -> status;
        };
    }

    /// Tells whoever reads the engine's log.
    static void report(final String text) {
        System.err.print("tailrace: " + text + "\n");
    }
}
