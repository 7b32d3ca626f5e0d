package dev.tailrace.runtime.registry;

import com.grack.nanojson.JsonObject;
import dev.tailrace.runtime.image.ImageException;
import dev.tailrace.runtime.image.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// What the user says of registries, in `$XDG_CONFIG_HOME/tailrace/registries.json`:
///
/// ```json
/// {
///   "insecure-registries": ["10.0.0.5:5000", "10.1.0.0/16"],
///   "registry-mirrors": ["https://mirror.example"],
///   "mirrors": {"quay.io": ["https://quay.example"]}
/// }
/// ```
///
/// The first two are as in dockerd's configuration: registries that need no certificate and may speak
/// plain HTTP, and mirrors of Docker Hub. Beside the file, `certs.d/HOST:PORT/*.crt` are further
/// authorities for one registry.
///
/// @param insecure hosts with or without port, and CIDR blocks
/// @param mirrors base addresses by the domain of names
/// @param certificates the directory `certs.d`, which need not be there
record RegistrySettings(List<String> insecure, Map<String, List<URI>> mirrors, Path certificates) {
    private static final String FILE = "registries.json";
    private static final String DOCKER_HUB = "docker.io";
    private static final Set<String> KEYS = Set.of("insecure-registries", "registry-mirrors", "mirrors");

    RegistrySettings {
        insecure = List.copyOf(insecure);
        mirrors = Map.copyOf(mirrors);
    }

    /// Reads them anew, so that a change counts from the next pull on.
    ///
    /// @param directory `$XDG_CONFIG_HOME/tailrace`
    /// @throws RegistryException the file is there and makes no sense
    static RegistrySettings read(final Path directory) {
        final Path file = directory.resolve(FILE);
        try {
            return of(Json.object(Files.readAllBytes(file), FILE), directory);
        } catch (final NoSuchFileException _) {
            return of(new JsonObject(), directory);
        } catch (final ImageException | IllegalArgumentException e) {
            throw new RegistryException(RegistryException.Kind.INVALID, file + ": " + e.getMessage(), e);
        } catch (final IOException e) {
            throw new RegistryException(RegistryException.Kind.INVALID, "cannot read " + file + ": " + e, e);
        }
    }

    /// Whether a registry may speak plain HTTP and needs no certificate that anybody vouches for. Those
    /// on the loopback device may, as with Docker.
    boolean isInsecure(final String domain) {
        final String host = Addresses.host(domain);
        return Addresses.isLoopback(host)
                || insecure.stream()
                        .anyMatch(entry ->
                                entry.equals(domain) || entry.equals(host) || Addresses.isInBlock(host, entry));
    }

    private static RegistrySettings of(final JsonObject json, final Path directory) {
        final Set<String> unknown = new TreeSet<>(json.keySet());
        unknown.removeAll(KEYS);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("unknown setting " + String.join(", ", unknown) + "; there are "
                    + String.join(", ", new TreeSet<>(KEYS)));
        }
        final List<String> insecure = Json.texts(json, "insecure-registries");
        for (final String entry : insecure) {
            if (entry.contains("://")) {
                throw new IllegalArgumentException("insecure-registries: " + entry + ": give HOST[:PORT] or a block");
            }
        }
        final Map<String, List<URI>> mirrors = new HashMap<>();
        final JsonObject given = Json.object(json, "mirrors");
        for (final String domain : given.keySet()) {
            mirrors.put(domain, mirrors(Json.texts(given, domain)));
        }
        final List<URI> ofHub = new ArrayList<>(mirrors(Json.texts(json, "registry-mirrors")));
        ofHub.addAll(mirrors.getOrDefault(DOCKER_HUB, List.of()));
        mirrors.put(DOCKER_HUB, ofHub);
        return new RegistrySettings(insecure, mirrors, directory.resolve("certs.d"));
    }

    private static List<URI> mirrors(final List<String> texts) {
        final List<URI> mirrors = new ArrayList<>();
        for (final String text : texts) {
            try {
                final URI uri = new URI(text.replaceAll("/+$", ""));
                final boolean isWeb = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
                if (!isWeb || uri.getHost() == null || uri.getUserInfo() != null || uri.getQuery() != null) {
                    throw new IllegalArgumentException("mirror " + text + ": give https://HOST[:PORT][/PATH]");
                }
                mirrors.add(uri);
            } catch (final URISyntaxException e) {
                throw new IllegalArgumentException("mirror " + text + " is no address", e);
            }
        }
        return mirrors;
    }
}
