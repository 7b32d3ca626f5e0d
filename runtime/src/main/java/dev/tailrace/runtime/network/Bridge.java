package dev.tailrace.runtime.network;

import dev.tailrace.netstack.dns.LocalNames;
import dev.tailrace.netstack.ip.Ipv6Network;
import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.stack.NetworkStack;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.netstack.wire.IpLiteral;
import dev.tailrace.netstack.wire.MacAddress;
import dev.tailrace.runtime.relay.LoopbackRelay;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.netns.NewNamespace;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One network: a bridge in a namespace of its own, whose gateway is a stack of its own. Safe for several threads.
final class Bridge implements AutoCloseable {
    private final VirtualNetwork network;
    private final AddressPool pool;
    private final BridgeNamespace namespace;
    private final StackThread stack;

    /// Lower halves of IPv6 addresses that somebody wished. Guarded by itself.
    private final Set<Long> wishedIpv6 = new HashSet<>();

    private Bridge(
            final VirtualNetwork network,
            final AddressPool pool,
            final BridgeNamespace namespace,
            final LocalNames names,
            final StackOptions options) {
        this.network = network;
        this.pool = pool;
        this.namespace = namespace;
        this.stack = new StackThread(namespace.openTap(), network, names, options);
    }

    /// The default network, whose name server has no names of its own.
    ///
    /// @throws NetworkException it cannot be made
    static Bridge open(final BridgeConfig config, final StackOptions options) {
        final VirtualNetwork network = config.virtualNetwork();
        return open(network, new AddressPool(network), LocalNames.NONE, options);
    }

    /// A network of the user's own.
    ///
    /// @throws NetworkException it cannot be made
    static Bridge open(
            final BridgeConfig config, final NetworkSpec spec, final LocalNames names, final StackOptions options) {
        final VirtualNetwork network = config.virtualNetwork();
        final NetworkAddresses addresses = spec.addresses();
        final AddressPool pool = new AddressPool(network, addresses.range(), addresses.reserved(), spec.name());
        return open(network, pool, names, options);
    }

    private static Bridge open(
            final VirtualNetwork network, final AddressPool pool, final LocalNames names, final StackOptions options) {
        try {
            final BridgeNamespace namespace = new BridgeNamespace(network);
            try {
                return new Bridge(network, pool, namespace, names, options);
            } catch (final RuntimeException e) {
                namespace.close();
                throw e;
            }
        } catch (final LinuxException e) {
            throw new NetworkException("cannot make the bridge: " + e.getMessage(), e);
        }
    }

    VirtualNetwork network() {
        return network;
    }

    /// Why nobody is served any more, though nobody has closed it.
    Optional<String> failure() {
        return stack.failure();
    }

    String nameServer() {
        return IpAddress.formatIpv4(network.nameServer());
    }

    /// A container's place on it.
    ///
    /// @param ipv4 host order
    /// @param ipv6Lo lower half of the IPv6 address
    /// @param isIpv6Wished whether somebody asked for that
    /// @param mac in the low 48 bits
    record Plug(int ipv4, long ipv6Lo, boolean isIpv6Wished, long mac) {}

    /// Gives a container's namespace an interface with addresses.
    ///
    /// @throws NetworkException an address is taken or none
    Plug plug(final NewNamespace container, final String interfaceName, final Membership wish) {
        final long mac = wish.mac().map(Bridge::mac).orElse(0L);
        final Optional<Long> ipv6Lo = wish.ipv6().map(this::ipv6Lo);
        final int ipv4 = takeIpv4(wish);
        final Plug plug = new Plug(
                ipv4,
                ipv6Lo.orElse(AddressPool.ipv6Lo(ipv4)),
                ipv6Lo.isPresent(),
                mac == 0 ? AddressPool.mac(ipv4) : mac);
        boolean isTaken = false;
        boolean isPlugged = false;
        try {
            takeIpv6(plug);
            isTaken = true;
            namespace.connect(container, interfaceName, plug);
            isPlugged = true;
            return plug;
        } finally {
            if (!isTaken) {
                // What was wished is another's, who keeps it.
                pool.free(ipv4);
            } else if (!isPlugged) {
                takeBack(plug);
            }
        }
    }

    /// Makes a container's interface the one that leads out.
    void lead(final NewNamespace container, final String interfaceName) {
        namespace.addDefaultRoutes(container, interfaceName);
    }

    /// Ends what the addresses of a container that goes on have, and takes its interface away. That is waited for: its
    /// name and its routes are in the way of what is set up next.
    void unplug(final Plug plug) {
        try {
            forget(plug);
        } finally {
            takeBack(plug);
        }
    }

    /// Ends what the addresses of a container that has ended have. They stay taken, and somebody may
    /// still be heard from them, until its interface is gone.
    void leave(final Plug plug) {
        forget(plug);
    }

