package dev.tailrace.runtime.container;

/// Starts processes in containers. Safe for several threads.
public interface ContainerRuntime {
    /// Makes the container and executes its first process.
    ///
    /// @throws StartException nothing of it is left then
    ContainerProcess start(ContainerSpec spec);

    /// Executes another process in the container whose first process is `container`.
    ///
    /// @throws StartException nothing of it is left then
    ContainerProcess execute(ContainerProcess container, ProcessSpec spec);

    /// Whether there are limits on what containers take, of some kind.
    default boolean hasLimits() {
        return false;
    }

    /// Why some of these limits are not held, in a few words; empty if all are.
    default String obstacleTo(final Resources resources) {
        return resources.controllers().isEmpty() ? "" : "this runtime has none";
    }

    /// Changes the limits of a container that runs.
    ///
    /// @param id of the container
    default void limit(final String id, final Resources resources) {
        throw new StartException(StartException.OTHER, "no limits: " + obstacleTo(resources));
    }
}
