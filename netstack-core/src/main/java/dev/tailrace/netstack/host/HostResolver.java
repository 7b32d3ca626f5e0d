package dev.tailrace.netstack.host;

/// The host's first name server, as its resolver configuration says now.
public interface HostResolver {
    /// Looks whether the configuration changed; cheap enough for each new query. Of the name servers the first of the
    /// wanted family counts, or the first of the other family when there is none.
    ///
    /// @param preferIpv6 whether an IPv6 name server is wanted rather than an IPv4 one
    /// @return whether there is a name server; [#addressHi] and [#addressLo] are its address then
    boolean refresh(boolean preferIpv6, long nowNs);

    /// Upper half of the name server's address.
    long addressHi();

    /// Lower half of the name server's address.
    long addressLo();
}
