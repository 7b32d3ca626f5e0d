package dev.tailrace.runtime.api;

import dev.tailrace.runtime.engine.Container;
import dev.tailrace.runtime.engine.DefaultNetwork;
import dev.tailrace.runtime.engine.Engine;
import dev.tailrace.runtime.engine.NetworkMode;
import dev.tailrace.runtime.engine.UserNetwork;
import dev.tailrace.runtime.log.EntryFormat;
import dev.tailrace.runtime.network.Endpoint;
import dev.tailrace.runtime.network.NetworkAddresses;
import dev.tailrace.runtime.network.Sandbox;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// `docker network inspect`.
final class NetworkJson {
    private final Engine engine;
    private final Instant started;

    /// @param started when the networks that are always there were made
    NetworkJson(final Engine engine, final Instant started) {
        this.engine = engine;
        this.started = started;
    }

    Map<String, @Nullable Object> json(final DefaultNetwork network, final boolean hasContainers) {
        final boolean isBridge = network == DefaultNetwork.BRIDGE;
        final List<Object> ranges = isBridge
                ? List.of(range(engine.network().subnet(), engine.network().gateway()))
                : List.of();
        return json(
                Json.object(
                        "Name", network.text(),
                        "Id", network.id(),
                        "Created", EntryFormat.timestamp(started),
                        "Scope", "local",
                        "Driver", network.driver()),
                isBridge,
                ranges,
                false,
                false,
                hasContainers ? containers(network) : Map.of(),
                Map.of(),
                Map.of());
    }

    Map<String, @Nullable Object> json(final UserNetwork network, final boolean hasContainers) {
        final NetworkAddresses addresses = network.spec().addresses();
        final List<Object> ranges = new ArrayList<>();
        final Map<String, @Nullable Object> ipv4 = range(addresses.subnet().toString(), addresses.gatewayText());
        if (!addresses.range().equals(addresses.subnet())) {
            ipv4.put("IPRange", addresses.range().toString());
        }
        ranges.add(ipv4);
        addresses
                .ipv6Subnet()
                .ifPresent(subnet ->
                        ranges.add(range(subnet, addresses.ipv6Gateway().orElse(""))));
        return json(
                Json.object(
                        "Name", network.name(),
                        "Id", network.id(),
                        "Created", EntryFormat.timestamp(network.created()),
                        "Scope", "local",
                        "Driver", "bridge"),
                addresses.ipv6().isPresent(),
                ranges,
                network.spec().isInternal(),
                network.isAttachable(),
                hasContainers ? containers(network.id(), engine.networks().users(network.id())) : Map.of(),
                network.options(),
                network.labels());
    }

    private static Map<String, @Nullable Object> json(
            final Map<String, @Nullable Object> head,
            final boolean hasIpv6,
            final List<Object> ranges,
            final boolean isInternal,
            final boolean isAttachable,
            final Map<String, Object> containers,
            final Map<String, String> options,
            final Map<String, String> labels) {
        head.put("EnableIPv4", true);
        head.put("EnableIPv6", hasIpv6);
        head.put("IPAM", Json.object("Driver", "default", "Options", null, "Config", ranges));
        head.put("Internal", isInternal);
        head.put("Attachable", isAttachable);
        head.put("Ingress", false);
        head.put("ConfigFrom", Map.of("Network", ""));
        head.put("ConfigOnly", false);
        head.put("Containers", containers);
        head.put("Options", options);
        head.put("Labels", labels);
        return head;
    }

    private static Map<String, @Nullable Object> range(final String subnet, final String gateway) {
        return Json.object("Subnet", subnet, "Gateway", gateway);
    }

    private Map<String, Object> containers(final DefaultNetwork network) {
        final List<Container> users = engine.containers().stream()
                .filter(container -> container.status().state().hasProcess())
                .filter(container -> network == DefaultNetwork.BRIDGE
                        ? container.memberships().find(network.id()).isPresent()
                        : NetworkMode.of(container.host().networkMode()).name().equals(network.name()))
                .toList();
        return containers(network.id(), users);
    }

    private static Map<String, Object> containers(final String networkId, final List<Container> users) {
        final Map<String, Object> containers = new LinkedHashMap<>();
        for (final Container container : users) {
            final Optional<Endpoint.Address> address = container
                    .sandbox()
                    .map(Sandbox::addresses)
                    .flatMap(addresses -> Optional.ofNullable(addresses.get(networkId)));
            containers.put(
                    container.id(),
                    Json.object(
                            "Name", container.name(),
                            "EndpointID", EndpointIds.of(container.id(), networkId),
                            "MacAddress", address.map(Endpoint.Address::mac).orElse(""),
                            "IPv4Address",
                                    address.map(own -> own.ipv4() + "/" + own.prefixLength())
                                            .orElse(""),
                            "IPv6Address",
                                    address.flatMap(own -> own.ipv6().map(ipv6 -> ipv6 + "/" + own.ipv6PrefixLength()))
                                            .orElse("")));
        }
        return containers;
    }
}
