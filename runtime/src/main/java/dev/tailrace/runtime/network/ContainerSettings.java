package dev.tailrace.runtime.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// Settings below /proc/sys/net of a container's namespace.
final class ContainerSettings {
    private static final Path GROUPS = Path.of("/proc/self/gid_map");
    private static final String IPV4 = "/proc/sys/net/ipv4/";
    private static final String IPV6 = "/proc/sys/net/ipv6/conf/";

    private ContainerSettings() {}

    /// As Docker has them, and what makes addresses that are given usable at once.
    static Map<String, String> map() {
        final Map<String, String> settings = new LinkedHashMap<>();
        settings.put(IPV4 + "ip_unprivileged_port_start", "0");
        settings.put(IPV4 + "ping_group_range", "0 " + lastGroup());
        // A host under bbr would halve what its containers reach.
        settings.put(IPV4 + "tcp_congestion_control", "cubic");
        // New interfaces begin with these: nobody else has our addresses, and nobody advertises any.
        settings.put(IPV6 + "default/accept_dad", "0");
        settings.put(IPV6 + "default/accept_ra", "0");
        return settings;
    }

    private static long lastGroup() {
        try {
            return lastOf(Files.readString(GROUPS));
        } catch (final IOException e) {
            throw new NetworkException("cannot read " + GROUPS + ": " + e.getMessage(), e);
        }
    }

    /// The last id of those that follow on 0 without a gap: the kernel takes no range with an end that is not mapped.
    ///
    /// @param map lines of `first outside count` (user_namespaces(7)), in ascending order
    static long lastOf(final String map) {
        long next = 0;
        for (final String line : map.lines().toList()) {
            final String[] fields = line.trim().split(" +");
            if (Long.parseLong(fields[0]) != next) {
                break;
            }
            next += Long.parseLong(fields[2]);
        }
        // As far as a group id goes: 2^32-1 means "none".
        return Math.max(0, Math.min(next, Integer.MAX_VALUE + 1L) - 1);
    }
}