    /// Takes the interfaces of containers away that have left.
    void remove(final List<Plug> plugs) {
        try {
            namespace.disconnect(plugs.stream().map(Plug::ipv4).toList());
        } finally {
            plugs.forEach(this::free);
        }
    }

    /// The same for a container that has never run: nobody can have heard of it, and it is waited for.
    void takeBack(final Plug plug) {
        remove(List.of(plug));
    }

    /// Binds ports of the host, all or none.
    ///
    /// @param relay the way of clients on the host's loopback, if it is another
    PortPublisher.Published publish(
            final Plug plug, final List<PortBinding> ports, final @Nullable LoopbackRelay relay) {
        if (ports.isEmpty()) {
            // The stack's thread is not woken for it.
            stack.requireUp();
            return PortPublisher.Published.NOTHING;
        }
        final IpLiteral ipv4 = ipv4(plug);
        final IpLiteral ipv6 = ipv6(plug);
        return stack.call(on -> new PortPublisher(on.forwards(), ipv4, ipv6, relay).publish(ports));
    }

    void unpublish(final List<Integer> forwards) {
        if (forwards.isEmpty()) {
            return;
        }
        stack.callIfUp(on -> {
            forwards.forEach(on.forwards()::remove);
            return null;
        });
    }

    Endpoint.Address address(final Plug plug) {
        final IpLiteral ipv6 = ipv6(plug);
        return new Endpoint.Address(
                ipv4(plug).toString(),
                network.prefixLength(),
                IpAddress.formatIpv4(network.gateway()),
                MacAddress.format(plug.mac()),
                Optional.ofNullable(ipv6).map(IpLiteral::toString),
                ipv6 == null ? 0 : Ipv6Network.PREFIX_LENGTH);
    }

    /// As literals of the stack.
    List<IpLiteral> literals(final Plug plug) {
        final IpLiteral ipv6 = ipv6(plug);
        return ipv6 == null ? List.of(ipv4(plug)) : List.of(ipv4(plug), ipv6);
    }

    @Override
    public void close() {
        try (namespace) {
            stack.close();
        }
    }

    private int takeIpv4(final Membership wish) {
        if (wish.ipv4().isEmpty()) {
            return pool.take();
        }
        final long literal = IpAddress.parseIpv4(wish.ipv4().get());
        if (literal < 0) {
            throw new NetworkException("invalid IPv4 address: " + wish.ipv4().get());
        }
        pool.take((int) literal);
        return (int) literal;
    }

    private void takeIpv6(final Plug plug) {
        synchronized (wishedIpv6) {
            if (plug.isIpv6Wished() && !wishedIpv6.add(plug.ipv6Lo())) {
                throw new NetworkException("Address already in use");
            }
        }
    }

    private void free(final Plug plug) {
        freeIpv6(plug);
        pool.free(plug.ipv4());
    }

    private void freeIpv6(final Plug plug) {
        synchronized (wishedIpv6) {
            if (plug.isIpv6Wished()) {
                wishedIpv6.remove(plug.ipv6Lo());
            }
        }
    }

    private long ipv6Lo(final String text) {
        final Ipv6Network ipv6 = network.ipv6();
        final IpLiteral literal = IpLiteral.parse(text);
        if (ipv6 == null || literal == null || literal.isIpv4() || !ipv6.contains(literal.hi())) {
            throw new NetworkException("no configured subnet contains IP address " + text);
        }
        if (literal.lo() == 0 || literal.lo() == Ipv6Network.GATEWAY_LO || literal.lo() == Ipv6Network.NAME_SERVER_LO) {
            throw new NetworkException("Address already in use");
        }
        return literal.lo();
    }

    private static long mac(final String text) {
        final long mac = MacAddress.parse(text);
        if (mac <= 0 || MacAddress.isMulticast(mac)) {
            throw new NetworkException("invalid MAC address: " + text);
        }
        return mac;
    }

    private void forget(final Plug plug) {
        stack.callIfUp(on -> {
            forget(on, ipv4(plug));
            forget(on, ipv6(plug));
            return null;
        });
    }

    private static void forget(final NetworkStack stack, final @Nullable IpLiteral guest) {
        if (guest != null) {
            stack.forget(guest.hi(), guest.lo(), System.nanoTime());
        }
    }

    private static IpLiteral ipv4(final Plug plug) {
        return new IpLiteral(IpAddress.IPV4_HI, IpAddress.ipv4Lo(plug.ipv4()));
    }

    private @Nullable IpLiteral ipv6(final Plug plug) {
        final Ipv6Network ipv6 = network.ipv6();
        return ipv6 == null ? null : new IpLiteral(ipv6.prefix(), plug.ipv6Lo());
    }
}
