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

    Remover(final ContainerStore store, final ContainerTable table, final Execs execs, final EventLog events) {
        this.store = store;
        this.table = table;
        this.execs = execs;
        this.events = events;
    }

    /// One that does not run. Of two who want to, the second finds it gone.
    void remove(final Container container) {
        container.operation().lock();
        try {
            if (!table.contains(container)) {
                return;
            }
            // After this no engine knows it any more; if its files cannot be removed now, the next one does it.
            store.forget(container.directory());
            if (container.status().state() != ContainerState.REMOVING) {
                container.beginRemoval();
            }
            container.root().remove();
            table.remove(container);
            execs.forget(container);
        } catch (final IOException e) {
            throw new EngineException(
                    Kind.FAILED, "cannot remove container \"/" + container.name() + "\": " + e.getMessage(), e);
        } finally {
            container.operation().unlock();
        }
        container.output().end();
        events.container(container, "destroy", Map.of());
        container.completeRemoval();
    }

    /// `--rm`: nobody is there to be told that it does not work.
    void removeExited(final Container container) {
        try {
            remove(container);
        } catch (final RuntimeException e) {
            System.err.print("tailrace: " + e.getMessage() + "\n");
        }
    }
}
