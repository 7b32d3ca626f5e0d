package dev.tailrace.netstack.link;

/// The IPv4 addresses that are ours on the link, as numbers in network order.
public interface LocalAddresses {
    /// Whether we answer for `address`.
    boolean isOurs(int address);

    /// The address that we ask from.
    int gateway();

    /// Our Ethernet address for one of our IPv4 addresses: `52:55:` and the four bytes of it.
    static long macOf(final int address) {
        return 0x5255_0000_0000L | (address & 0xffff_ffffL);
    }
}
