package dev.tailrace.tapio.kernel;

/// The ends of connections over IPv6.
class ConnectionEndIpv6IT extends ConnectionEndIT {
    @Override
    Family family() {
        return Family.IPV6;
    }
}
