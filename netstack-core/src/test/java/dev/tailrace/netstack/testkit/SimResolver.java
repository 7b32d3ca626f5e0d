package dev.tailrace.netstack.testkit;

import dev.tailrace.netstack.host.HostResolver;
import dev.tailrace.netstack.wire.IpAddress;

/// A host whose name server is 192.0.2.53.
public final class SimResolver implements HostResolver {
    @Override
    public boolean refresh(final boolean preferIpv6, final long nowNs) {
        return true;
    }

    @Override
    public long addressHi() {
        return IpAddress.IPV4_HI;
    }

    @Override
    public long addressLo() {
        return IpAddress.ipv4Lo(0xc000_0235);
    }
}
