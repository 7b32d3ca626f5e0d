package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.engine.EngineException.Kind;
import dev.tailrace.runtime.network.ContainerNetwork;
import dev.tailrace.runtime.network.Endpoint;
import dev.tailrace.runtime.network.Membership;
import dev.tailrace.runtime.network.NetworkException;
import dev.tailrace.runtime.network.Sandbox;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Puts containers on their networks: when they start, and while they run.
final class Connector {
    private final ContainerTable table;
    private final ContainerNetwork network;
    private final Networks networks;
    private final ContainerStore store;
    private final EventLog events;

    Connector(
            final ContainerTable table,
            final ContainerNetwork network,
            final Networks networks,
            final ContainerStore store,
            final EventLog events) {
        this.table = table;
        this.network = network;
        this.networks = networks;
        this.store = store;
        this.events = events;
    }

    /// A namespace for a container that starts, with all its networks; empty where it has none of its own.
    Optional<Endpoint> open(final Container container) {
        return switch (NetworkMode.of(container.host().networkMode())) {
            case BRIDGE, USER -> Optional.of(sandbox(container));
            case NONE -> Optional.of(network.isolate(container.id()));
            case HOST, CONTAINER -> Optional.empty();
        };
    }

    /// Gives back what [#open] gave.
    void close(final Container container, final Endpoint endpoint) {
        try {
            endpoint.close();
        } finally {
            container.memberships().all().keySet().forEach(id -> {
                release(container, id);
                tell(container, id, "disconnect");
            });
        }
    }

    /// Puts a container on one more network, at once if it runs.
    void connect(final Container container, final String reference, final Membership membership) {
        container.operation().lock();
        try {
            final String id = checkedId(container, reference);
            if (container.memberships().find(id).isPresent()) {
                throw new EngineException(
                        Kind.FORBIDDEN,
                        "endpoint with name " + container.name() + " already exists in network " + nameOf(id));
            }
            check(id, membership);
            membership.links().values().forEach(table::get);
            final Map<String, Membership> before = container.memberships().all();
            final Optional<Sandbox> sandbox = container.sandbox();
            sandbox.ifPresent(its -> plug(container, its, id, membership));
            boolean isKept = false;
            try {
                container.memberships().put(id, membership);
                sandbox.ifPresent(its -> rewriteFiles(container, its));
                keep(container);
                isKept = true;
            } finally {
                if (!isKept) {
                    container.memberships().replace(before);
                    sandbox.ifPresent(its -> unplug(container, its, id));
                }
            }
            if (sandbox.isPresent()) {
                tell(container, id, "connect");
            }
        } finally {
            container.operation().unlock();
        }
    }

    /// Takes a container off a network.
    void disconnect(final Container container, final String reference) {
        container.operation().lock();
        try {
            if (NetworkMode.of(container.host().networkMode()) == NetworkMode.HOST
                    || reference.equals(DefaultNetwork.HOST.text())) {
                throw conflictWithHost();
            }
            // One that is gone goes by its id.
            final String id =
                    container.memberships().find(reference).isPresent() ? reference : networks.idOf(reference);
            if (container.memberships().find(id).isEmpty()) {
                throw new EngineException(
                        Kind.FORBIDDEN, "container " + container.id() + " is not connected to network " + nameOf(id));
            }
            final Map<String, Membership> before = container.memberships().all();
            boolean isKept = false;
            try {
                container.memberships().remove(id);
                keep(container);
                isKept = true;
            } finally {
                if (!isKept) {
                    container.memberships().replace(before);
                }
            }
            final Optional<Sandbox> sandbox = container.sandbox();
            if (sandbox.isPresent()) {
                unplug(container, sandbox.get(), id);
                rewriteFiles(container, sandbox.get());
                tell(container, id, "disconnect");
            }
        } finally {
            container.operation().unlock();
        }
    }

    /// The container is called otherwise from now on.
    void rename(final Container container) {
        container
                .sandbox()
                .ifPresent(sandbox -> container
                        .memberships()
                        .all()
                        .forEach((id, membership) -> sandbox.rename(id, names(container, membership))));
    }

    /// Refuses wishes that a network cannot fulfil.
    ///
    /// @param networkId also of a network that is always there
    static void check(final String networkId, final Membership membership) {
        if (DefaultNetwork.find(networkId).isEmpty()) {
            return;
        }
        if (!membership.aliases().isEmpty()) {
            throw EngineException.invalid(
                    "network-scoped alias is supported only for containers in user defined networks");
        }
        if (membership.ipv4().isPresent() || membership.ipv6().isPresent()) {
            throw EngineException.invalid("user specified IP address is supported on user defined networks only");
        }
    }

