package dev.tailrace.runtime.api;

import dev.tailrace.runtime.engine.DefaultNetwork;
import dev.tailrace.runtime.engine.Engine;
import dev.tailrace.runtime.engine.EngineException;
import dev.tailrace.runtime.engine.EngineException.Kind;
import dev.tailrace.runtime.engine.NetworkRequest;
import dev.tailrace.runtime.engine.UserNetwork;
import dev.tailrace.runtime.network.SubnetPlanner;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Networks: those that are always there, and those of the user's own.
final class NetworkHandlers {
    private static final Set<String> LIST_FILTERS =
            Set.of("id", "name", "driver", "label", "type", "scope", "dangling");

    private static final Set<String> PRUNE_FILTERS = Set.of("label", "label!", "until");

    private final Engine engine;
    private final NetworkJson json;

    NetworkHandlers(final Engine engine) {
        this.engine = engine;
        this.json = new NetworkJson(engine, engine.clock().instant());
    }

    void list(final Request request, final String name, final Exchange exchange) throws IOException {
        final Filters filters = request.filters(LIST_FILTERS);
        final List<Object> networks = new ArrayList<>();
        for (final DefaultNetwork network : DefaultNetwork.values()) {
            if (matches(filters, network.id(), network.text(), network.driver(), "builtin", false, Map.of())) {
                networks.add(json.json(network, false));
            }
        }
        for (final UserNetwork network : engine.networks().all()) {
            final boolean isDangling = engine.networks().users(network.id()).isEmpty();
            if (matches(filters, network.id(), network.name(), "bridge", "custom", isDangling, network.labels())) {
                networks.add(json.json(network, false));
            }
        }
        Json.send(exchange, 200, networks);
    }

    void inspect(final Request request, final String name, final Exchange exchange) throws IOException {
        final Optional<DefaultNetwork> predefined = DefaultNetwork.find(name);
        Json.send(
                exchange,
                200,
                predefined.isPresent()
                        ? json.json(predefined.get(), true)
                        : json.json(engine.networks().get(name), true));
    }

    void create(final Request request, final String name, final Exchange exchange) throws IOException {
        final Fields body = request.json();
        if (body.bool("Ingress")
                || body.bool("ConfigOnly")
                || !body.object("ConfigFrom").string("Network").isEmpty()) {
            throw new EngineException(Kind.UNSUPPORTED, "networks of a swarm: not supported by this engine");
        }
        if (!body.optionalBool("EnableIPv4").orElse(true)) {
            throw new EngineException(Kind.UNSUPPORTED, "networks without IPv4: not supported by this engine yet");
        }
        final Fields ipam = body.object("IPAM");
        final UserNetwork made = engine.networks()
                .create(new NetworkRequest(
                        body.string("Name"),
                        body.string("Driver"),
                        ipam.string("Driver"),
                        ipam.objects("Config").stream()
                                .map(NetworkHandlers::wish)
                                .toList(),
                        body.bool("EnableIPv6"),
                        body.bool("Internal"),
                        body.bool("Attachable"),
                        body.object("Options").stringMap(),
                        body.object("Labels").stringMap()));
        Json.send(exchange, 201, Json.object("Id", made.id(), "Warning", ""));
    }

    void remove(final Request request, final String name, final Exchange exchange) throws IOException {
        engine.networks().remove(name);
        Json.sendNothing(exchange);
    }

    void connect(final Request request, final String name, final Exchange exchange) throws IOException {
        final Fields body = request.json();
        engine.connect(
                name, engine.container(body.string("Container")), MembershipReader.read(body.object("EndpointConfig")));
        exchange.send(200, "", new byte[0], Map.of());
    }

    void disconnect(final Request request, final String name, final Exchange exchange) throws IOException {
        final Fields body = request.json();
        engine.disconnect(name, engine.container(body.string("Container")));
        exchange.send(200, "", new byte[0], Map.of());
    }

    void prune(final Request request, final String name, final Exchange exchange) throws IOException {
        final Filters filters = request.filters(PRUNE_FILTERS);
        final Optional<Instant> until = PruneTime.until(filters, engine.clock().instant());
        final List<String> names = engine.networks()
                .prune(network ->
                        until.map(network.created()::isBefore).orElse(true) && filters.matchLabels(network.labels()));
        Json.send(exchange, 200, Json.object("NetworksDeleted", names));
    }

    private static SubnetPlanner.Wish wish(final Fields range) {
        return new SubnetPlanner.Wish(
                range.string("Subnet"),
                range.string("Gateway"),
                range.string("IPRange"),
                range.object("AuxiliaryAddresses").stringMap().values());
    }

    private static boolean matches(
            final Filters filters,
            final String id,
            final String name,
            final String driver,
            final String type,
            final boolean isDangling,
            final Map<String, String> labels) {
        return filters.any("id", id::startsWith)
                && filters.any("name", name::contains)
                && filters.any("driver", driver::equals)
                && filters.any("scope", "local"::equals)
                && filters.any("type", type::equals)
                && filters.any("dangling", wanted -> (wanted.equals("true") || wanted.equals("1")) == isDangling)
                && filters.matchLabels(labels);
    }
}
