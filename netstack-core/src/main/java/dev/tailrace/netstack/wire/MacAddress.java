package dev.tailrace.netstack.wire;

/// Ethernet addresses, held in the low 48 bits of a long.
public final class MacAddress {
    public static final long BROADCAST = 0xffff_ffff_ffffL;

    /// Answer of [#parse] for a text that is no address.
    public static final long INVALID = -1;

    private static final long GROUP_BIT = 0x0100_0000_0000L;
    private static final int TEXT_LENGTH = 17;

    private MacAddress() {}

    /// The Ethernet address of an IPv6 group: `33:33:` and the last four bytes of it (RFC 2464 section 7).
    ///
    /// @param groupLo lower half of the group's address
    public static long ofIpv6Group(final long groupLo) {
        return 0x3333_0000_0000L | (groupLo & 0xffff_ffffL);
    }

    /// Whether the group bit is set; the broadcast address is a group too.
    public static boolean isMulticast(final long address) {
        return (address & GROUP_BIT) != 0;
    }

    /// Six lower-case pairs of hexadecimal digits with colons between.
    public static String format(final long address) {
        final StringBuilder text = new StringBuilder(TEXT_LENGTH);
        for (int shift = 40; shift >= 0; shift -= 8) {
            final int octet = (int) (address >>> shift) & 0xff;
            text.append(shift == 40 ? "" : ":");
            text.append(Character.forDigit(octet >>> 4, 16)).append(Character.forDigit(octet & 0xf, 16));
        }
        return text.toString();
    }

    /// Parses exactly six pairs of hexadecimal digits with colons between.
    ///
    /// @return the address in the low 48 bits, or [#INVALID]
    public static long parse(final String text) {
        if (text.length() != TEXT_LENGTH) {
            return INVALID;
        }
        long address = 0;
        for (int index = 0; index < TEXT_LENGTH; index++) {
            final char character = text.charAt(index);
            if (index % 3 == 2) {
                if (character != ':') {
                    return INVALID;
                }
                continue;
            }
            final int digit = character < 0x80 ? Character.digit(character, 16) : -1;
            if (digit < 0) {
                return INVALID;
            }
            address = address << 4 | digit;
        }
        return address;
    }
}
