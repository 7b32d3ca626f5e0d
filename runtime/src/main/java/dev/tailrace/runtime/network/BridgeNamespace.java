package dev.tailrace.runtime.network;

import dev.tailrace.netstack.ip.Ipv6Network;
import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.netlink.RouteSocket;
import dev.tailrace.tapio.netns.NetworkNamespace;
import dev.tailrace.tapio.netns.NewNamespace;
import dev.tailrace.tapio.tap.TapDevice;
import dev.tailrace.tapio.tap.TapOpener;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// The namespace N: the bridge, the TAP that is its way out, and a port for each container. It has no address itself.
/// Its methods throw [LinuxException] with what failed. Safe for several threads.
final class BridgeNamespace implements AutoCloseable {
    private static final String BRIDGE = "tailrace0";
    private static final String TAP = "tap0";
    private static final String PORT_PREFIX = "veth";

    /// Of interfaces that are removed together; all others are in 0.
    private static final int LEAVING_GROUP = 1;

    /// The bridge passes IPv6 on but has no part in it.
    private static final Map<String, String> SETTINGS = Map.of("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");

    private final VirtualNetwork network;
    private final NewNamespace namespace = NewNamespace.create(SETTINGS);
    private final int bridgeIndex;
    private boolean isClosed;

    BridgeNamespace(final VirtualNetwork network) {
        this.network = network;
        try {
            final RouteSocket route = namespace.route();
            route.addBridge(BRIDGE, network.mtu());
            bridgeIndex = route.index(BRIDGE);
        } catch (final RuntimeException e) {
            namespace.close();
            throw e;
        }
    }

    /// Opens the TAP and makes it a port of the bridge.
    TapDevice openTap() {
        final TapDevice tap = TapOpener.open(NetworkNamespace.ofPath(namespace.path(), null), TAP, null);
        try {
            final RouteSocket route = namespace.route();
            route.mtu(TAP, network.mtu());
            route.join(TAP, bridgeIndex);
            // The stack is always there and its addresses are known: nothing to learn, nor to send there for others.
            route.quiet(TAP);
            final int index = route.index(TAP);
            route.addForwarding(index, VirtualNetwork.macOf(network.gateway()));
            route.addForwarding(index, VirtualNetwork.macOf(network.nameServer()));
            route.up(TAP);
            return tap;
        } catch (final RuntimeException e) {
            tap.close();
            throw e;
        }
    }

    /// Gives a container's namespace an interface on the bridge, with addresses.
    ///
    /// @param container open for changes
    void connect(final NewNamespace container, final String interfaceName, final Bridge.Plug plug) {
        final String port = port(plug.ipv4());
        synchronized (namespace) {
            route().addPair(port, network.mtu(), interfaceName, plug.mac(), container.fd());
        }
        configure(container.route(), interfaceName, plug);
        // Last: a port of the bridge takes part at once if the other end is up already.
        synchronized (namespace) {
            route().join(port, bridgeIndex);
            route().up(port);
        }
    }

    /// Makes an interface of a container's namespace the one that leads out.
    ///
    /// @param container open for changes
    void addDefaultRoutes(final NewNamespace container, final String interfaceName) {
        final RouteSocket route = container.route();
        final int index = route.index(interfaceName);
        route.addDefaultRoute(index, network.gateway());
        if (network.ipv6() != null) {
            route.addDefaultRoute(index, network.gatewayHi(false), network.gatewayLo(false));
        }
    }

    /// Takes interfaces away again, as far as they are there: each goes with its container's namespace,
    /// too.
    void disconnect(final List<Integer> addresses) {
        synchronized (namespace) {
            if (isClosed) {
                return;
            }
            if (addresses.size() == 1) {
                ignoreMissing(() -> namespace.route().remove(port(addresses.getFirst())));
                return;
            }
            for (final int address : addresses) {
                ignoreMissing(() -> namespace.route().group(port(address), LEAVING_GROUP));
            }
            ignoreMissing(() -> namespace.route().removeGroup(LEAVING_GROUP));
        }
    }

    /// Everything goes with its namespace.
    @Override
    public void close() {
        synchronized (namespace) {
            isClosed = true;
            namespace.close();
        }
    }

    private RouteSocket route() {
        if (isClosed) {
            throw new NetworkException("the network is down");
        }
        return namespace.route();
    }

    private void configure(final RouteSocket route, final String interfaceName, final Bridge.Plug plug) {
        final Ipv6Network ipv6 = network.ipv6();
        final int index = route.index(interfaceName);
        route.addAddress(index, plug.ipv4(), network.prefixLength());
        if (ipv6 != null) {
            route.addAddress(index, ipv6.prefix(), plug.ipv6Lo(), Ipv6Network.PREFIX_LENGTH);
        }
        route.up(interfaceName);
    }

    private static void ignoreMissing(final Runnable change) {
        try {
            change.run();
        } catch (final LinuxException e) {
            if (e.errno() != Errno.ENODEV) {
                throw e;
            }
        }
    }

    /// As the address is nobody else's, so is the name.
    private String port(final int address) {
        return PORT_PREFIX + HexFormat.of().toHexDigits(address - network.network());
    }
}
