package dev.tailrace.runtime.api;

import dev.tailrace.runtime.engine.Container;
import dev.tailrace.runtime.engine.DefaultNetwork;
import dev.tailrace.runtime.engine.NetworkMode;
import dev.tailrace.runtime.network.Endpoint;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// `NetworkSettings` of `docker inspect`.
final class NetworkSettings {
    private NetworkSettings() {}

    static Map<String, @Nullable Object> json(final Container container) {
        final Map<String, @Nullable Object> json = Json.object(
                "Bridge", "",
                "SandboxID", "",
                "SandboxKey", "",
                "Ports", PortsJson.settings(container));
        json.putAll(address(container.endpoint().flatMap(Endpoint::address), container));
        json.put("Networks", networks(container));
        return json;
    }

    static Map<String, @Nullable Object> networks(final Container container) {
        final NetworkMode mode = NetworkMode.of(container.host().networkMode());
        for (final DefaultNetwork network : DefaultNetwork.values()) {
            if (network.name().equals(mode.name())) {
                return Json.object(network.text(), network(container, network));
            }
        }
        return Json.object();
    }

    private static Map<String, @Nullable Object> network(final Container container, final DefaultNetwork network) {
        final Map<String, @Nullable Object> json = Json.object(
                "IPAMConfig", null,
                "Links", null,
                "Aliases", null,
                "DriverOpts", null,
                "NetworkID", network.id(),
                "DNSNames", null);
        json.putAll(address(container.endpoint().flatMap(Endpoint::address), container));
        return json;
    }

    private static Map<String, @Nullable Object> address(
            final Optional<Endpoint.Address> address, final Container container) {
        return Json.object(
                "EndpointID", address.map(known -> container.id()).orElse(""),
                "Gateway", address.map(Endpoint.Address::gateway).orElse(""),
                "IPAddress", address.map(Endpoint.Address::ipv4).orElse(""),
                "IPPrefixLen", address.map(Endpoint.Address::prefixLength).orElse(0),
                "IPv6Gateway", "",
                "GlobalIPv6Address", address.flatMap(Endpoint.Address::ipv6).orElse(""),
                "GlobalIPv6PrefixLen",
                        address.map(Endpoint.Address::ipv6PrefixLength).orElse(0),
                "MacAddress", address.map(Endpoint.Address::mac).orElse(""));
    }
}
