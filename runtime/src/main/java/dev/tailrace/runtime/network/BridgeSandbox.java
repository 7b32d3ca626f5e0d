package dev.tailrace.runtime.network;

import dev.tailrace.netstack.wire.IpLiteral;
import dev.tailrace.runtime.relay.LoopbackRelay;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.netns.NewNamespace;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A namespace that bridges are plugged into.
final class BridgeSandbox implements Sandbox {
    private static final int ID_TEXT_LENGTH = 12;
    private static final int ENDPOINT_ID_BYTES = 32;

    private final String containerId;
    private final String containerName;
    private final NewNamespace namespace;
    private final BridgeNetwork networks;
    private final NameDirectory directory;

    // Guarded by this.
    private final Map<String, Plugged> plugged = new LinkedHashMap<>();
    private List<PortBinding> wanted = List.of();
    private @Nullable Plugged leading;
    private PortPublisher.@Nullable Published published;
    private @Nullable LoopbackRelay relay;
    private boolean isPublishing;
    private boolean hasStarted;
    private boolean isClosed;

    /// @param networkName empty for the default one
    private record Plugged(
            String networkId,
            String networkName,
            Bridge bridge,
            Bridge.Plug plug,
            int interfaceNumber,
            int priority,
            boolean isInternal) {
        String interfaceName() {
            return "eth" + interfaceNumber;
        }

        String orderName() {
            return networkName.isEmpty() ? "bridge" : networkName;
        }
    }

    /// @param namespace taken over
    BridgeSandbox(
            final String containerId,
            final String containerName,
            final NewNamespace namespace,
            final BridgeNetwork networks,
            final NameDirectory directory) {
        this.containerId = containerId;
        this.containerName = containerName;
        this.namespace = namespace;
        this.networks = networks;
        this.directory = directory;
    }

    @Override
    public synchronized void connectDefault(final String id, final Membership membership) {
        plug(id, "", networks.defaultBridge(), membership, List.of(), false);
    }

    @Override
    public synchronized void connect(final NetworkSpec network, final Membership membership, final List<String> names) {
        plug(network.id(), network.name(), networks.bridge(network), membership, names, network.isInternal());
    }

    @Override
    public synchronized void disconnect(final String networkId) {
        final Plugged gone = plugged.remove(networkId);
        if (gone == null) {
            return;
        }
        if (gone.equals(leading)) {
            unpublish();
            leading = null;
        }
        pull(gone);
        lead();
    }

    @Override
    public synchronized void publish(final List<PortBinding> ports) {
        wanted = List.copyOf(ports);
        isPublishing = true;
        try {
            lead();
        } finally {
            // A container that starts is configured by one socket; each change after that opens its own.
            namespace.finish();
        }
        hasStarted = true;
        networks.prepare();
    }

    @Override
    public void resolveBy(final String nameServer) {
        final IpLiteral literal = IpLiteral.parse(nameServer);
        if (literal == null) {
            throw new NetworkException("invalid IP address: " + nameServer);
        }
        directory.resolveBy(containerId, literal);
    }

    @Override
    public void rename(final String networkId, final List<String> names) {
        directory.rename(containerId, networkId, names);
    }

    @Override
    public synchronized Map<String, Address> addresses() {
        final Map<String, Address> addresses = new LinkedHashMap<>();
        plugged.forEach((id, one) -> addresses.put(id, one.bridge.address(one.plug)));
        return addresses;
    }

    @Override
    public synchronized Optional<String> hostAddress() {
        return Optional.ofNullable(leading)
                .map(one -> one.bridge.address(one.plug).gateway());
    }

    @Override
    public synchronized String nameServer() {
        // A network of the user's own knows all names of the container; one that leads out is asked first.
        return plugged.values().stream()
                .min(Comparator.comparing((Plugged one) -> one.networkName.isEmpty())
                        .thenComparing(one -> !one.equals(leading))
                        .thenComparing(Plugged::interfaceNumber))
                .map(one -> one.bridge.nameServer())
                .orElseGet(networks::nameServer);
    }

    @Override
    public int namespaceFd() {
        return namespace.fd();
    }

    /// On the network that leads out.
    @Override
    public synchronized Optional<Address> address() {
        return Optional.ofNullable(leading)
                .or(() -> plugged.values().stream().findFirst())
                .map(one -> one.bridge.address(one.plug));
    }

