package dev.tailrace.runtime.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What the host reaches by its own routes, but for the default one: `/proc/net/route`, whose numbers are in the
/// processor's byte order (net/ipv4/fib_trie.c, fib_route_seq_show).
public final class HostRoutes {
    private static final Path TABLE = Path.of("/proc/net/route");
    private static final int DESTINATION = 1;
    private static final int MASK = 7;

    private HostRoutes() {}

    /// @throws NetworkException they cannot be read
    public static List<Subnet> read() {
        try {
            return of(Files.readAllLines(TABLE));
        } catch (final IOException e) {
            throw new NetworkException("cannot read " + TABLE + ": " + e.getMessage(), e);
        }
    }

    /// @param lines with a head
    static List<Subnet> of(final List<String> lines) {
        final List<Subnet> subnets = new ArrayList<>();
        for (final String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
            final String[] fields = line.strip().split("\\s+");
            if (fields.length > MASK) {
                final int prefixLength = Integer.bitCount(Integer.parseUnsignedInt(fields[MASK], 16));
                if (prefixLength > 0) {
                    subnets.add(new Subnet(
                            Integer.reverseBytes(Integer.parseUnsignedInt(fields[DESTINATION], 16)), prefixLength));
                }
            }
        }
        return subnets;
    }
}
