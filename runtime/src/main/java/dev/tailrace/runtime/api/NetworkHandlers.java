package dev.tailrace.runtime.api;

import dev.tailrace.runtime.engine.Container;
import dev.tailrace.runtime.engine.DefaultNetwork;
import dev.tailrace.runtime.engine.Engine;
import dev.tailrace.runtime.engine.EngineException;
import dev.tailrace.runtime.engine.EngineException.Kind;
import dev.tailrace.runtime.engine.NetworkMode;
import dev.tailrace.runtime.log.EntryFormat;
import dev.tailrace.runtime.network.Endpoint;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The networks that are always there, and the volumes that never are.
final class NetworkHandlers {
    private static final Set<String> FILTERS = Set.of("id", "name", "driver", "label", "type", "scope", "dangling");

    private final Engine engine;
    private final Instant started;

    NetworkHandlers(final Engine engine) {
        this.engine = engine;
        this.started = engine.clock().instant();
    }

    void list(final Request request, final String name, final Exchange exchange) throws IOException {
        final Filters filters = request.filters(FILTERS);
        final List<Object> networks = new ArrayList<>();
        for (final DefaultNetwork network : DefaultNetwork.values()) {
            if (matches(network, filters)) {
                networks.add(json(network, false));
            }
        }
        Json.send(exchange, 200, networks);
    }

    void inspect(final Request request, final String name, final Exchange exchange) throws IOException {
        Json.send(exchange, 200, json(find(name), true));
    }

    void remove(final Request request, final String name, final Exchange exchange) {
        throw new EngineException(Kind.CONFLICT, find(name).text() + " is a pre-defined network and cannot be removed");
    }

    void noVolumes(final Request request, final String name, final Exchange exchange) throws IOException {
        Json.send(exchange, 200, Json.object("Volumes", List.of(), "Warnings", null));
    }

    void noVolume(final Request request, final String name, final Exchange exchange) {
        throw new EngineException(Kind.NOT_FOUND, "get " + name + ": no such volume");
    }

    private static DefaultNetwork find(final String name) {
        return DefaultNetwork.find(name)
                .orElseThrow(() -> new EngineException(Kind.NOT_FOUND, "network " + name + " not found"));
    }

    private static boolean matches(final DefaultNetwork network, final Filters filters) {
        return filters.any("id", network.id()::startsWith)
                && filters.any("name", network.text()::contains)
                && filters.any("driver", network.driver()::equals)
                && filters.any("scope", "local"::equals)
                && filters.any("type", "builtin"::equals)
                && filters.any("dangling", "false"::equals)
                && filters.matchLabels(Map.of());
    }

    private Map<String, @Nullable Object> json(final DefaultNetwork network, final boolean hasContainers) {
        final boolean isBridge = network == DefaultNetwork.BRIDGE;
        final List<Object> addresses = isBridge
                ? List.of(Json.object(
                        "Subnet",
                        engine.network().subnet(),
                        "Gateway",
                        engine.network().gateway()))
                : List.of();
        return Json.object(
                "Name",
                network.text(),
                "Id",
                network.id(),
                "Created",
                EntryFormat.timestamp(started),
                "Scope",
                "local",
                "Driver",
                network.driver(),
                "EnableIPv4",
                true,
                "EnableIPv6",
                isBridge,
                "IPAM",
                Json.object("Driver", "default", "Options", null, "Config", addresses),
                "Internal",
                false,
                "Attachable",
                false,
                "Ingress",
                false,
                "ConfigFrom",
                Map.of("Network", ""),
                "ConfigOnly",
                false,
                "Containers",
                hasContainers ? containers(network) : Map.of(),
                "Options",
                Map.of(),
                "Labels",
                Map.of());
    }

    private Map<String, Object> containers(final DefaultNetwork network) {
        final Map<String, Object> containers = new LinkedHashMap<>();
        for (final Container container : engine.containers()) {
            final NetworkMode mode = NetworkMode.of(container.host().networkMode());
            if (mode.name().equals(network.name()) && container.status().state().hasProcess()) {
                containers.put(container.id(), container(container));
            }
        }
        return containers;
    }

    private static Object container(final Container container) {
        final java.util.Optional<Endpoint.Address> address =
                container.endpoint().flatMap(Endpoint::address);
        return Json.object(
                "Name", container.name(),
                "EndpointID", container.id(),
                "MacAddress", address.map(Endpoint.Address::mac).orElse(""),
                "IPv4Address",
                        address.map(own -> own.ipv4() + "/" + own.prefixLength())
                                .orElse(""),
                "IPv6Address",
                        address.flatMap(own -> own.ipv6().map(ipv6 -> ipv6 + "/" + own.ipv6PrefixLength()))
                                .orElse(""));
    }
}
