package dev.tailrace.runtime.network;

import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.runtime.relay.LoopbackRelay;
import dev.tailrace.tapio.epoll.OwnLoopbackPorts;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.netns.NewNamespace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The default network and those of the user's own, each a [Bridge]. To be made in the user namespace that containers
/// are in, and in the host's network.
public final class BridgeNetwork implements ContainerNetwork {
    private static final String DEFAULT = "bridge";

    private final Bridge defaultBridge;
    private final NameDirectory directory = new NameDirectory();
    private final Set<Endpoint> endpoints = ConcurrentHashMap.newKeySet();
    private final SpareNamespace spare = new SpareNamespace();
    private final Removals removals = new Removals();

    private final boolean hasHostLoopback;
    private final StackSockets sockets;

    /// Null if clients on the host's loopback appear as the gateway.
    private final @Nullable OwnLoopbackPorts loopbackPorts;

    /// Of the user's own by their ids, since the first container was on them. Guarded by itself.
    private final Map<String, Bridge> bridges = new HashMap<>();

    private volatile boolean isClosed;

    private BridgeNetwork(
            final BridgeConfig config, final StackSockets sockets, final @Nullable OwnLoopbackPorts loopbackPorts) {
        this.defaultBridge = Bridge.open(config, new StackOptions(sockets.ofDefault(), loopbackPorts));
        this.hasHostLoopback = config.hasHostLoopback();
        this.sockets = sockets;
        this.loopbackPorts = loopbackPorts;
        spare.refill();
    }

    /// Makes the default bridge and starts its stack.
    ///
    /// @param keepsLoopback whether clients on the host's loopback have their address (127.0.0.1, ::1) at
    ///     published TCP ports, too, which servers may trust
    /// @throws NetworkException when that cannot be done
    public static BridgeNetwork open(
            final BridgeConfig config, final StackSockets sockets, final boolean keepsLoopback) {
        return new BridgeNetwork(config, sockets, keepsLoopback ? new OwnLoopbackPorts(System::nanoTime) : null);
    }

    @Override
    public Endpoint attach(final String containerId, final List<PortBinding> ports) {
        return attach(containerId, containerId, ports);
    }

    @Override
    public Endpoint attach(final String containerId, final String name, final List<PortBinding> ports) {
        final Sandbox sandbox = open(containerId, name);
        boolean isComplete = false;
        try {
            sandbox.connectDefault(DEFAULT, Membership.PLAIN);
            sandbox.publish(ports);
            isComplete = true;
            return sandbox;
        } finally {
            if (!isComplete) {
                sandbox.close();
            }
        }
    }

    @Override
    public Sandbox open(final String containerId, final String name) {
        if (isClosed) {
            throw new NetworkException("the network is down");
        }
        removals.start(containerId);
        final BridgeSandbox sandbox = new BridgeSandbox(containerId, name, newNamespace(containerId), this, directory);
        endpoints.add(sandbox);
        return sandbox;
    }

    @Override
    public Endpoint isolate(final String containerId) {
        final NewNamespace made = newNamespace(containerId);
        made.finish();
        prepare();
        return new NamespaceEndpoint(made, Optional.empty(), List.of(), () -> {});
    }

    @Override
    public void remove(final String networkId) {
        final Bridge bridge;
        synchronized (bridges) {
            bridge = bridges.remove(networkId);
        }
        if (bridge != null) {
            bridge.close();
        }
    }

    @Override
    public Optional<String> failure() {
        return defaultBridge.failure();
    }

    @Override
    public String subnet() {
        final VirtualNetwork network = defaultBridge.network();
        return IpAddress.formatIpv4(network.network()) + "/" + network.prefixLength();
    }

    @Override
    public String gateway() {
        return IpAddress.formatIpv4(defaultBridge.network().gateway());
    }

    @Override
    public String hostAddress() {
        return gateway();
    }

    @Override
    public String nameServer() {
        return defaultBridge.nameServer();
    }

    /// Takes all containers off first. Whatever fails on the way, the rest is done.
    @Override
    public void close() {
        isClosed = true;
        final List<AutoCloseable> all = new ArrayList<>(endpoints);
        all.add(removals);
        synchronized (bridges) {
            all.addAll(bridges.values());
            bridges.clear();
        }
        all.add(defaultBridge);
        all.add(spare);
        RuntimeException first = null;
        for (final AutoCloseable one : all) {
            try {
                one.close();
            } catch (final RuntimeException e) {
                first = first == null ? e : first;
            } catch (final Exception e) {
                throw new IllegalStateException("neither an endpoint nor a bridge throws this", e);
            }
        }
        if (first != null) {
            throw first;
        }
    }

    /// A way to a container for clients on the host's loopback, if it is another than that of the rest.
    ///
    /// @param namespaceFd of the container
    Optional<LoopbackRelay> loopbackRelay(final int namespaceFd) {
        if (loopbackPorts == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new LoopbackRelay(namespaceFd, loopbackPorts));
        } catch (final LinuxException e) {
            throw new NetworkException("cannot enter the container's network: " + e.getMessage(), e);
        }
    }

    Bridge defaultBridge() {
        return defaultBridge;
    }

    /// The bridge of a network, made if nobody was on it so far.
    Bridge bridge(final NetworkSpec spec) {
        synchronized (bridges) {
            if (isClosed) {
                throw new NetworkException("the network is down");
            }
            Bridge bridge = bridges.get(spec.id());
            if (bridge == null) {
                bridge = Bridge.open(
                        BridgeConfig.of(spec, hasHostLoopback),
                        spec,
                        directory.of(spec.id()),
                        new StackOptions(sockets.ofOthers().apply(spec.id()), loopbackPorts));
                bridges.put(spec.id(), bridge);
            }
            return bridge;
        }
    }

    /// A container has all that it needs of the network: there is time for the next.
    void prepare() {
        removals.disturb();
        if (!isClosed) {
            spare.refill();
        }
    }

    /// Removes what a container had.
    ///
    /// @param isLater whether there is time, since it has ended; else it has never run, and nothing is
    ///     to be left of it when that is told
    void remove(final Removals.Departed departed, final boolean isLater) {
        removals.add(departed);
        if (!isLater) {
            removals.flush();
        }
        prepare();
    }

    /// What a container had that has ended is free only when its interface is gone: whoever needs it
    /// waits for that.
    <T> T afterRemovals(final Supplier<T> take) {
        try {
            return take.get();
        } catch (final NetworkException e) {
            removals.flush();
            return take.get();
        }
    }

    void forget(final Endpoint endpoint) {
        endpoints.remove(endpoint);
    }

    /// With a loopback, and nothing else; open for changes.
    private NewNamespace newNamespace(final String containerId) {
        try {
            return spare.take();
        } catch (final LinuxException e) {
            throw new NetworkException(
                    "cannot make a network namespace for container " + containerId + ": " + e.getMessage(), e);
        }
    }
}
