package dev.tailrace.runtime.network;

import dev.tailrace.netstack.dns.LocalNames;
import dev.tailrace.netstack.wire.IpLiteral;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Who is called what on which network. A container finds the names of all networks that it is in, whichever name
/// server it asks, and of no other. Safe for several threads: whoever asks waits for a change of some maps at most.
final class NameDirectory {
    private static final String REVERSE4 = ".in-addr.arpa";
    private static final String REVERSE6 = ".ip6.arpa";

    /// What can be said in DNS (RFC 1035 section 2.3.4); names of containers may be more.
    private static final Pattern DOMAIN = Pattern.compile("(?=.{1,253}$)[^.]{1,63}(?:\\.[^.]{1,63})*");

    // Guarded by this: by container and network, by network and name, by network and address.
    private final Map<String, Map<String, Member>> byContainer = new HashMap<>();
    private final Map<String, Map<String, List<Member>>> byName = new HashMap<>();
    private final Map<String, Map<IpLiteral, Member>> byAddress = new HashMap<>();
    private final Map<String, IpLiteral> resolvers = new HashMap<>();

    /// A container on a network.
    ///
    /// @param networkName empty for the default one, which has no names
    /// @param links containers by the names that this one alone has for them
    /// @param isWayOut whether the network leads anywhere
    record Member(
            String containerId,
            String networkId,
            String networkName,
            List<IpLiteral> addresses,
            List<String> names,
            Map<String, String> links,
            boolean isWayOut) {
        Member withNames(final List<String> others) {
            return new Member(containerId, networkId, networkName, addresses, others, links, isWayOut);
        }
    }

    synchronized void add(final Member member) {
        byContainer
                .computeIfAbsent(member.containerId, _ -> new LinkedHashMap<>())
                .put(member.networkId, member);
        final Map<IpLiteral, Member> addresses = byAddress.computeIfAbsent(member.networkId, _ -> new HashMap<>());
        member.addresses.forEach(address -> addresses.put(address, member));
        final Map<String, List<Member>> names = byName.computeIfAbsent(member.networkId, _ -> new HashMap<>());
        distinct(member.names)
                .forEach(name ->
                        names.computeIfAbsent(name, _ -> new ArrayList<>()).add(member));
    }

    synchronized void remove(final String containerId, final String networkId) {
        final Map<String, Member> networks = byContainer.getOrDefault(containerId, new HashMap<>());
        final Member member = networks.remove(networkId);
        if (member == null) {
            return;
        }
        if (networks.isEmpty()) {
            byContainer.remove(containerId);
        }
        byAddress.getOrDefault(networkId, new HashMap<>()).keySet().removeAll(member.addresses);
        final Map<String, List<Member>> names = byName.getOrDefault(networkId, new HashMap<>());
        for (final String name : distinct(member.names)) {
            final List<Member> members = names.get(name);
            if (members != null) {
                members.remove(member);
                if (members.isEmpty()) {
                    names.remove(name);
                }
            }
        }
    }

    synchronized void rename(final String containerId, final String networkId, final List<String> names) {
        final Member member = byContainer.getOrDefault(containerId, Map.of()).get(networkId);
        if (member != null) {
            remove(containerId, networkId);
            add(member.withNames(names));
        }
    }

    /// Has what a container asks of other names go to a resolver of its own.
    synchronized void resolveBy(final String containerId, final IpLiteral resolver) {
        resolvers.put(containerId, resolver);
    }

    /// The container is gone.
    synchronized void forget(final String containerId) {
        resolvers.remove(containerId);
    }

    /// For the name server of a network.
    LocalNames of(final String networkId) {
        return new LocalNames() {
            @Override
            public @Nullable Records find(final long clientHi, final long clientLo, final String name) {
                return lookUp(networkId, new IpLiteral(clientHi, clientLo), name);
            }

            @Override
            public boolean isForwarded(final long clientHi, final long clientLo) {
                return hasWayOut(networkId, new IpLiteral(clientHi, clientLo));
            }

            @Override
            public @Nullable IpLiteral resolver(final long clientHi, final long clientLo) {
                return resolverOf(networkId, new IpLiteral(clientHi, clientLo));
            }
        };
    }

