package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.network.Membership;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// A container to be made.
///
/// @param name empty for one of our own making
/// @param platform `os[/architecture]`, or empty for the image's
/// @param networks by their names or ids; `default` for the one that the host configuration names
public record CreateRequest(
        String name, String platform, ContainerConfig config, HostConfig host, Map<String, Membership> networks) {
    public CreateRequest {
        // In their order: the first network is eth0.
        networks = Collections.unmodifiableMap(new LinkedHashMap<>(networks));
    }

    /// On the network that the host configuration names, as it comes.
    public CreateRequest(
            final String name, final String platform, final ContainerConfig config, final HostConfig host) {
        this(name, platform, config, host, Map.of());
    }
}
