package dev.tailrace.runtime.network;

import dev.tailrace.netstack.wire.IpAddress;
import java.util.Optional;

/// A range of IPv4 addresses.
///
/// @param address of the network, host order, without host bits
/// @param prefixLength 0 to 32
public record Subnet(int address, int prefixLength) {
    private static final int BITS = 32;

    public Subnet {
        if (prefixLength < 0 || prefixLength > BITS || (address & ~mask(prefixLength)) != 0) {
            throw new IllegalArgumentException(IpAddress.formatIpv4(address) + "/" + prefixLength);
        }
    }

    /// The network of an address, as `172.18.5.6/16` is in 172.18.0.0/16.
    ///
    /// @return empty if the text is none
    public static Optional<Subnet> around(final String text) {
        final int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("[0-9]{1,2}")) {
            return Optional.empty();
        }
        final long address = IpAddress.parseIpv4(text.substring(0, slash));
        final int prefixLength = Integer.parseInt(text.substring(slash + 1));
        if (address < 0 || prefixLength > BITS) {
            return Optional.empty();
        }
        return Optional.of(new Subnet((int) address & mask(prefixLength), prefixLength));
    }

    public boolean contains(final int other) {
        return (other & mask(prefixLength)) == address;
    }

    /// @param literal of either family
    public boolean contains(final String literal) {
        final long parsed = IpAddress.parseIpv4(literal);
        return parsed >= 0 && contains((int) parsed);
    }

    boolean contains(final Subnet other) {
        return other.prefixLength >= prefixLength && contains(other.address);
    }

    boolean overlaps(final Subnet other) {
        return contains(other.address) || other.contains(address);
    }

    int last() {
        return address | ~mask(prefixLength);
    }

    @Override
    public String toString() {
        return IpAddress.formatIpv4(address) + "/" + prefixLength;
    }

    private static int mask(final int prefixLength) {
        return prefixLength == 0 ? 0 : -1 << BITS - prefixLength;
    }
}
