package dev.tailrace.runtime.network;

import java.util.List;
import java.util.Optional;

/// A container's place in the network.
public interface Endpoint extends AutoCloseable {
    /// The descriptor of the network namespace, open until the endpoint is closed.
    int namespaceFd();

    /// Empty without a network.
    Optional<Address> address();

    /// With the host's ports as they were given.
    List<PortBinding> ports();

    /// Frees addresses and ports. The namespace lives as long as a process is in it.
    @Override
    void close();

    /// Literals.
    ///
    /// @param prefixLength of `ipv4`
    /// @param mac as `02:42:ac:11:00:02`
    /// @param ipv6 empty where the host has none
    record Address(
            String ipv4, int prefixLength, String gateway, String mac, Optional<String> ipv6, int ipv6PrefixLength) {}
}
