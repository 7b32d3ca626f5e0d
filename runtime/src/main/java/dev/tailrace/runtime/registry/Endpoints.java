package dev.tailrace.runtime.registry;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/// Where images of a domain may be had, in the order in which they are asked.
final class Endpoints {
    private static final String DOCKER_HUB = "docker.io";
    private static final String DOCKER_HUB_REGISTRY = "registry-1.docker.io";

    private Endpoints() {}

    /// @param domain of a name
    static List<Endpoint> forPull(final String domain, final RegistrySettings settings) {
        final List<Endpoint> endpoints = new ArrayList<>();
        for (final URI mirror : settings.mirrors().getOrDefault(domain, List.of())) {
            endpoints.add(new Endpoint(mirror, true));
        }
        endpoints.addAll(forPush(domain, settings));
        return endpoints;
    }

    /// Without the mirrors.
    static List<Endpoint> forPush(final String domain, final RegistrySettings settings) {
        final String host = domain.equals(DOCKER_HUB) ? DOCKER_HUB_REGISTRY : domain;
        final Endpoint safe = new Endpoint(URI.create("https://" + host), false);
        final Endpoint plain = new Endpoint(URI.create("http://" + host), false);
        if (!settings.isInsecure(domain)) {
            return List.of(safe);
        }
        // Few speak TLS to their own machine, and some who do not let those who do wait for a long time.
        return Addresses.isLoopback(Addresses.host(host)) ? List.of(plain, safe) : List.of(safe, plain);
    }

    /// The domain that a user means who logs in: `https://index.docker.io/v1/`,
    /// `registry.example:5000`.
    static String domain(final String server) {
        final String rest = server.replaceFirst("^https?://", "");
        final int slash = rest.indexOf('/');
        final String domain = slash < 0 ? rest : rest.substring(0, slash);
        return domain.isEmpty() || domain.equals("index.docker.io") || domain.equals(DOCKER_HUB_REGISTRY)
                ? DOCKER_HUB
                : domain;
    }
}
