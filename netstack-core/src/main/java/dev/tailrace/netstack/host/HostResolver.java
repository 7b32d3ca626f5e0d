package dev.tailrace.netstack.host;

/// The host's first name server, as its resolver configuration says now.
public interface HostResolver {
    /// Looks whether the configuration changed; cheap enough for each new query.
    ///
    /// @return whether there is an IPv4 name server
    boolean refresh(long nowNs);

    /// Upper half of the name server's address.
    long addressHi();

    /// Lower half of the name server's address.
    long addressLo();
}
