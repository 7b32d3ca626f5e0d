package dev.tailrace.runtime.network;

import dev.tailrace.netstack.ip.BridgeAddresses;
import dev.tailrace.netstack.ip.Ipv6Network;
import dev.tailrace.netstack.ip.LinkKind;
import dev.tailrace.netstack.ip.VirtualNetwork;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Of a bridge.
///
/// @param network IPv4, host order
/// @param prefixLength 8 to 29
/// @param mtu in bytes, 1280 to 65520; 1500 is what containers elsewhere have
/// @param ipv6 null without IPv6
/// @param hasHostLoopback whether the gateway stands for the host's loopback
/// @param addresses null for the usual places of gateway and name server
public record BridgeConfig(
        int network,
        int prefixLength,
        int mtu,
        @Nullable Ipv6Network ipv6,
        boolean hasHostLoopback,
        @Nullable BridgeAddresses addresses) {
    private static final int DOCKER_NETWORK = 0xac11_0000;
    private static final int DOCKER_PREFIX_LENGTH = 16;

    /// What containers elsewhere have.
    public static final int DOCKER_MTU = 1500;

    static final int MIN_PREFIX_LENGTH = 8;
    static final int MAX_PREFIX_LENGTH = 29;

    /// Least of every IPv6 link (RFC 8200 section 5).
    private static final int MIN_MTU = 1280;

    private static final int MAX_MTU = 65_520;

    /// fd74:6169:6c72:ace::/64. Nobody but the containers sees it, so it need not be random (RFC 4193 section 3.2).
    private static final Ipv6Network UNIQUE_LOCAL = new Ipv6Network(0xfd74_6169_6c72_0aceL);

    private static final Path HAS_IPV6 = Path.of("/proc/net/if_inet6");

    /// @throws NetworkException when it makes no sense
    public BridgeConfig {
        if (mtu < MIN_MTU || mtu > MAX_MTU) {
            throw new NetworkException("mtu " + mtu + " is not in " + MIN_MTU + " to " + MAX_MTU);
        }
        if (prefixLength < MIN_PREFIX_LENGTH || prefixLength > MAX_PREFIX_LENGTH) {
            throw new NetworkException(
                    "prefix length " + prefixLength + " is not in " + MIN_PREFIX_LENGTH + " to " + MAX_PREFIX_LENGTH);
        }
        if ((network << prefixLength) != 0) {
            throw new NetworkException("the network has host bits set beyond /" + prefixLength);
        }
    }

    /// With gateway and name server in their usual places.
    BridgeConfig(
            final int network,
            final int prefixLength,
            final int mtu,
            final @Nullable Ipv6Network ipv6,
            final boolean hasHostLoopback) {
        this(network, prefixLength, mtu, ipv6, hasHostLoopback, null);
    }

    /// 172.17.0.0/16, with IPv6 where the kernel has it.
    public static BridgeConfig ofDocker() {
        return new BridgeConfig(
                DOCKER_NETWORK, DOCKER_PREFIX_LENGTH, DOCKER_MTU, hasIpv6() ? UNIQUE_LOCAL : null, true);
    }

    /// Of a network of the user's own.
    ///
    /// @param hasHostLoopback of all networks but the internal ones
    static BridgeConfig of(final NetworkSpec spec, final boolean hasHostLoopback) {
        final NetworkAddresses addresses = spec.addresses();
        return new BridgeConfig(
                addresses.subnet().address(),
                addresses.subnet().prefixLength(),
                spec.mtu(),
                hasIpv6() ? addresses.ipv6().orElse(null) : null,
                hasHostLoopback,
                new BridgeAddresses(addresses.gateway(), addresses.nameServer(), spec.isInternal()));
    }

    /// The same with another MTU, in bytes.
    public BridgeConfig withMtu(final int bytes) {
        return new BridgeConfig(network, prefixLength, bytes, ipv6, hasHostLoopback, addresses);
    }

    /// The same with the host's loopback within reach of containers, or not.
    public BridgeConfig withHostLoopback(final boolean isReachable) {
        return new BridgeConfig(network, prefixLength, mtu, ipv6, isReachable, addresses);
    }

    /// As the stack has it; names are resolved.
    VirtualNetwork virtualNetwork() {
        final boolean isReachable = hasHostLoopback && (addresses == null || !addresses.isInternal());
        return new VirtualNetwork(network, prefixLength, mtu, 0, isReachable, true, ipv6, LinkKind.BRIDGE, addresses);
    }

    private static boolean hasIpv6() {
        return Files.exists(HAS_IPV6);
    }
}
