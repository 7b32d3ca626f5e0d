package dev.tailrace.runtime.network;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a container wants to be in a network. Addresses are literals; absent ones are chosen.
///
/// @param mac as `02:42:ac:12:00:02`
/// @param aliases further names
/// @param links names that only this container knows, and the containers that they stand for
/// @param gatewayPriority of two networks the one with the higher number leads out
public record Membership(
        Optional<String> ipv4,
        Optional<String> ipv6,
        Optional<String> mac,
        List<String> aliases,
        Map<String, String> links,
        int gatewayPriority) {
    /// Wants nothing.
    public static final Membership PLAIN =
            new Membership(Optional.empty(), Optional.empty(), Optional.empty(), List.of(), Map.of(), 0);

    public Membership {
        aliases = List.copyOf(aliases);
        links = Map.copyOf(links);
    }
}