    private Sandbox sandbox(final Container container) {
        final Sandbox sandbox = network.open(container.id(), container.name());
        boolean isComplete = false;
        try {
            container.memberships().all().forEach((id, membership) -> plug(container, sandbox, id, membership));
            sandbox.publish(
                    PortPlan.bindings(container.host(), container.config().exposedPorts()));
            isComplete = true;
        } finally {
            if (!isComplete) {
                sandbox.close();
                container.memberships().all().keySet().forEach(id -> release(container, id));
            }
        }
        container.memberships().all().keySet().forEach(id -> tell(container, id, "connect"));
        return sandbox;
    }

    private void plug(final Container container, final Sandbox sandbox, final String id, final Membership membership) {
        if (id.equals(DefaultNetwork.BRIDGE.id())) {
            sandbox.connectDefault(id, membership);
            return;
        }
        final UserNetwork wanted = networks.acquire(id, container.id());
        boolean isPlugged = false;
        try {
            sandbox.connect(wanted.spec(), withIds(membership), names(container, membership));
            isPlugged = true;
        } catch (final NetworkException e) {
            throw new EngineException(Kind.FAILED, "failed to set up container networking: " + e.getMessage(), e);
        } finally {
            if (!isPlugged) {
                release(container, wanted.id());
            }
        }
    }

    private void unplug(final Container container, final Sandbox sandbox, final String id) {
        sandbox.disconnect(id);
        release(container, id);
    }

    /// What networks it is on survives the engine.
    private void keep(final Container container) {
        try {
            store.save(container);
        } catch (final IOException e) {
            throw new EngineException(
                    Kind.FAILED,
                    "cannot keep the networks of container " + container.name() + ": " + e.getMessage(),
                    e);
        }
    }

    private void release(final Container container, final String networkId) {
        networks.release(networkId, container.id());
    }

    /// Links lead to containers by their ids.
    private Membership withIds(final Membership membership) {
        final Map<String, String> links = new LinkedHashMap<>();
        membership
                .links()
                .forEach((alias, reference) -> links.put(
                        alias.toLowerCase(Locale.ROOT), table.get(reference).id()));
        return new Membership(
                membership.ipv4(),
                membership.ipv6(),
                membership.mac(),
                membership.aliases(),
                links,
                membership.gatewayPriority());
    }

    /// What others on a network of the user's own call the container.
    static List<String> names(final Container container, final Membership membership) {
        final List<String> names = new ArrayList<>();
        names.add(container.name());
        names.addAll(membership.aliases());
        names.add(Ids.shorten(container.id()));
        names.add(container.config().hostname());
        return names.stream().distinct().toList();
    }

    private String checkedId(final Container container, final String reference) {
        switch (NetworkMode.of(container.host().networkMode())) {
            case HOST -> throw conflictWithHost();
            case NONE -> throw conflictWithNone();
            case CONTAINER ->
                throw EngineException.invalid("container sharing network namespace with another container or host"
                        + " cannot be connected to any other network");
            case BRIDGE, USER -> {}
        }
        if (container.status().state() == ContainerState.REMOVING) {
            throw EngineException.conflict("container is marked for removal and cannot be connected to a network");
        }
        final Optional<DefaultNetwork> predefined = DefaultNetwork.find(reference);
        if (predefined.isEmpty()) {
            return networks.get(reference).id();
        }
        return switch (predefined.get()) {
            case BRIDGE -> DefaultNetwork.BRIDGE.id();
            case HOST -> throw conflictWithHost();
            case NONE -> throw conflictWithNone();
        };
    }

    private String nameOf(final String id) {
        return DefaultNetwork.find(id)
                .map(DefaultNetwork::text)
                .or(() -> networks.find(id).map(UserNetwork::name))
                .orElse(id);
    }

    private void rewriteFiles(final Container container, final Sandbox sandbox) {
        try {
            new NetworkFiles(container.directory()).write(container, sandbox);
        } catch (final IOException e) {
            throw new EngineException(
                    Kind.FAILED, "cannot write the hosts of container " + container.name() + ": " + e.getMessage(), e);
        }
    }

    private void tell(final Container container, final String id, final String action) {
        events.network(id, nameOf(id), action, Map.of("container", container.id()));
    }

    private static EngineException conflictWithNone() {
        return EngineException.invalid(
                "container cannot be connected to multiple networks with one of the networks in private (none) mode");
    }

    private static EngineException conflictWithHost() {
        return EngineException.invalid(
                "container cannot be disconnected from host network or connected to host network");
    }
}
