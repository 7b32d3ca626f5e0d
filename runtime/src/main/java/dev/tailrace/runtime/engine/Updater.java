package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.container.ContainerRuntime;
import dev.tailrace.runtime.container.Resources;
import dev.tailrace.runtime.container.StartException;
import dev.tailrace.runtime.engine.EngineException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// `docker update`, and what is said of limits where there are none.
final class Updater {
    private final ContainerRuntime runtime;
    private final ContainerStore store;
    private final EventLog events;

    Updater(final ContainerRuntime runtime, final ContainerStore store, final EventLog events) {
        this.runtime = runtime;
        this.store = store;
        this.events = events;
    }

    /// What is to be said of limits that are asked for; none if they hold.
    List<String> warnings(final Resources resources) {
        final String obstacle = runtime.obstacleTo(resources);
        if (obstacle.isEmpty()) {
            return List.of();
        }
        return List.of(
                runtime.hasLimits()
                        ? "Some limits are ignored: " + obstacle
                                + "; have systemd give it to users: Delegate=cpu memory pids in user@.service"
                        : "Limits on memory, processors and processes are ignored: " + obstacle
                                + "; run the engine as a unit of systemd that has Delegate=yes (tailrace install-unit)");
    }

    /// Whether the kernel holds such limits.
    boolean holds(final Resources resources) {
        return runtime.obstacleTo(resources).isEmpty();
    }

    /// @return a warning each
    List<String> update(final Container container, final ContainerUpdate update) {
        final List<String> warnings = new ArrayList<>(warnings(update.resources()));
        container.operation().lock();
        try {
            final HostConfig before = container.host();
            final HostConfig after = before.with(
                    update.policy().orElse(before.restartPolicy()),
                    warnings.isEmpty() || runtime.hasLimits()
                            ? update.resources().over(before.resources())
                            : before.resources());
            check(before, update);
            Validation.restartPolicy(after);
            if (container.status().state() == ContainerState.REMOVING) {
                throw EngineException.conflict("Container is marked for removal and cannot be \"update\".");
            }
            if (runtime.hasLimits()
                    && !after.resources().equals(before.resources())
                    && container.status().state().hasProcess()) {
                runtime.limit(container.id(), after.resources());
            }
            container.update(after);
            keep(container, before);
        } catch (final StartException | UncheckedIOException e) {
            throw failed(container, e);
        } finally {
            container.operation().unlock();
        }
        events.container(container, "update", Map.of());
        return warnings;
    }

    private static void check(final HostConfig before, final ContainerUpdate update) {
        if (before.isRemovedAtExit()
                && update.policy().filter(policy -> !policy.name().equals("no")).isPresent()) {
            throw EngineException.invalid(
                    "Restart policy cannot be updated because AutoRemove is enabled for the container");
        }
    }

    /// What is not on the disk is not the case.
    private void keep(final Container container, final HostConfig before) {
        try {
            store.save(container);
        } catch (final IOException e) {
            container.update(before);
            throw failed(container, e);
        }
    }

    private static EngineException failed(final Container container, final Exception e) {
        return new EngineException(Kind.FAILED, "Cannot update container " + container.id() + ": " + e.getMessage(), e);
    }
}
