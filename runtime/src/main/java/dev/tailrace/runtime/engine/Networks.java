package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.engine.EngineException.Kind;
import dev.tailrace.runtime.network.BridgeConfig;
import dev.tailrace.runtime.network.ContainerNetwork;
import dev.tailrace.runtime.network.HostRoutes;
import dev.tailrace.runtime.network.NetworkAddresses;
import dev.tailrace.runtime.network.NetworkException;
import dev.tailrace.runtime.network.NetworkSpec;
import dev.tailrace.runtime.network.SubnetPlanner;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/// The networks of the user's own: made, found, removed. Safe for several threads.
public final class Networks {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}");
    private static final String MTU = "com.docker.network.driver.mtu";

    /// Options that change who reaches a container, and that we do not have.
    private static final Map<String, Set<String>> UNAVAILABLE = Map.of(
            "com.docker.network.bridge.enable_icc", Set.of("false", "0"),
            "com.docker.network.bridge.inhibit_ipv4", Set.of("true", "1"));

    private static final String HOST_BINDING = "com.docker.network.bridge.host_binding_ipv4";
    private static final Set<String> ANYWHERE = Set.of("", "0.0.0.0");

    private final ContainerTable table;
    private final ContainerNetwork network;
    private final NetworkStore store;
    private final EventLog events;
    private final Ids ids;
    private final RandomGenerator random;
    private final Clock clock;

    /// By id, oldest first. Guarded by this.
    private final Map<String, UserNetwork> byId = new LinkedHashMap<>();

    /// Ids of containers that are on a network or about to be. Guarded by this.
    private final Map<String, Set<String>> active = new HashMap<>();

    Networks(
            final ContainerTable table,
            final ContainerNetwork network,
            final NetworkStore store,
            final EventLog events,
            final Ids ids,
            final RandomGenerator random,
            final Clock clock) {
        this.table = table;
        this.network = network;
        this.store = store;
        this.events = events;
        this.ids = ids;
        this.random = random;
        this.clock = clock;
        store.read().forEach(one -> byId.put(one.id(), one));
    }

    /// Oldest first.
    public synchronized List<UserNetwork> all() {
        return new ArrayList<>(byId.values());
    }

    /// @param reference an id, a name, or the beginning of an id
    /// @throws EngineException several are meant
    public synchronized Optional<UserNetwork> find(final String reference) {
        final UserNetwork exact = byId.get(reference);
        if (exact != null) {
            return Optional.of(exact);
        }
        final List<UserNetwork> named = byId.values().stream()
                .filter(one -> one.name().equals(reference))
                .toList();
        final List<UserNetwork> found = !named.isEmpty() || reference.isEmpty()
                ? named
                : byId.values().stream()
                        .filter(one -> one.id().startsWith(reference))
                        .toList();
        if (found.size() > 1) {
            throw EngineException.invalid(
                    "network " + reference + " is ambiguous (" + found.size() + " matches found on ID prefix)");
        }
        return found.stream().findFirst();
    }

    /// @throws EngineException there is none
    public UserNetwork get(final String reference) {
        return find(reference)
                .orElseThrow(() -> new EngineException(Kind.NOT_FOUND, "network " + reference + " not found"));
    }

    public UserNetwork create(final NetworkRequest request) {
        check(request);
        final UserNetwork made;
        synchronized (this) {
            if (byId.values().stream().anyMatch(one -> one.name().equals(request.name()))) {
                throw EngineException.conflict("network with name " + request.name() + " already exists");
            }
            final List<NetworkAddresses> others =
                    byId.values().stream().map(one -> one.spec().addresses()).toList();
            final NetworkAddresses addresses;
            try {
                addresses =
                        new SubnetPlanner(others, HostRoutes.read(), random).plan(request.ranges(), request.isIpv6());
            } catch (final NetworkException e) {
                throw new EngineException(Kind.INVALID, String.valueOf(e.getMessage()), e);
            }
            made = new UserNetwork(
                    new NetworkSpec(ids.next(), request.name(), addresses, mtu(request), request.isInternal()),
                    clock.instant(),
                    request.labels(),
                    request.options(),
                    request.isAttachable());
            byId.put(made.id(), made);
            boolean isWritten = false;
            try {
                store.write(byId.values());
                isWritten = true;
            } finally {
                if (!isWritten) {
                    byId.remove(made.id());
                }
            }
        }
        events.network(made.id(), made.name(), "create", Map.of());
        return made;
    }

    public void remove(final String reference) {
        final Optional<DefaultNetwork> predefined = DefaultNetwork.find(reference);
        if (predefined.isPresent()) {
            throw new EngineException(
                    Kind.FORBIDDEN, predefined.get().text() + " is a pre-defined network and cannot be removed");
        }
        remove(get(reference));
    }

    /// Removes those that no running container is in.
    ///
    /// @return their names
    public List<String> prune(final Predicate<UserNetwork> isWanted) {
        final List<String> names = new ArrayList<>();
        for (final UserNetwork one : all()) {
            if (isWanted.test(one) && users(one.id()).isEmpty()) {
                try {
                    remove(one);
                    names.add(one.name());
                } catch (final EngineException e) {
                    // A container has begun to use it.
                    if (e.kind() != Kind.FORBIDDEN && e.kind() != Kind.NOT_FOUND) {
                        throw e;
                    }
                }
            }
        }
        events.pruned("network", 0);
        return names;
    }

    /// Containers that have an address on a network now, or are about to.
    public List<Container> users(final String networkId) {
        final Set<String> ids;
        synchronized (this) {
            ids = Set.copyOf(active.getOrDefault(networkId, Set.of()));
        }
        return table.all().stream()
                .filter(container -> ids.contains(container.id()))
                .toList();
    }

    /// The id of a network, also of one that is always there.
    ///
    /// @throws EngineException there is none
    String idOf(final String reference) {
        return DefaultNetwork.find(reference)
                .map(DefaultNetwork::id)
                .orElseGet(() -> get(reference).id());
    }

    /// Keeps a network from being removed, for a container that is to be on it.
    ///
    /// @throws EngineException there is none
    synchronized UserNetwork acquire(final String reference, final String containerId) {
        final UserNetwork wanted = get(reference);
        active.computeIfAbsent(wanted.id(), _ -> new LinkedHashSet<>()).add(containerId);
        return wanted;
    }

    synchronized void release(final String networkId, final String containerId) {
        final Set<String> users = active.get(networkId);
        if (users != null) {
            users.remove(containerId);
            if (users.isEmpty()) {
                active.remove(networkId);
            }
        }
    }

    private void remove(final UserNetwork doomed) {
        final List<Container> users = users(doomed.id());
        synchronized (this) {
            if (active.containsKey(doomed.id())) {
                throw new EngineException(
                        Kind.FORBIDDEN,
                        "error while removing network: network " + doomed.name() + " has active endpoints ("
                                + String.join(
                                        ", ", users.stream().map(Networks::text).toList()) + ")");
            }
            if (byId.remove(doomed.id()) == null) {
                throw new EngineException(Kind.NOT_FOUND, "network " + doomed.name() + " not found");
            }
            boolean isWritten = false;
            try {
                store.write(byId.values());
                isWritten = true;
            } finally {
                if (!isWritten) {
                    byId.put(doomed.id(), doomed);
                }
            }
        }
        network.remove(doomed.id());
        events.network(doomed.id(), doomed.name(), "destroy", Map.of());
    }

    private static String text(final Container container) {
        return "name:\"" + container.name() + "\" id:\"" + Ids.shorten(container.id()) + "\"";
    }

    private static void check(final NetworkRequest request) {
        if (!NAME.matcher(request.name()).matches()) {
            throw EngineException.invalid(
                    "invalid network name \"" + request.name() + "\": only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
        }
        if (DefaultNetwork.find(request.name()).isPresent() || request.name().equals("default")) {
            throw new EngineException(
                    Kind.FORBIDDEN, "operation is not permitted on predefined " + request.name() + " network");
        }
        if (!request.driver().isEmpty() && !request.driver().equals("bridge")) {
            throw new EngineException(
                    Kind.NOT_FOUND,
                    "could not find plugin " + request.driver() + " in v1 plugin registry: plugin not found"
                            + " (bridge is the only network driver of this engine)");
        }
        if (!request.ipamDriver().isEmpty() && !request.ipamDriver().equals("default")) {
            throw new EngineException(
                    Kind.NOT_FOUND, "ipam driver \"" + request.ipamDriver() + "\" not found: there is the default one");
        }
        request.options().forEach(Networks::checkOption);
    }

    private static void checkOption(final String name, final String value) {
        final boolean isUnavailable = name.equals(HOST_BINDING)
                ? !ANYWHERE.contains(value)
                : UNAVAILABLE.getOrDefault(name, Set.of()).contains(value);
        if (isUnavailable) {
            throw new EngineException(
                    Kind.UNSUPPORTED, "network option " + name + "=" + value + ": not supported by this engine yet");
        }
    }

    private static int mtu(final NetworkRequest request) {
        final String text = request.options().getOrDefault(MTU, "");
        if (text.isEmpty()) {
            return BridgeConfig.DOCKER_MTU;
        }
        if (!text.matches("[0-9]{1,5}")) {
            throw EngineException.invalid("invalid value of " + MTU + ": " + text);
        }
        try {
            return BridgeConfig.ofDocker().withMtu(Integer.parseInt(text)).mtu();
        } catch (final NetworkException e) {
            throw new EngineException(Kind.INVALID, String.valueOf(e.getMessage()), e);
        }
    }
}
