package dev.tailrace.tapio.netns;

import org.jspecify.annotations.Nullable;

/// How to configure an interface and its namespace.
///
/// @param mtu in bytes
/// @param macAddress low 48 bits, or [#KEEP_MAC]
/// @param address IPv4, host order
/// @param prefixLength of the network that `address` is in
/// @param gateway of the default route, host order
/// @param tcpCongestionControl for new sockets in the namespace, such as `cubic`; null to leave it
/// @param ipv6AtOnce whether IPv6 addresses of the interface are used without duplicate address detection, which takes
///     a second or two for each and can find nobody on a link between two
public record InterfaceConfiguration(
        int mtu,
        long macAddress,
        int address,
        int prefixLength,
        int gateway,
        @Nullable String tcpCongestionControl,
        boolean ipv6AtOnce) {
    /// Leaves the address that the kernel chose.
    public static final long KEEP_MAC = -1;

    private static final int GUEST_OFFSET = 100;
    private static final int GATEWAY_OFFSET = 2;

    /// Address network+100 and default route through network+2.
    public static InterfaceConfiguration ofNetwork(
            final int network,
            final int prefixLength,
            final int mtu,
            final long macAddress,
            final @Nullable String tcpCongestionControl,
            final boolean ipv6AtOnce) {
        return new InterfaceConfiguration(
                mtu,
                macAddress,
                network + GUEST_OFFSET,
                prefixLength,
                network + GATEWAY_OFFSET,
                tcpCongestionControl,
                ipv6AtOnce);
    }
}
