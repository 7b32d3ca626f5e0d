package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.network.Endpoint;
import dev.tailrace.runtime.network.Sandbox;
import dev.tailrace.runtime.network.Subnet;
import java.util.List;
import java.util.Optional;

/// Which name servers a container's `resolv.conf` names.
///
/// On a network of the user's own it is the network's, which knows the other containers; those of `--dns` are asked by
/// it. One of those that is a container itself only the container can reach: then the user has chosen to do without.
///
/// @param servers literals
/// @param hasNames whether the first one knows names of containers
record NameServers(List<String> servers, boolean hasNames) {
    /// Of the default network, or the host's.
    static NameServers plain(final HostConfig host, final List<String> networkServers) {
        return new NameServers(host.nameServers().isEmpty() ? networkServers : host.nameServers(), false);
    }

    static NameServers of(final Container container, final Sandbox sandbox) {
        final List<String> given = container.host().nameServers();
        final boolean isOwn =
                sandbox.addresses().keySet().stream().anyMatch(id -> !id.equals(DefaultNetwork.BRIDGE.id()));
        if (!isOwn || given.stream().anyMatch(server -> isNeighbour(sandbox, server))) {
            return plain(container.host(), List.of(sandbox.nameServer()));
        }
        given.stream().findFirst().ifPresent(sandbox::resolveBy);
        return new NameServers(List.of(sandbox.nameServer()), true);
    }

    private static boolean isNeighbour(final Sandbox sandbox, final String server) {
        return sandbox.addresses().values().stream()
                .map(NameServers::subnet)
                .flatMap(Optional::stream)
                .anyMatch(subnet -> subnet.contains(server));
    }

    private static Optional<Subnet> subnet(final Endpoint.Address address) {
        return Subnet.around(address.ipv4() + "/" + address.prefixLength());
    }
}
