package dev.tailrace.runtime.api;

import dev.tailrace.runtime.engine.Container;
import dev.tailrace.runtime.engine.HostConfig.PublishedPort;
import dev.tailrace.runtime.network.Endpoint;
import dev.tailrace.runtime.network.PortBinding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Published and exposed ports, in the three forms that the API has for them.
final class PortsJson {
    private static final List<String> ALL_ADDRESSES = List.of("0.0.0.0", "::");

    private PortsJson() {}

    /// For `docker ps`.
    static List<Object> list(final Container container) {
        final List<Object> list = new ArrayList<>();
        final Map<String, @Nullable Object> settings = settings(container);
        settings.forEach((port, hosts) -> {
            final int slash = port.indexOf('/');
            if (hosts == null && container.status().state().hasProcess()) {
                list.add(Json.object(
                        "PrivatePort", Integer.parseInt(port.substring(0, slash)), "Type", port.substring(slash + 1)));
            }
        });
        forEachAddress(
                container,
                (binding, address) -> list.add(Json.object(
                        "IP", address,
                        "PrivatePort", binding.containerPort(),
                        "PublicPort", binding.hostPort(),
                        "Type", binding.protocol().name().toLowerCase(Locale.ROOT))));
        return list;
    }

    /// `NetworkSettings.Ports`: what is published, and null for what is exposed only. Empty while it
    /// does not run.
    static Map<String, @Nullable Object> settings(final Container container) {
        final Map<String, @Nullable Object> ports = new LinkedHashMap<>();
        if (container.endpoint().flatMap(Endpoint::address).isEmpty()) {
            return ports;
        }
        container.config().exposedPorts().forEach(port -> ports.put(port, null));
        final Map<String, List<Object>> published = new LinkedHashMap<>();
        forEachAddress(
                container,
                (binding, address) -> published
                        .computeIfAbsent(text(binding), port -> new ArrayList<>())
                        .add(Json.object("HostIp", address, "HostPort", Integer.toString(binding.hostPort()))));
        ports.putAll(published);
        return ports;
    }

    /// `HostConfig.PortBindings`: what was asked for.
    static Map<String, Object> wanted(final Container container) {
        final Map<String, List<Object>> wanted = new LinkedHashMap<>();
        for (final PublishedPort port : container.host().ports()) {
            final String text = port.container().contains("/") ? port.container() : port.container() + "/tcp";
            wanted.computeIfAbsent(text, key -> new ArrayList<>())
                    .add(Json.object("HostIp", port.hostAddress(), "HostPort", port.hostPort()));
        }
        return new LinkedHashMap<>(wanted);
    }

    private static void forEachAddress(final Container container, final BiConsumer<PortBinding, String> action) {
        for (final PortBinding binding :
                container.endpoint().map(Endpoint::ports).orElse(List.of())) {
            final List<String> addresses =
                    binding.hostAddress().isEmpty() ? ALL_ADDRESSES : List.of(binding.hostAddress());
            addresses.forEach(address -> action.accept(binding, address));
        }
    }

    private static String text(final PortBinding binding) {
        return binding.containerPort() + "/" + binding.protocol().name().toLowerCase(Locale.ROOT);
    }
}
