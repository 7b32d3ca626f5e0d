package dev.tailrace.runtime.api;

import dev.tailrace.runtime.engine.EngineException;
import dev.tailrace.runtime.engine.EngineException.Kind;
import dev.tailrace.runtime.network.Membership;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// `EndpointSettings` of a request: what a container wants to be in a network.
final class MembershipReader {
    private MembershipReader() {}

    /// `NetworkingConfig.EndpointsConfig` of a request for a container, by the networks' names.
    static Map<String, Membership> all(final Fields body) {
        final Fields endpoints = body.object("NetworkingConfig").object("EndpointsConfig");
        final Map<String, Membership> memberships = new LinkedHashMap<>();
        endpoints.names().forEach(name -> memberships.put(name, read(endpoints.object(name))));
        final Fields host = body.object("HostConfig");
        if (!host.strings("Links").isEmpty()) {
            // `--link` is for the network that the container is made on; docker's client says it in both places.
            final String mode = host.string("NetworkMode");
            final String network = memberships.containsKey(mode) ? mode : "default";
            final Membership plain = memberships.getOrDefault(network, Membership.PLAIN);
            memberships.put(
                    network,
                    new Membership(
                            plain.ipv4(),
                            plain.ipv6(),
                            plain.mac(),
                            plain.aliases(),
                            links(host),
                            plain.gatewayPriority()));
        }
        return memberships;
    }

    static Membership read(final Fields endpoint) {
        final Fields ipam = endpoint.object("IPAMConfig");
        return new Membership(
                text(ipam, "IPv4Address"),
                text(ipam, "IPv6Address"),
                text(endpoint, "MacAddress"),
                endpoint.strings("Aliases"),
                links(endpoint),
                (int) endpoint.number("GwPriority"));
    }

    /// Containers by the names that are given to them: `CONTAINER[:NAME]` each.
    private static Map<String, String> links(final Fields fields) {
        final Map<String, String> links = new LinkedHashMap<>();
        for (final String link : fields.strings("Links")) {
            final int colon = link.indexOf(':');
            final String container = colon < 0 ? link : link.substring(0, colon);
            if (container.isEmpty() || colon == link.length() - 1) {
                throw new EngineException(Kind.INVALID, "bad format for links: " + link);
            }
            links.put(colon < 0 ? container : link.substring(colon + 1), container);
        }
        return links;
    }

    private static Optional<String> text(final Fields fields, final String name) {
        return Optional.of(fields.string(name)).filter(text -> !text.isEmpty());
    }
}
