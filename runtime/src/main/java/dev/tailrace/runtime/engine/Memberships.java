package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.network.Membership;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The networks that a container is in, whether it runs or not, by their ids and in the order in which it joined them.
/// One that was removed meanwhile stays until the container leaves it, and keeps it from starting. Safe for several
/// threads.
public final class Memberships {
    // Guarded by this.
    private final Map<String, Membership> byNetwork = new LinkedHashMap<>();

    /// One of them, as it is on the disk.
    record Joined(String networkId, Membership membership) {}

    public synchronized Map<String, Membership> all() {
        return new LinkedHashMap<>(byNetwork);
    }

    public synchronized Optional<Membership> find(final String networkId) {
        return Optional.ofNullable(byNetwork.get(networkId));
    }

    synchronized void put(final String networkId, final Membership membership) {
        byNetwork.put(networkId, membership);
    }

    synchronized void remove(final String networkId) {
        byNetwork.remove(networkId);
    }

    synchronized void replace(final Map<String, Membership> all) {
        byNetwork.clear();
        byNetwork.putAll(all);
    }

    synchronized List<Joined> joined() {
        return byNetwork.entrySet().stream()
                .map(one -> new Joined(one.getKey(), one.getValue()))
                .toList();
    }
}
