package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.engine.EngineException.Kind;
import java.io.IOException;
import java.util.Map;

/// Removes containers with all they have.
final class Remover {
    private final ContainerStore store;
    private final ContainerTable table;
    private final Execs execs;
    private final EventLog events;
    private final Volumes volumes;

    Remover(
            final ContainerStore store,
            final ContainerTable table,
            final Execs execs,
            final EventLog events,
            final Volumes volumes) {
        this.store = store;
        this.table = table;
        this.execs = execs;
        this.events = events;
        this.volumes = volumes;
    }

    /// One that does not run. Of two who want to, the second finds it gone.
    ///
    /// @param hasVolumes whether its anonymous volumes go, too
    void remove(final Container container, final boolean hasVolumes) {
        container.operation().lock();
        try {
            if (!table.contains(container)) {
                return;
            }
            if (!hasVolumes) {
                volumes.leave(container);
            }
            // After this no engine knows it any more; if its files cannot be removed now, the next one does it.
            store.forget(container.directory());
            beginRemoval(container);
            container.root().remove();
            forget(container);
        } catch (final IOException e) {
            throw new EngineException(
                    Kind.FAILED, "cannot remove container \"/" + container.name() + "\": " + e.getMessage(), e);
        } finally {
            container.operation().unlock();
        }
        try {
            if (hasVolumes) {
                volumes.removeAnonymous(container);
            }
        } finally {
            tell(container);
        }
    }

    /// `--rm`: nobody is there to be told that it does not work, so whoever waits is told before the files go.
    /// No engine after this one would know the container, since it has no document ([ContainerStore]).
    ///
    /// @return whether [#deleteExited] is to follow; others were faster if not
    boolean forgetExited(final Container container) {
        container.operation().lock();
        try {
            if (!table.contains(container)) {
                return false;
            }
            beginRemoval(container);
            forget(container);
        } finally {
            container.operation().unlock();
        }
        try {
            // They have names by which others would see them.
            volumes.removeAnonymous(container);
        } catch (final RuntimeException e) {
            System.err.print("tailrace: volumes of container " + container.id() + ": " + e.getMessage() + "\n");
        } finally {
            tell(container);
        }
        return true;
    }

    /// The files of a container that is forgotten, and mounted no more.
    void deleteExited(final Container container) {
        try {
            store.forget(container.directory());
            container.root().remove();
        } catch (final IOException | RuntimeException e) {
            System.err.print("tailrace: files of container " + container.id() + ": " + e.getMessage() + "\n");
        }
    }

    private void forget(final Container container) {
        table.remove(container);
        execs.forget(container);
    }

    /// Once: a removal that has failed is tried again.
    private static void beginRemoval(final Container container) {
        if (container.status().state() != ContainerState.REMOVING) {
            container.beginRemoval();
        }
    }

    private void tell(final Container container) {
        container.output().end();
        events.container(container, "destroy", Map.of());
        container.completeRemoval();
    }
}
