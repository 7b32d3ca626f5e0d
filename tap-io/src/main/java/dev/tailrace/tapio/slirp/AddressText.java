package dev.tailrace.tapio.slirp;

import dev.tailrace.netstack.ip.Ipv6Network;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.netstack.wire.IpLiteral;

/// Reads the addresses of the command line.
final class AddressText {
    private static final int MIN_PREFIX = 1;
    private static final int MAX_PREFIX = 25;
    private static final int MAC_BYTES = 6;
    private static final String MAC_RULE =
            "macaddress has to be a valid MAC address (hex string, 6 bytes, each byte separated by a ':').";

    private AddressText() {}

    /// An IPv4 network.
    ///
    /// @param network network address as a number in network order
    /// @param prefixLength 1 to 25: the guest is at +100, so it takes at least seven bits
    record Network(int network, int prefixLength) {}

    /// Reads `a.b.c.d/prefix`, which must be a network address.
    static Network cidr(final String text) {
        final int slash = text.indexOf('/');
        if (slash < 0 || !isDottedDecimal(text.substring(0, slash)) || !isNumber(text.substring(slash + 1), 2)) {
            throw OptionException.alone("invalid CIDR: " + text);
        }
        final String dotted = text.substring(0, slash);
        final long address = IpAddress.parseIpv4(dotted);
        if (address < 0) {
            throw OptionException.alone("invalid network address: " + dotted);
        }
        final int prefix = Integer.parseInt(text.substring(slash + 1));
        if (prefix < MIN_PREFIX || prefix > MAX_PREFIX) {
            throw OptionException.alone("prefix length needs to be " + MIN_PREFIX + "-" + MAX_PREFIX);
        }
        if (((int) address & ~(-1 << (Integer.SIZE - prefix))) != 0) {
            throw OptionException.alone("CIDR needs to be a network address like 10.0.2.0/24, not like 10.0.2.100/24");
        }
        return new Network((int) address, prefix);
    }

    /// Reads `PREFIX/64`, which must be the address of a network that hosts may have addresses of.
    static Ipv6Network cidr6(final String text) {
        final int slash = text.indexOf('/');
        final IpLiteral address = slash < 0 ? null : IpLiteral.parse(text.substring(0, slash));
        if (address == null
                || !text.substring(slash + 1).equals(String.valueOf(Ipv6Network.PREFIX_LENGTH))
                || address.lo() != 0
                || !Ipv6Network.isUnicast(address.hi(), address.lo())
                || Ipv6Network.isLinkLocal(address.hi())) {
            throw OptionException.alone(
                    "invalid CIDR6: " + text + ": needs to be an IPv6 network address like fd00::/64, /64 and unicast");
        }
        return new Ipv6Network(address.hi());
    }

    /// Reads six hexadecimal bytes separated by `:`. slirp4netns takes fewer, and junk behind the last; we do not.
    ///
    /// @return the address in the low 48 bits
    static long mac(final String text) {
        long address = 0;
        int start = 0;
        for (int i = 0; i < MAC_BYTES; i++) {
            final int colon = text.indexOf(':', start);
            if (i == MAC_BYTES - 1 && colon >= 0) {
                throw badMac(text, "  Is it too long?");
            }
            final String part = text.substring(start, colon < 0 ? text.length() : colon);
            if ((i < MAC_BYTES - 1 && colon < 0) || !isHexByte(part)) {
                throw badMac(text, "");
            }
            address = address << Byte.SIZE | Integer.parseInt(part, 16);
            start = colon + 1;
        }
        return address;
    }

    private static OptionException badMac(final String text, final String question) {
        return OptionException.alone("\"" + text + "\" is an invalid MAC address." + question + "\n" + MAC_RULE);
    }

    private static boolean isHexByte(final String text) {
        if (text.isEmpty() || text.length() > 2) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            if (c > 'f' || Character.digit(c, 16) < 0) {
                return false;
            }
        }
        return true;
    }

    /// Four groups of one to three digits.
    private static boolean isDottedDecimal(final String text) {
        int start = 0;
        for (int group = 0; group < 3; group++) {
            final int dot = text.indexOf('.', start);
            if (dot < 0 || !isNumber(text.substring(start, dot), 3)) {
                return false;
            }
            start = dot + 1;
        }
        return isNumber(text.substring(start), 3);
    }

    private static boolean isNumber(final String text, final int maxDigits) {
        if (text.isEmpty() || text.length() > maxDigits) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }
}
