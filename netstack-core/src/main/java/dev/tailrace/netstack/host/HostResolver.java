package dev.tailrace.netstack.host;

/// The host's first name server, as its resolver configuration says now.
public interface HostResolver {
    /// Looks whether the configuration changed; cheap enough for each new query.
    ///
    /// @param preferIpv6 which family's first name server to choose where both have one
    /// @return whether there is a name server
    boolean refresh(boolean preferIpv6, long nowNs);

    /// Upper half of the name server's address.
    long addressHi();

    /// Lower half of the name server's address.
    long addressLo();
}
