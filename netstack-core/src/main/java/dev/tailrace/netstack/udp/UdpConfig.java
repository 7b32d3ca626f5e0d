package dev.tailrace.netstack.udp;

/// Bounds and timeouts of UDP.
///
/// @param maxFlows most guest endpoints with a host socket at a time
/// @param maxForwardClients most clients of published ports remembered at a time, rounded up to a power of two
/// @param idleNs how long an unused mapping is kept (RFC 4787 REQ-5 asks for 2 minutes at least)
/// @param nameIdleNs the same for a mapping that was used for name queries only
public record UdpConfig(int maxFlows, int maxForwardClients, long idleNs, long nameIdleNs) {
    /// What a container gets unless configured otherwise.
    public static final UdpConfig DEFAULT = new UdpConfig(1 << 14, 4096, 240_000_000_000L, 10_000_000_000L);

    /// The same with another bound of mappings.
    public UdpConfig withFlows(final int flows) {
        return new UdpConfig(flows, maxForwardClients, idleNs, nameIdleNs);
    }

    /// Checks the bounds.
    public UdpConfig {
        if (maxFlows < 1 || maxForwardClients < 1 || idleNs <= 0 || nameIdleNs <= 0) {
            throw new IllegalArgumentException("UDP bounds must be positive: " + maxFlows + " flows, "
                    + maxForwardClients + " clients, " + idleNs + " ns, " + nameIdleNs + " ns");
        }
    }
}
