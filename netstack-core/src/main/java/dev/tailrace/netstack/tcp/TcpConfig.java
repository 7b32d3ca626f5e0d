package dev.tailrace.netstack.tcp;

/// Limits and times of TCP flows.
///
/// @param maxFlows flows at a time; a SYN beyond is answered by RST
/// @param maxHalfOpen attempts of either direction without an answer at a time; beyond, one of them goes (see
///     [HalfOpenQueue]), never a connection that has been made
/// @param maxRingBytes largest send ring and receive window of a flow, a power of two
/// @param keepAliveIdleNs silence before a guest is probed (RFC 9293 section 3.8.4: at least 2 h)
/// @param halfClosedIdleNs the same for a flow that the host has ended and the guest has not
public record TcpConfig(int maxFlows, int maxHalfOpen, int maxRingBytes, long keepAliveIdleNs, long halfClosedIdleNs) {
    private static final long SECOND_NS = 1_000_000_000L;

    /// 16,384 flows, 2,048 attempts each way, rings up to 1 MiB, probes after 2 h or, half closed, 5 min.
    public static final TcpConfig DEFAULT = new TcpConfig(1 << 14, 1 << 11, 1 << 20, 7200 * SECOND_NS, 300 * SECOND_NS);

    /// Checks the bounds.
    public TcpConfig {
        if (maxFlows < 1 || maxHalfOpen < 1 || maxRingBytes < 1) {
            throw new IllegalArgumentException("TCP bounds must be positive: " + maxFlows + " flows, " + maxHalfOpen
                    + " half open, " + maxRingBytes + " bytes");
        }
    }

    /// The same with other bounds of flows.
    public TcpConfig withFlows(final int flows, final int halfOpen) {
        return new TcpConfig(flows, halfOpen, maxRingBytes, keepAliveIdleNs, halfClosedIdleNs);
    }
}