    @Override
    public synchronized List<PortBinding> ports() {
        return published == null ? List.of() : published.ports();
    }

    @Override
    public synchronized void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        networks.forget(this);
        directory.forget(containerId);
        plugged.keySet().forEach(id -> directory.remove(containerId, id));
        final List<Removals.Place> left = plugged.values().stream()
                .map(one -> new Removals.Place(one.bridge, one.plug))
                .toList();
        plugged.clear();
        try {
            unpublish();
            leading = null;
            left.forEach(place -> place.bridge().leave(place.plug()));
        } finally {
            networks.remove(new Removals.Departed(containerId, namespace, left), hasStarted);
        }
    }

    private void plug(
            final String networkId,
            final String networkName,
            final Bridge bridge,
            final Membership wish,
            final List<String> names,
            final boolean isInternal) {
        if (isClosed) {
            throw new NetworkException("container " + shortId() + " is not running");
        }
        final int number = IntStream.iterate(0, i -> i + 1)
                .filter(i -> plugged.values().stream().noneMatch(one -> one.interfaceNumber == i))
                .findFirst()
                .orElseThrow();
        final Plugged added;
        try {
            namespace.reopen();
            final Bridge.Plug plug = networks.afterRemovals(() -> bridge.plug(namespace, "eth" + number, wish));
            added = new Plugged(networkId, networkName, bridge, plug, number, wish.gatewayPriority(), isInternal);
        } catch (final LinuxException e) {
            throw new NetworkException(
                    "cannot connect container " + shortId() + " to network "
                            + (networkName.isEmpty() ? "bridge" : networkName) + ": " + e.getMessage(),
                    e);
        } finally {
            if (hasStarted) {
                namespace.finish();
            }
        }
        plugged.put(networkId, added);
        directory.add(new NameDirectory.Member(
                containerId, networkId, networkName, bridge.literals(added.plug), names, wish.links(), !isInternal));
        boolean isComplete = false;
        try {
            lead();
            isComplete = true;
        } finally {
            if (!isComplete) {
                disconnect(networkId);
            }
        }
    }

    /// Chooses the network that leads out, once the first of them are plugged in, and publishes the ports there; also
    /// those that could not be at the last change.
    private void lead() {
        if (!isPublishing) {
            return;
        }
        if (leading == null) {
            final Optional<Plugged> next = plugged.values().stream()
                    .filter(one -> !one.isInternal)
                    .min(Comparator.comparing((Plugged one) -> -one.priority).thenComparing(Plugged::orderName));
            if (next.isEmpty()) {
                return;
            }
            addDefaultRoutes(next.get());
            leading = next.get();
        }
        if (published == null) {
            publishAt(leading);
        }
    }

    private void addDefaultRoutes(final Plugged next) {
        try {
            namespace.reopen();
            next.bridge.lead(namespace, next.interfaceName());
        } catch (final LinuxException e) {
            throw new NetworkException(
                    "cannot set the default route of container " + shortId() + ": " + e.getMessage(), e);
        } finally {
            if (hasStarted) {
                namespace.finish();
            }
        }
    }

    private void publishAt(final Plugged next) {
        try {
            if (!wanted.isEmpty()) {
                relay = networks.loopbackRelay(namespace.fd()).orElse(null);
            }
            published = next.bridge.publish(next.plug, wanted, relay);
        } catch (final NetworkException e) {
            closeRelay();
            throw new NetworkException(
                    "driver failed programming external connectivity on endpoint " + containerName + " ("
                            + newEndpointId() + "): " + e.getMessage(),
                    e);
        }
    }

    private void unpublish() {
        if (published != null && leading != null) {
            leading.bridge.unpublish(published.ids());
        }
        published = null;
        closeRelay();
    }

    private void closeRelay() {
        if (relay != null) {
            relay.close();
            relay = null;
        }
    }

    private void pull(final Plugged gone) {
        directory.remove(containerId, gone.networkId);
        if (!hasStarted) {
            gone.bridge.takeBack(gone.plug);
        } else {
            gone.bridge.unplug(gone.plug);
        }
    }

    private String shortId() {
        return containerId.length() <= ID_TEXT_LENGTH ? containerId : containerId.substring(0, ID_TEXT_LENGTH);
    }

    private static String newEndpointId() {
        final byte[] id = new byte[ENDPOINT_ID_BYTES];
        new SecureRandom().nextBytes(id);
        return HexFormat.of().formatHex(id);
    }
}
