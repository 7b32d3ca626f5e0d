package dev.tailrace.netstack.dhcp;

import dev.tailrace.netstack.ip.VirtualNetwork;

/// Who has which address: sixteen of the range, and the guest's recommended one for the client that asks for it.
///
/// A lease that ended is remembered until another client needs the address, so that its client gets it again.
final class DhcpLeases {
    /// Addresses given to clients that ask for none.
    static final int RANGE = 16;

    /// How long an address that a client declined is not given out.
    static final long DECLINED_NS = 300_000_000_000L;

    static final int NONE = -1;

    private static final int GUEST = RANGE;
    private static final int CAPACITY = RANGE + 1;
    private static final long NOBODY = 0;
    private static final long DECLINED = -1;

    private final VirtualNetwork network;
    private final long[] mac = new long[CAPACITY];
    private final long[] endNs = new long[CAPACITY];

    DhcpLeases(final VirtualNetwork network) {
        this.network = network;
    }

    /// The address of a lease.
    int address(final int lease) {
        return lease == GUEST ? network.guest() : network.dhcpStart() + lease;
    }

    /// Chooses a lease for a new client: the one it wants, the one it had, one never used, the one that ended
    /// first.
    ///
    /// @param wanted address or 0
    /// @return the lease, or [#NONE]
    int choose(final long client, final int wanted, final long nowNs) {
        final int asked = wanted(client, wanted, nowNs);
        if (asked != NONE) {
            return asked;
        }
        final int own = find(client);
        if (own != NONE) {
            return own;
        }
        int best = NONE;
        for (int lease = 0; lease < RANGE; lease++) {
            if (mac[lease] == NOBODY) {
                return lease;
            }
            if (hasEnded(lease, nowNs) && (best == NONE || endNs[lease] - endNs[best] < 0)) {
                best = lease;
            }
        }
        return best;
    }

    /// The lease of a certain address, if the client may have it.
    ///
    /// @return the lease, or [#NONE]
    int wanted(final long client, final int address, final long nowNs) {
        final int lease = index(address);
        if (lease == NONE) {
            return NONE;
        }
        final boolean isFree = mac[lease] == NOBODY || mac[lease] == client || hasEnded(lease, nowNs);
        return isFree ? lease : NONE;
    }

    /// Holds a lease for a client until `untilNs`; one that it has already stays as it is when that is longer.
    void offer(final int lease, final long client, final long untilNs) {
        if (mac[lease] != client || endNs[lease] - untilNs < 0) {
            give(lease, client, untilNs);
        }
    }

    /// Gives a lease to a client until `untilNs`; a lease that it had before ends.
    void give(final int lease, final long client, final long untilNs) {
        final int own = find(client);
        if (own != NONE && own != lease) {
            mac[own] = NOBODY;
        }
        mac[lease] = client;
        endNs[lease] = untilNs;
    }

    /// Ends the client's lease of an address.
    void release(final long client, final int address, final long nowNs) {
        final int lease = index(address);
        if (lease != NONE && mac[lease] == client) {
            endNs[lease] = nowNs;
        }
    }

    /// Keeps an address back that the client found in use.
    void decline(final long client, final int address, final long nowNs) {
        final int lease = index(address);
        if (lease != NONE && mac[lease] == client) {
            mac[lease] = DECLINED;
            endNs[lease] = nowNs + DECLINED_NS;
        }
    }

    private boolean hasEnded(final int lease, final long nowNs) {
        return endNs[lease] - nowNs <= 0;
    }

    private int find(final long client) {
        for (int lease = 0; lease < CAPACITY; lease++) {
            if (mac[lease] == client) {
                return lease;
            }
        }
        return NONE;
    }

    private int index(final int address) {
        if (address == network.guest()) {
            return GUEST;
        }
        final int lease = address - network.dhcpStart();
        return lease >= 0 && lease < RANGE ? lease : NONE;
    }
}
