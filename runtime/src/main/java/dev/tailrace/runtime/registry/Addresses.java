package dev.tailrace.runtime.registry;

import java.net.InetAddress;
import java.util.Optional;

/// Hosts of registries, by name or by address; names are not looked up.
final class Addresses {
    private Addresses() {}

    /// Without the port, and without the brackets of an IPv6 address.
    static String host(final String domain) {
        if (domain.startsWith("[")) {
            return domain.substring(1, Math.max(1, domain.indexOf(']')));
        }
        final int colon = domain.lastIndexOf(':');
        return colon < 0 ? domain : domain.substring(0, colon);
    }

    static boolean isLoopback(final String host) {
        return host.equals("localhost")
                || literal(host).filter(InetAddress::isLoopbackAddress).isPresent();
    }

    /// @param block `10.0.0.0/8`, or anything else, in which nothing is
    static boolean isInBlock(final String host, final String block) {
        final int slash = block.indexOf('/');
        if (slash < 0 || !block.substring(slash + 1).matches("[0-9]{1,3}")) {
            return false;
        }
        final Optional<InetAddress> network = literal(block.substring(0, slash));
        final Optional<InetAddress> address = literal(host);
        if (network.isEmpty() || address.isEmpty()) {
            return false;
        }
        final byte[] one = network.get().getAddress();
        final byte[] other = address.get().getAddress();
        final int bits = Integer.parseInt(block.substring(slash + 1));
        if (one.length != other.length || bits > one.length * Byte.SIZE) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            final int mask = 0x80 >> bit % Byte.SIZE;
            if (((one[bit / Byte.SIZE] ^ other[bit / Byte.SIZE]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    private static Optional<InetAddress> literal(final String text) {
        try {
            return text.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")
                    ? Optional.of(InetAddress.ofLiteral(text))
                    : Optional.empty();
        } catch (final IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