    private synchronized boolean hasWayOut(final String networkId, final IpLiteral client) {
        final Member asking = byAddress.getOrDefault(networkId, Map.of()).get(client);
        return asking != null
                && byContainer.getOrDefault(asking.containerId, Map.of()).values().stream()
                        .anyMatch(Member::isWayOut);
    }

    private synchronized @Nullable IpLiteral resolverOf(final String networkId, final IpLiteral client) {
        final Member asking = byAddress.getOrDefault(networkId, Map.of()).get(client);
        return asking == null ? null : resolvers.get(asking.containerId);
    }

    private synchronized LocalNames.@Nullable Records lookUp(
            final String networkId, final IpLiteral client, final String name) {
        final Member asking = byAddress.getOrDefault(networkId, Map.of()).get(client);
        if (asking == null) {
            return null;
        }
        final Map<String, Member> networks = byContainer.getOrDefault(asking.containerId, Map.of());
        if (name.endsWith(REVERSE4) || name.endsWith(REVERSE6)) {
            return reverse(networks, name);
        }
        for (final Member own : networks.values()) {
            final List<Member> found = named(own, name);
            if (!found.isEmpty()) {
                final List<IpLiteral> addresses = new ArrayList<>();
                found.forEach(member -> addresses.addAll(member.addresses));
                return new LocalNames.Records(addresses, List.of());
            }
        }
        return null;
    }

    /// Those whom a member of a network knows by a name, with `.NETWORK` behind it or without.
    private List<Member> named(final Member own, final String name) {
        final String linked = own.links.get(name);
        if (linked != null) {
            final Member member = byContainer.getOrDefault(linked, Map.of()).get(own.networkId);
            if (member != null) {
                return List.of(member);
            }
        }
        final Map<String, List<Member>> names = byName.getOrDefault(own.networkId, Map.of());
        final List<Member> found = names.getOrDefault(name, List.of());
        final String suffix = "." + own.networkName.toLowerCase(Locale.ROOT);
        return found.isEmpty() && name.endsWith(suffix)
                ? names.getOrDefault(name.substring(0, name.length() - suffix.length()), List.of())
                : found;
    }

    private LocalNames.@Nullable Records reverse(final Map<String, Member> networks, final String name) {
        for (final Member own : networks.values()) {
            for (final Map.Entry<IpLiteral, Member> entry :
                    byAddress.getOrDefault(own.networkId, Map.of()).entrySet()) {
                final Member member = entry.getValue();
                if (!member.names.isEmpty() && reversed(entry.getKey()).equals(name)) {
                    final String found = member.names.getFirst() + "." + member.networkName;
                    return DOMAIN.matcher(found).matches() ? new LocalNames.Records(List.of(), List.of(found)) : null;
                }
            }
        }
        return null;
    }

    /// The name that stands for an address in queries for names (RFC 1035 section 3.5, RFC 3596 section 2.5).
    private static String reversed(final IpLiteral address) {
        final StringBuilder name = new StringBuilder();
        if (address.isIpv4()) {
            for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
                name.append(address.lo() >>> shift & 0xff).append('.');
            }
            return name.append(REVERSE4, 1, REVERSE4.length()).toString();
        }
        for (final long half : new long[] {address.lo(), address.hi()}) {
            for (int shift = 0; shift < Long.SIZE; shift += 4) {
                name.append(Character.forDigit((int) (half >>> shift & 0xf), 16))
                        .append('.');
            }
        }
        return name.append(REVERSE6, 1, REVERSE6.length()).toString();
    }

    private static Set<String> distinct(final List<String> names) {
        final Set<String> distinct = new LinkedHashSet<>();
        names.forEach(name -> distinct.add(name.toLowerCase(Locale.ROOT)));
        return distinct;
    }
}
