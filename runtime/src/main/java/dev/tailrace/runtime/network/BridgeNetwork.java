package dev.tailrace.runtime.network;

import dev.tailrace.netstack.ip.Ipv6Network;
import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.stack.NetworkStack;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.netstack.wire.IpLiteral;
import dev.tailrace.netstack.wire.MacAddress;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.netns.NewNamespace;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The default network: a bridge in a namespace of its own, whose gateway is our stack. To be made in the user
/// namespace that containers are in, and in the host's network.
public final class BridgeNetwork implements ContainerNetwork {
    private static final int ID_TEXT_LENGTH = 12;
    private static final int ENDPOINT_ID_BYTES = 32;

    private final VirtualNetwork network;
    private final AddressPool pool;
    private final BridgeNamespace bridge;
    private final StackThread stack;
    private final Map<Integer, Endpoint> endpoints = new ConcurrentHashMap<>();

    private BridgeNetwork(final VirtualNetwork network, final BridgeNamespace bridge, final Optional<Path> socket) {
        this.network = network;
        this.pool = new AddressPool(network);
        this.bridge = bridge;
        this.stack = new StackThread(bridge.openTap(), network, socket);
    }

    /// Makes the bridge and starts the stack.
    ///
    /// @param socket by which the stack can be looked into (`tailrace net`), if that is wanted
    /// @throws NetworkException when that cannot be done
    public static BridgeNetwork open(final BridgeConfig config, final Optional<Path> socket) {
        final VirtualNetwork network = config.virtualNetwork();
        try {
            final BridgeNamespace bridge = new BridgeNamespace(network);
            try {
                return new BridgeNetwork(network, bridge, socket);
            } catch (final RuntimeException e) {
                bridge.close();
                throw e;
            }
        } catch (final LinuxException e) {
            throw new NetworkException("cannot make the bridge: " + e.getMessage(), e);
        }
    }

    @Override
    public Endpoint attach(final String containerId, final List<PortBinding> ports) {
        return attach(containerId, shortId(containerId), ports);
    }

    @Override
    public Endpoint attach(final String containerId, final String name, final List<PortBinding> ports) {
        final int address = pool.take();
        try {
            final NewNamespace made = NewNamespace.create(ContainerSettings.map());
            try {
                bridge.connect(made, address);
                made.finish();
                return publish(made, address, name, ports);
            } catch (final RuntimeException e) {
                bridge.disconnect(address);
                made.close();
                throw e;
            }
        } catch (final RuntimeException e) {
            pool.free(address);
            throw worded("cannot connect container " + shortId(containerId) + " to the bridge", e);
        }
    }

    @Override
    public Endpoint isolate(final String containerId) {
        try {
            final NewNamespace made = NewNamespace.create(ContainerSettings.map());
            try {
                made.route().up("lo");
                made.finish();
            } catch (final RuntimeException e) {
                made.close();
                throw e;
            }
            return new NamespaceEndpoint(made, Optional.empty(), List.of(), () -> {});
        } catch (final LinuxException e) {
            throw worded("cannot make a network namespace for container " + shortId(containerId), e);
        }
    }

    @Override
    public Optional<String> failure() {
        return stack.failure();
    }

    @Override
    public String subnet() {
        return IpAddress.formatIpv4(network.network()) + "/" + network.prefixLength();
    }

    @Override
    public String gateway() {
        return IpAddress.formatIpv4(network.gateway());
    }

    @Override
    public String hostAddress() {
        return gateway();
    }

    @Override
    public String nameServer() {
        return IpAddress.formatIpv4(network.nameServer());
    }

    /// Takes all containers off first. Whatever fails on the way, the rest is done.
    @Override
    public void close() {
        try (bridge;
                stack) {
            RuntimeException first = null;
            for (final Endpoint endpoint : endpoints.values()) {
                try {
                    endpoint.close();
                } catch (final RuntimeException e) {
                    first = first == null ? e : first;
                }
            }
            if (first != null) {
                throw first;
            }
        }
    }

    private Endpoint publish(
            final NewNamespace made, final int address, final String name, final List<PortBinding> ports) {
        final IpLiteral ipv4 = ipv4(address);
        final IpLiteral ipv6 = ipv6(address);
        final PortPublisher.Published published;
        try {
            published = stack.call(on -> new PortPublisher(on.forwards(), ipv4, ipv6).publish(ports));
        } catch (final NetworkException e) {
            throw new NetworkException(
                    "driver failed programming external connectivity on endpoint " + name + " (" + newEndpointId()
                            + "): " + e.getMessage(),
                    e);
        }
        final Endpoint.Address shown = new Endpoint.Address(
                ipv4.toString(),
                network.prefixLength(),
                gateway(),
                MacAddress.format(AddressPool.mac(address)),
                Optional.ofNullable(ipv6).map(IpLiteral::toString),
                ipv6 == null ? 0 : Ipv6Network.PREFIX_LENGTH);
        final Endpoint endpoint = new NamespaceEndpoint(
                made, Optional.of(shown), published.ports(), () -> detach(address, published.ids()));
        endpoints.put(address, endpoint);
        return endpoint;
    }

    private void detach(final int address, final List<Integer> forwards) {
        endpoints.remove(address);
        try {
            stack.callIfUp(on -> {
                forwards.forEach(on.forwards()::remove);
                forget(on, ipv4(address));
                forget(on, ipv6(address));
                return null;
            });
        } finally {
            // Until it is done somebody may still be heard from that address.
            bridge.disconnectLater(address, () -> pool.free(address));
        }
    }

    private static void forget(final NetworkStack stack, final @Nullable IpLiteral guest) {
        if (guest != null) {
            stack.forget(guest.hi(), guest.lo(), System.nanoTime());
        }
    }

    private static IpLiteral ipv4(final int address) {
        return new IpLiteral(IpAddress.IPV4_HI, IpAddress.ipv4Lo(address));
    }

    private @Nullable IpLiteral ipv6(final int address) {
        final Ipv6Network ipv6 = network.ipv6();
        return ipv6 == null ? null : new IpLiteral(ipv6.prefix(), AddressPool.ipv6Lo(address));
    }

    private static RuntimeException worded(final String what, final RuntimeException failure) {
        return failure instanceof LinuxException
                ? new NetworkException(what + ": " + failure.getMessage(), failure)
                : failure;
    }

    private static String shortId(final String containerId) {
        return containerId.length() <= ID_TEXT_LENGTH ? containerId : containerId.substring(0, ID_TEXT_LENGTH);
    }

    private static String newEndpointId() {
        final byte[] id = new byte[ENDPOINT_ID_BYTES];
        new SecureRandom().nextBytes(id);
        return HexFormat.of().formatHex(id);
    }
}
