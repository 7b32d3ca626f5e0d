package dev.tailrace.tapio.slirp;

import dev.tailrace.netstack.tcp.TcpConfig;
import dev.tailrace.netstack.udp.UdpConfig;

/// How many flows a session may have: each takes a descriptor of the host.
///
/// Neither TCP nor UDP may have more than three quarters of them: so a spray of datagrams leaves room for connections,
/// and held connections leave room for names. What is refused beyond these bounds is refused by the stack, with an
/// answer and a counter; that the kernel refuses is the exception. A quarter of the connections, at most, may be
/// attempts.
///
/// @param descriptors the process's limit
/// @param loops that share them
/// @param tcp of each loop
/// @param udp of the first loop, which has all mappings
record FlowBounds(int descriptors, int loops, TcpConfig tcp, UdpConfig udp) {
    /// For the JVM, the device, API clients, captures, published ports and echo requests.
    private static final int MOST_RESERVED = 128;

    /// The defaults, or less where the limit is low.
    static FlowBounds of(final int descriptors, final int loops) {
        final int flows = descriptors - Math.min(MOST_RESERVED, descriptors / 2);
        final int each = Math.max(1, flows - flows / 4);
        final int tcp = Math.min(TcpConfig.DEFAULT.maxFlows(), Math.max(1, each / loops));
        final int halfOpen = Math.min(TcpConfig.DEFAULT.maxHalfOpen(), Math.max(1, tcp / 4));
        final int udp = Math.min(UdpConfig.DEFAULT.maxFlows(), each);
        return new FlowBounds(
                descriptors, loops, TcpConfig.DEFAULT.withFlows(tcp, halfOpen), UdpConfig.DEFAULT.withFlows(udp));
    }

    /// For the log.
    String text() {
        return "at most " + descriptors + " descriptors: " + tcp.maxFlows() + " TCP flows, " + tcp.maxHalfOpen()
                + " of them half open each way" + (loops == 1 ? "" : ", in each of " + loops + " loops") + ", "
                + udp.maxFlows() + " UDP mappings";
    }
}
