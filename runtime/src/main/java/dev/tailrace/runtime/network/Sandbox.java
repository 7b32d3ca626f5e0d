package dev.tailrace.runtime.network;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A container's network namespace, which networks are plugged into, also while the container runs. Safe for several
/// threads.
///
/// One of the networks leads out and carries the published ports: that with the highest priority, of equal ones the
/// first by name, and none that is internal. Once it is chosen it stays until it is unplugged.
public interface Sandbox extends Endpoint {
    /// A container's place in the network, if networks can be plugged into it.
    static Optional<Sandbox> of(final Optional<Endpoint> endpoint) {
        return endpoint.filter(Sandbox.class::isInstance).map(Sandbox.class::cast);
    }

    /// Plugs the default network in.
    ///
    /// @param id what its address goes by in [#addresses]
    /// @throws NetworkException it cannot be had; nothing is left then
    void connectDefault(String id, Membership membership);

    /// Plugs a network of the user's own in.
    ///
    /// @param names that others on the network have for the container
    /// @throws NetworkException it cannot be had, or the address is taken; nothing is left then
    void connect(NetworkSpec network, Membership membership, List<String> names);

    /// Pulls a network out; does nothing if it is not plugged in.
    void disconnect(String networkId);

    /// Publishes ports, all or none, on the network that leads out: if there is none, when there is one.
    ///
    /// @throws NetworkException in Docker's words where a port is taken or needs privileges
    void publish(List<PortBinding> ports);

    /// Has networks of the user's own ask a name server for what they do not know themselves, in place of the host's.
    ///
    /// @param nameServer a literal, which the host reaches
    void resolveBy(String nameServer);

    /// Gives the container other names on a network.
    void rename(String networkId, List<String> names);

    /// By the ids of the networks, in the order they were plugged in.
    Map<String, Address> addresses();

    /// What stands for the host's loopback: the gateway of the network that leads out, if there is one.
    Optional<String> hostAddress();

    /// The name server that knows the names of all networks, or that of the default network.
    String nameServer();
}
