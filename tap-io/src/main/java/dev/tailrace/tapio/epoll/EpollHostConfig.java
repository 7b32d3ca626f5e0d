package dev.tailrace.tapio.epoll;

/// How host sockets are made.
///
/// @param outboundIpv4 local IPv4 address that sockets to the outside send from (network order as a number), or 0 for
///     the one that routing chooses. Not used for destinations in 127.0.0.0/8
public record EpollHostConfig(int outboundIpv4) {
    /// Routing chooses the addresses.
    public static final EpollHostConfig DEFAULT = new EpollHostConfig(0);

    private static final int LOOPBACK_NET = 127;

    /// The local address to send to `destination` from, or 0.
    int sourceFor(final int destination) {
        return destination >>> 24 == LOOPBACK_NET ? 0 : outboundIpv4;
    }
}
