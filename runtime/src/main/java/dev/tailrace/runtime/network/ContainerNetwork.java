package dev.tailrace.runtime.network;

import java.util.List;
import java.util.Optional;

/// The default bridge, and the networks of the user's own. Safe for several threads.
public interface ContainerNetwork extends AutoCloseable {
    /// Makes a network namespace with an address on the bridge, and publishes ports of it.
    ///
    /// @param ports in vain if one of them cannot be had: nothing is left then
    /// @throws NetworkException in Docker's words where a port is taken or needs privileges
    Endpoint attach(String containerId, List<PortBinding> ports);

    /// The same for a container that messages are to call by a name.
    default Endpoint attach(final String containerId, final String name, final List<PortBinding> ports) {
        return attach(containerId, ports);
    }

    /// A namespace with nothing but its loopback so far, which networks are to be plugged into.
    ///
    /// @param name what messages call the container by
    Sandbox open(String containerId, String name);

    /// Frees what a network that nobody is on any more has of the kernel.
    void remove(String networkId);

    /// A namespace with nothing but its loopback (`--network none`).
    Endpoint isolate(String containerId);

    /// What an `inspect` of the default network shows: `172.17.0.0/16`.
    String subnet();

    String gateway();

    /// What `/etc/hosts` of a container says for `host.docker.internal`, and `host-gateway` of `--add-host` means: an
    /// address that stands for the loopback of the host.
    String hostAddress();

    /// What `resolv.conf` of a container names: it asks the resolvers that the host has at the time.
    String nameServer();

    /// Why no container is served any more, where that is so.
    default Optional<String> failure() {
        return Optional.empty();
    }

    @Override
    void close();
}
