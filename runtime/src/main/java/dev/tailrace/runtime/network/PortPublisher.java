package dev.tailrace.runtime.network;

import dev.tailrace.netstack.host.HostErrno;
import dev.tailrace.netstack.host.HostException;
import dev.tailrace.netstack.stack.PortForward;
import dev.tailrace.netstack.stack.PortForwards;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.netstack.wire.IpLiteral;
import dev.tailrace.runtime.relay.LoopbackRelay;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Binds the host's ports of one container, all or none. Used on the stack's thread.
final class PortPublisher {
    private static final IpLiteral ANY4 = new IpLiteral(IpAddress.IPV4_HI, IpAddress.ipv4Lo(0));
    private static final IpLiteral ANY6 = new IpLiteral(0, 0);

    /// What Linux gives to sockets without a port (net.ipv4.ip_local_port_range), from which Docker takes, too.
    private static final int FIRST_EPHEMERAL = 32_768;

    private static final int LAST_EPHEMERAL = 60_999;
    private static final int LAST_PRIVILEGED = 1023;
    private static final int MAX_PORT = 65_535;
    private static final int EAFNOSUPPORT = 97;

    private final PortForwards forwards;
    private final IpLiteral ipv4;
    private final @Nullable IpLiteral ipv6;
    private final @Nullable LoopbackRelay relay;
    private final List<Integer> ids = new ArrayList<>();
    private final List<PortBinding> bound = new ArrayList<>();

    /// @param ipv4 address of the container
    /// @param ipv6 the other address of the container, if it has one
    /// @param relay the way of clients on the host's loopback to TCP ports, if it is another
    PortPublisher(
            final PortForwards forwards,
            final IpLiteral ipv4,
            final @Nullable IpLiteral ipv6,
            final @Nullable LoopbackRelay relay) {
        this.forwards = forwards;
        this.ipv4 = ipv4;
        this.ipv6 = ipv6;
        this.relay = relay;
    }

    /// What has been bound.
    ///
    /// @param ids of the stack's forwards
    /// @param ports with the host's ports as they were given
    record Published(List<Integer> ids, List<PortBinding> ports) {
        static final Published NOTHING = new Published(List.of(), List.of());
    }

    /// Binds all, in order.
    ///
    /// @throws NetworkException which cannot be had, as Docker says it; none is bound then
    Published publish(final List<PortBinding> ports) {
        try {
            ports.forEach(this::publish);
        } catch (final NetworkException e) {
            takeBack(0);
            throw e;
        }
        return new Published(List.copyOf(ids), List.copyOf(bound));
    }

    private void publish(final PortBinding port) {
        final List<IpLiteral> addresses = addresses(port.hostAddress());
        if (port.containerPort() < 1
                || port.containerPort() > MAX_PORT
                || port.hostPort() < 0
                || port.hostPort() > MAX_PORT) {
            throw new NetworkException("invalid port: " + port.hostPort() + ":" + port.containerPort());
        }
        int hostPort = port.hostPort();
        if (hostPort != 0) {
            bind(port, addresses, hostPort);
        } else {
            hostPort = bindAny(port, addresses);
        }
        bound.add(new PortBinding(port.protocol(), port.containerPort(), port.hostAddress(), hostPort));
    }

    /// @return the first port that is free on all of the addresses
    private int bindAny(final PortBinding port, final List<IpLiteral> addresses) {
        for (int hostPort = FIRST_EPHEMERAL; hostPort <= LAST_EPHEMERAL; hostPort++) {
            try {
                bind(port, addresses, hostPort);
                return hostPort;
            } catch (final NetworkException e) {
                if (!(e.getCause() instanceof final HostException cause) || cause.errno() != HostErrno.EADDRINUSE) {
                    throw e;
                }
            }
        }
        throw new NetworkException("all ports are allocated");
    }

    private void bind(final PortBinding port, final List<IpLiteral> addresses, final int hostPort) {
        final int before = ids.size();
        for (final IpLiteral address : addresses) {
            final IpLiteral guest = address.isIpv4() ? ipv4 : ipv6;
            if (guest == null) {
                continue;
            }
            try {
                final int id = forwards.add(
                        protocol(port.protocol()),
                        address.hi(),
                        address.lo(),
                        hostPort,
                        guest.hi(),
                        guest.lo(),
                        port.containerPort());
                ids.add(id);
                // A server may listen in one family only; Docker's proxy, too, asks in the other one then.
                final IpLiteral other = address.isIpv4() ? ipv6 : ipv4;
                if (other != null) {
                    forwards.fallBackTo(id, other.hi(), other.lo());
                }
                if (relay != null) {
                    forwards.divertLoopback(id, relay.taker(targets(guest, other, port.containerPort())));
                }
            } catch (final HostException e) {
                final boolean isLackOfIpv6 = !address.isIpv4()
                        && addresses.size() > 1
                        && (e.errno() == EAFNOSUPPORT || e.errno() == HostErrno.EADDRNOTAVAIL);
                if (!isLackOfIpv6) {
                    takeBack(before);
                    throw new NetworkException(text(address, hostPort, e), e);
                }
            }
        }
    }

    private static List<InetSocketAddress> targets(
            final IpLiteral guest, final @Nullable IpLiteral other, final int port) {
        final List<InetSocketAddress> targets = new ArrayList<>();
        targets.add(new InetSocketAddress(guest.toString(), port));
        if (other != null) {
            targets.add(new InetSocketAddress(other.toString(), port));
        }
        return targets;
    }

    private void takeBack(final int count) {
        while (ids.size() > count) {
            forwards.remove(ids.removeLast());
        }
    }

    private List<IpLiteral> addresses(final String hostAddress) {
        if (hostAddress.isEmpty()) {
            return ipv6 == null ? List.of(ANY4) : List.of(ANY4, ANY6);
        }
        final IpLiteral address = IpLiteral.parse(hostAddress);
        if (address == null) {
            throw new NetworkException("invalid IP address: " + hostAddress);
        }
        if (!address.isIpv4() && ipv6 == null) {
            throw new NetworkException("cannot publish on " + hostAddress + ": the network has no IPv6");
        }
        return List.of(address);
    }

    private static PortForward.Protocol protocol(final PortBinding.Protocol protocol) {
        return switch (protocol) {
            case TCP -> PortForward.Protocol.TCP;
            case UDP -> PortForward.Protocol.UDP;
        };
    }

    private static String text(final IpLiteral address, final int port, final HostException failure) {
        final String reason = switch (failure.errno()) {
            case HostErrno.EADDRINUSE -> "port is already allocated";
            case HostErrno.EADDRNOTAVAIL -> "cannot assign requested address";
            case HostErrno.EACCES -> privilegeText(port);
            default -> String.valueOf(failure.getMessage());
        };
        final String place = address.isIpv4() ? address.toString() : "[" + address + "]";
        return "Bind for " + place + ":" + port + " failed: " + reason;
    }

    /// Without the words "permission denied", which docker's client takes for a program that cannot be executed.
    private static String privilegeText(final int port) {
        return port > LAST_PRIVILEGED
                ? "the system does not allow this port"
                : "cannot expose privileged port " + port + ": choose one from 1024 on, or have root run sysctl -w"
                        + " net.ipv4.ip_unprivileged_port_start=" + port;
    }
}
