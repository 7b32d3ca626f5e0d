package dev.tailrace.runtime.net;

import java.nio.file.Path;
import java.util.Optional;

/// Where the networks of the user's engine are looked into.
public interface EngineNetworks {
    /// What the default network is called.
    String DEFAULT = "bridge";

    /// That of the default network, whether an engine runs or not; empty if there is no place for one.
    Optional<Path> socket();

    /// That of any network.
    ///
    /// @param reference a name or an id
    /// @throws NetException there is none, or it has no stack
    Place find(String reference) throws NetException;

    /// Where one is looked into.
    record Place(String network, Path socket) {}
}
