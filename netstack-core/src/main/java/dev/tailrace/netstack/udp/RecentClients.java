package dev.tailrace.netstack.udp;

import dev.tailrace.netstack.table.KeyedHash;

/// The clients of published ports heard lately: which address a client really has, by how the guest sees it.
///
/// Four ways per set; when a set is full, the client heard longest ago goes. One table for all published ports, because
/// thousands of them may be open. Owned by the stack's thread.
final class RecentClients {
    static final int NONE = -1;

    private static final int WAYS = 4;

    private final KeyedHash hash;
    private final long idleNs;
    private final int setMask;

    /// Id of the published port; 0 for an empty place.
    private final int[] forwardId;

    private final int[] port;
    private final long[] seenHi;
    private final long[] seenLo;
    private final long[] realHi;
    private final long[] realLo;
    private final long[] heardNs;

    /// @param capacity rounded up to a power of two, at least [#WAYS]
    RecentClients(final int capacity, final long idleNs, final KeyedHash hash) {
        final int sets = Integer.highestOneBit(Math.max(1, (capacity + WAYS - 1) / WAYS * 2 - 1));
        final int places = sets * WAYS;
        this.hash = hash;
        this.idleNs = idleNs;
        this.setMask = sets - 1;
        this.forwardId = new int[places];
        this.port = new int[places];
        this.seenHi = new long[places];
        this.seenLo = new long[places];
        this.realHi = new long[places];
        this.realLo = new long[places];
        this.heardNs = new long[places];
    }

    /// Notes that a client was heard now.
    ///
    /// @return whether a client that still counted had to go for it
    boolean remember(
            final int id,
            final long asSeenHi,
            final long asSeenLo,
            final int clientPort,
            final long clientHi,
            final long clientLo,
            final long nowNs) {
        final int first = set(id, asSeenHi, asSeenLo, clientPort);
        int place = first;
        for (int candidate = first; candidate < first + WAYS; candidate++) {
            if (matches(candidate, id, asSeenHi, asSeenLo, clientPort)) {
                place = candidate;
                break;
            }
            if (forwardId[place] != 0 && (forwardId[candidate] == 0 || heardNs[candidate] - heardNs[place] < 0)) {
                place = candidate;
            }
        }
        final boolean evicts = isCurrent(place, nowNs) && !matches(place, id, asSeenHi, asSeenLo, clientPort);
        forwardId[place] = id;
        port[place] = clientPort;
        seenHi[place] = asSeenHi;
        seenLo[place] = asSeenLo;
        realHi[place] = clientHi;
        realLo[place] = clientLo;
        heardNs[place] = nowNs;
        return evicts;
    }

    /// Finds a client by how the guest sees it and keeps it for another while.
    ///
    /// @return its place, or [#NONE]
    int find(final int id, final long asSeenHi, final long asSeenLo, final int clientPort, final long nowNs) {
        final int first = set(id, asSeenHi, asSeenLo, clientPort);
        for (int place = first; place < first + WAYS; place++) {
            if (matches(place, id, asSeenHi, asSeenLo, clientPort)) {
                if (!isCurrent(place, nowNs)) {
                    return NONE;
                }
                heardNs[place] = nowNs;
                return place;
            }
        }
        return NONE;
    }

    long realHi(final int place) {
        return realHi[place];
    }

    long realLo(final int place) {
        return realLo[place];
    }

    private boolean matches(
            final int place, final int id, final long asSeenHi, final long asSeenLo, final int clientPort) {
        return forwardId[place] == id
                && port[place] == clientPort
                && seenLo[place] == asSeenLo
                && seenHi[place] == asSeenHi;
    }

    private boolean isCurrent(final int place, final long nowNs) {
        return forwardId[place] != 0 && nowNs - heardNs[place] < idleNs;
    }

    private int set(final int id, final long asSeenHi, final long asSeenLo, final int clientPort) {
        return ((int) hash.hash(asSeenHi, asSeenLo, 0, id, clientPort) & setMask) * WAYS;
    }
}
