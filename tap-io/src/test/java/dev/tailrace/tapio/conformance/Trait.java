package dev.tailrace.tapio.conformance;

/// Where the programs may differ. A test asks for the trait and expects one or the other, never both.
enum Trait {
    /// Prints pending standard output once more from a forked child.
    PRINTS_TWICE,

    /// Reads a request with one call, so that one in two pieces is refused.
    READS_REQUEST_ONCE,

    /// Takes a port above 65,535 and binds its low 16 bits.
    TRUNCATES_PORTS,

    /// Dies of a forward without a protocol.
    CRASHES_WITHOUT_PROTOCOL,

    /// Leaves the API socket behind when a signal ends it.
    LEAVES_API_SOCKET,

    /// Makes the API socket with the mode that the umask leaves.
    API_SOCKET_FOR_ALL,

    /// Takes a MAC address of fewer than six bytes.
    TAKES_SHORT_MAC,

    /// Refuses an API path that is too long only after it has opened the TAP.
    CHECKS_API_PATH_LATE,

    /// Dies of SIGUSR1 instead of printing its counters.
    DIES_OF_USR1,

    /// Warns of IPv6, and words what is wrong with an outbound IPv6 address as if it were an IPv4 one.
    IPV6_IS_EXPERIMENTAL,

    /// Forwards ports between IPv4 addresses only. Ours knows more: any address of the host, any of the guest.
    FORWARDS_IPV4_ONLY,

    /// Warns that bess mode is experimental.
    WARNS_OF_BESS,

    /// Goes on, at full speed, when the peer of bess mode is gone.
    SPINS_WITHOUT_PEER,

    /// Leaves the socket of bess mode behind.
    LEAVES_BESS_SOCKET,

    /// Makes the socket of bess mode with the mode that the umask leaves.
    BESS_SOCKET_FOR_ALL,

    /// Waits for a peer in a child, which does not end with the program.
    WAITS_IN_A_CHILD,

    /// Knows no tapfd, and takes it for a path.
    LACKS_TAPFD,
}
