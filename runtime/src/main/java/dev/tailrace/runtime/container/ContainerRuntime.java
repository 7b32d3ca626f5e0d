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

    /// Why there are no limits on what containers take, in a few words; empty if there are.
    default String obstacleToLimits() {
        return "this runtime has none";
    }

    /// Changes the limits of a container that runs.
    ///
    /// @param id of the container
    default void limit(final String id, final Resources resources) {
        throw new StartException(StartException.OTHER, "no limits: " + obstacleToLimits());
    }
}
