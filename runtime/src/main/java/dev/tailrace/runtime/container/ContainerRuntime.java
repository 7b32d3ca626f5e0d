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
}
