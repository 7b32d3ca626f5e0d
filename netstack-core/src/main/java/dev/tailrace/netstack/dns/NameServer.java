package dev.tailrace.netstack.dns;

import dev.tailrace.netstack.host.HostResolver;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;

/// The virtual network's name server: stands for the host's first resolver, looked up anew for each query.
public final class NameServer {
    /// The port of name servers (RFC 1035 section 4.2).
    public static final int PORT = 53;

    private final HostResolver resolver;
    private final Counters counters;

    /// @param resolver the host's resolver configuration
    public NameServer(final HostResolver resolver, final Counters counters) {
        this.resolver = resolver;
        this.counters = counters;
    }

    /// Counts a query and refreshes the resolver's address for it.
    ///
    /// @param preferIpv6 whether the query came over IPv6; the resolver may be of the other family all the same
    /// @return whether there is a resolver; if not, the query is counted as dropped
    public boolean onQuery(final boolean preferIpv6, final long nowNs) {
        counters.increment(Counter.DNS_QUERIES);
        if (resolver.refresh(preferIpv6, nowNs)) {
            return true;
        }
        counters.increment(Counter.DROP_DNS_NO_RESOLVER);
        return false;
    }

    /// Upper half of the resolver's address; valid after [#onQuery] answered true.
    public long addressHi() {
        return resolver.addressHi();
    }

    /// Lower half of the resolver's address; valid after [#onQuery] answered true.
    public long addressLo() {
        return resolver.addressLo();
    }
}
