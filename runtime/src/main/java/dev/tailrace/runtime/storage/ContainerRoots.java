package dev.tailrace.runtime.storage;

import java.util.List;
import java.util.Optional;

/// The roots of containers. Safe for several threads.
public interface ContainerRoots {
    /// `overlay` or `vfs`, as `docker info` shows it.
    String driver();

    /// Makes the root of a new container.
    ///
    /// @param containerId 64 hexadecimal digits
    /// @param layers digests of the image's layers (`diff_ids`), the lowest first
    ContainerRoot create(String containerId, List<String> layers);

    /// The same for one that is not to outlive the engine, so that it waits for no disk.
    ContainerRoot createPassing(String containerId, List<String> layers);

    /// Ids of all containers that have one.
    List<String> list();

    Optional<ContainerRoot> find(String containerId);

    /// What becomes of files that are given to somebody whom this user namespace does not have.
    default OwnerPolicy owners() {
        return OwnerPolicy.KEEP;
    }
}
