package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.container.MountSpec;
import dev.tailrace.runtime.network.Endpoint;
import dev.tailrace.runtime.network.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// /etc/hosts, /etc/hostname and /etc/resolv.conf of a container: files in its state directory that are bound into it.
/// They are rewritten in place, so that a container that has them mounted sees the change.
final class NetworkFiles {
    private static final String HOSTS_HEAD = """
            127.0.0.1\tlocalhost
            ::1\tlocalhost ip6-localhost ip6-loopback
            fe00::\tip6-localnet
            ff00::\tip6-mcastprefix
            ff02::1\tip6-allnodes
            ff02::2\tip6-allrouters
            """;

    private static final String HOST_NAME = "host.docker.internal";
    private static final String HOST_GATEWAY = "host-gateway";
    private static final Path HOST_HOSTS = Path.of("/etc/hosts");
    private static final Path HOST_RESOLVER = Path.of("/etc/resolv.conf");

    private final Path hosts;
    private final Path hostname;
    private final Path resolver;

    NetworkFiles(final Path directory) {
        hosts = directory.resolve("hosts");
        hostname = directory.resolve("hostname");
        resolver = directory.resolve("resolv.conf");
    }

    Path hosts() {
        return hosts;
    }

    Path hostname() {
        return hostname;
    }

    Path resolver() {
        return resolver;
    }

    /// The mounts, of which those that the user mounts something on himself are left out.
    List<MountSpec> mounts(final List<MountSpec> users) {
        final List<MountSpec> mounts = new ArrayList<>();
        mounts.add(new MountSpec.Bind(resolver, "/etc/resolv.conf", false));
        mounts.add(new MountSpec.Bind(hostname, "/etc/hostname", false));
        mounts.add(new MountSpec.Bind(hosts, "/etc/hosts", false));
        mounts.removeIf(mount -> users.stream().anyMatch(user -> user.target().equals(mount.target())));
        return mounts;
    }

    /// As its networks are now.
    void write(final Container container, final Sandbox sandbox) throws IOException {
        write(
                container,
                List.copyOf(sandbox.addresses().values()),
                sandbox.hostAddress(),
                NameServers.of(container, sandbox));
    }

    /// @param addresses its own; none where the network is the host's or another container's
    /// @param hostAddress the host as the container reaches it
    void write(
            final Container container,
            final List<Endpoint.Address> addresses,
            final Optional<String> hostAddress,
            final NameServers nameServers)
            throws IOException {
        final NetworkMode mode = NetworkMode.of(container.host().networkMode());
        Files.writeString(hostname, container.config().hostname() + "\n");
        Files.writeString(hosts, hosts(container, mode, addresses, hostAddress));
        Files.writeString(resolver, resolver(container.host(), mode, nameServers));
    }

    private static String hosts(
            final Container container,
            final NetworkMode mode,
            final List<Endpoint.Address> addresses,
            final Optional<String> hostAddress)
            throws IOException {
        final StringBuilder text = new StringBuilder();
        text.append(
                mode == NetworkMode.HOST && Files.isReadable(HOST_HOSTS) ? Files.readString(HOST_HOSTS) : HOSTS_HEAD);
        final String reachable = mode == NetworkMode.HOST ? "127.0.0.1" : hostAddress.orElse("");
        boolean isHostNamed = false;
        for (final String extra : container.host().extraHosts()) {
            final int separator = extra.indexOf('=') > 0 ? extra.indexOf('=') : extra.indexOf(':');
            final String name = extra.substring(0, separator);
            final String literal = extra.substring(separator + 1);
            text.append(literal.equals(HOST_GATEWAY) ? reachable : literal.replaceAll("[\\[\\]]", ""))
                    .append('\t')
                    .append(name)
                    .append('\n');
            isHostNamed |= name.equals(HOST_NAME);
        }
        if (!isHostNamed && !reachable.isEmpty() && mode != NetworkMode.NONE) {
            text.append(reachable).append('\t').append(HOST_NAME).append('\n');
        }
        final String names = names(container);
        for (final Endpoint.Address own : addresses) {
            text.append(own.ipv4()).append('\t').append(names).append('\n');
            own.ipv6()
                    .ifPresent(
                            ipv6 -> text.append(ipv6).append('\t').append(names).append('\n'));
        }
        return text.toString();
    }

    private static String names(final Container container) {
        final String name = container.config().hostname();
        final String domain = container.config().domainname();
        return domain.isEmpty() ? name : name + "." + domain + " " + name;
    }

    private static String resolver(final HostConfig host, final NetworkMode mode, final NameServers nameServers)
            throws IOException {
        final List<String> hostLines = Files.isReadable(HOST_RESOLVER) ? Files.readAllLines(HOST_RESOLVER) : List.of();
        if (mode == NetworkMode.HOST && host.nameServers().isEmpty()) {
            return String.join("\n", hostLines) + "\n";
        }
        final List<String> servers =
                nameServers.servers().isEmpty() ? reachable(values(hostLines, "nameserver")) : nameServers.servers();
        final StringBuilder text = new StringBuilder();
        servers.forEach(server -> text.append("nameserver ").append(server).append('\n'));
        line(text, "search", host.searchDomains(), values(hostLines, "search"));
        line(text, "options", options(host, nameServers, values(hostLines, "options")), List.of());
        return text.toString();
    }

    /// Names of containers have no dot: they are asked for before a domain is put behind them.
    private static List<String> options(
            final HostConfig host, final NameServers nameServers, final List<String> ofHost) {
        final List<String> options =
                new ArrayList<>(host.resolverOptions().isEmpty() ? ofHost : host.resolverOptions());
        if (nameServers.hasNames() && options.stream().noneMatch(option -> option.startsWith("ndots:"))) {
            options.add("ndots:0");
        }
        return options;
    }

    /// `--dns-search .` takes the host's away.
    private static void line(
            final StringBuilder text, final String key, final List<String> given, final List<String> ofHost) {
        final List<String> words = given.equals(List.of(".")) ? List.of() : given.isEmpty() ? ofHost : given;
        if (!words.isEmpty()) {
            text.append(key).append(' ').append(String.join(" ", words)).append('\n');
        }
    }

    private static List<String> values(final List<String> lines, final String key) {
        final List<String> values = new ArrayList<>();
        for (final String line : lines) {
            final String[] words = line.strip().split("\\s+");
            if (words.length > 1 && words[0].toLowerCase(Locale.ROOT).equals(key)) {
                values.addAll(List.of(words).subList(1, words.length));
            }
        }
        return values;
    }

    /// What listens on the host's loopback no container reaches; Docker then falls back on a public server.
    private static List<String> reachable(final List<String> servers) {
        final List<String> left = servers.stream()
                .filter(server -> !server.startsWith("127.") && !server.equals("::1"))
                .toList();
        return left.isEmpty() ? List.of("8.8.8.8", "8.8.4.4") : left;
    }
}
