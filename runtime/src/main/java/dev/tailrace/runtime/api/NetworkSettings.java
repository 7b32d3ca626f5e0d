package dev.tailrace.runtime.api;

import dev.tailrace.runtime.engine.Container;
import dev.tailrace.runtime.engine.DefaultNetwork;
import dev.tailrace.runtime.engine.Engine;
import dev.tailrace.runtime.engine.NetworkMode;
import dev.tailrace.runtime.engine.UserNetwork;
import dev.tailrace.runtime.network.Endpoint;
import dev.tailrace.runtime.network.Membership;
import dev.tailrace.runtime.network.Sandbox;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// `NetworkSettings` of `docker inspect`.
final class NetworkSettings {
    private static final int SHORT_ID_DIGITS = 12;

    /// Up to here a container's short id is among its aliases, by which clients know that it is complete.
    private static final ApiVersion HAS_NAMES = new ApiVersion(1, 45);

    private NetworkSettings() {}

    static Map<String, @Nullable Object> json(
            final Engine engine, final Container container, final ApiVersion version) {
        final Map<String, @Nullable Object> json = Json.object(
                "Bridge",
                "",
                "SandboxID",
                container.sandbox().isPresent() ? container.id() : "",
                "SandboxKey",
                "",
                "Ports",
                PortsJson.settings(container));
        // Of the default network alone, as Docker has it.
        json.putAll(address(container, DefaultNetwork.BRIDGE.id(), Optional.empty()));
        json.put("Networks", networks(engine, container, version));
        return json;
    }

    static Map<String, @Nullable Object> networks(
            final Engine engine, final Container container, final ApiVersion version) {
        final NetworkMode mode = NetworkMode.of(container.host().networkMode());
        final Map<String, @Nullable Object> networks = Json.object();
        for (final DefaultNetwork network : List.of(DefaultNetwork.HOST, DefaultNetwork.NONE)) {
            if (network.name().equals(mode.name())) {
                networks.put(
                        network.text(), network(container, network.id(), Membership.PLAIN, Optional.empty(), version));
            }
        }
        container.memberships().all().forEach((reference, membership) -> {
            final Optional<DefaultNetwork> predefined = DefaultNetwork.find(reference);
            final Optional<UserNetwork> own = predefined.isPresent()
                    ? Optional.empty()
                    : engine.networks().find(reference);
            final String id = own.map(UserNetwork::id).orElse(reference);
            networks.put(
                    predefined
                            .map(DefaultNetwork::text)
                            .or(() -> own.map(UserNetwork::name))
                            .orElse(reference),
                    network(container, id, membership, own, version));
        });
        return networks;
    }

    private static Map<String, @Nullable Object> network(
            final Container container,
            final String id,
            final Membership membership,
            final Optional<UserNetwork> own,
            final ApiVersion version) {
        final Map<String, @Nullable Object> json = Json.object(
                "IPAMConfig", ipam(membership),
                "Links", links(membership),
                "Aliases", aliases(container, membership, own, version),
                "DriverOpts", null,
                "GwPriority", membership.gatewayPriority(),
                "NetworkID", id,
                "DNSNames", own.isPresent() ? Engine.names(container, membership) : null);
        json.putAll(address(container, id, own));
        return json;
    }

    private static @Nullable Object ipam(final Membership membership) {
        final Map<String, @Nullable Object> ipam = Json.object();
        membership.ipv4().ifPresent(address -> ipam.put("IPv4Address", address));
        membership.ipv6().ifPresent(address -> ipam.put("IPv6Address", address));
        return ipam.isEmpty() ? null : ipam;
    }

    private static @Nullable Object links(final Membership membership) {
        final List<String> links = new ArrayList<>();
        membership.links().forEach((alias, container) -> links.add(container + ":" + alias));
        return links.isEmpty() ? null : links;
    }

    private static @Nullable Object aliases(
            final Container container,
            final Membership membership,
            final Optional<UserNetwork> own,
            final ApiVersion version) {
        final List<String> aliases = new ArrayList<>(membership.aliases());
        if (own.isPresent() && version.compareTo(HAS_NAMES) < 0) {
            aliases.add(container.id().substring(0, SHORT_ID_DIGITS));
        }
        return aliases.isEmpty() ? null : aliases;
    }

    private static Map<String, @Nullable Object> address(
            final Container container, final String networkId, final Optional<UserNetwork> own) {
        final Optional<Endpoint.Address> address = container
                .sandbox()
                .map(Sandbox::addresses)
                .flatMap(addresses -> Optional.ofNullable(addresses.get(networkId)));
        final String ipv6Gateway = own.flatMap(
                        network -> network.spec().addresses().ipv6Gateway())
                .filter(gateway -> address.flatMap(Endpoint.Address::ipv6).isPresent())
                .orElse("");
        return Json.object(
                "EndpointID",
                        address.map(known -> EndpointIds.of(container.id(), networkId))
                                .orElse(""),
                "Gateway", address.map(Endpoint.Address::gateway).orElse(""),
                "IPAddress", address.map(Endpoint.Address::ipv4).orElse(""),
                "IPPrefixLen", address.map(Endpoint.Address::prefixLength).orElse(0),
                "IPv6Gateway", ipv6Gateway,
                "GlobalIPv6Address", address.flatMap(Endpoint.Address::ipv6).orElse(""),
                "GlobalIPv6PrefixLen",
                        address.map(Endpoint.Address::ipv6PrefixLength).orElse(0),
                "MacAddress", address.map(Endpoint.Address::mac).orElse(""));
    }
}
