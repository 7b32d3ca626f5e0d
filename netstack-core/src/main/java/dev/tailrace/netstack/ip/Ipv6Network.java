package dev.tailrace.netstack.ip;

/// The IPv6 addresses that the guest sees, in a /64: the host is `::2` of it, the name server `::3`; the guest chooses
/// its own (SLAAC, RFC 4862). The router has the link-local address `fe80::2`.
///
/// @param prefix upper 64 bits of the network, which hosts make their addresses from
public record Ipv6Network(long prefix) {
    /// Length of every prefix that SLAAC works with on Ethernet (RFC 2464 section 4).
    public static final int PREFIX_LENGTH = 64;

    /// fd00::/64.
    public static final Ipv6Network DEFAULT = new Ipv6Network(0xfd00_0000_0000_0000L);

    /// Lower half of the host's address; the upper is [#prefix].
    public static final long GATEWAY_LO = 2;

    /// Lower half of the name server's address; the upper is [#prefix].
    public static final long NAME_SERVER_LO = 3;

    /// Upper half of fe80::2, the router.
    public static final long LINK_LOCAL_HI = 0xfe80_0000_0000_0000L;

    private static final long LINK_LOCAL_MASK = 0xffc0_0000_0000_0000L;

    /// Whether an address lies in the network.
    public boolean contains(final long hi) {
        return hi == prefix;
    }

    /// Whether the address is the router's link-local one.
    public static boolean isRouter(final long hi, final long lo) {
        return hi == LINK_LOCAL_HI && lo == GATEWAY_LO;
    }

    /// Whether the address means something on this link only (fe80::/10, RFC 4291 section 2.5.6).
    public static boolean isLinkLocal(final long hi) {
        return (hi & LINK_LOCAL_MASK) == LINK_LOCAL_HI;
    }

    /// Whether the address is a group's (ff00::/8).
    public static boolean isMulticast(final long hi) {
        return hi >>> 56 == 0xff;
    }

    /// Whether an address is one host's: not `::`, loopback, multicast, or one that holds an IPv4 address in ::/80
    /// (RFC 4291 section 2.5.5), which in here would mean that IPv4 address.
    public static boolean isUnicast(final long hi, final long lo) {
        return !isMulticast(hi) && !(hi == 0 && (lo >>> 48) == 0);
    }
}
