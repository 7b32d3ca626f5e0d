package dev.tailrace.netstack.wire;

/// IPv4 and IPv6 addresses as 128-bit numbers in two longs; IPv4 in IPv4-mapped form (RFC 4291 section 2.5.5.2).
public final class IpAddress {
    /// Upper half of every IPv4 address.
    public static final long IPV4_HI = 0L;

    private static final long IPV4_MAPPED = 0x0000_ffff_0000_0000L;

    private static final int GROUPS = 8;

    private IpAddress() {}

    /// Lower half of an IPv4 address given as a number in network order (10.0.2.2 is `0x0a000202`).
    public static long ipv4Lo(final int address) {
        return IPV4_MAPPED | (address & 0xffff_ffffL);
    }

    /// The IPv4 address in a lower half.
    public static int ipv4(final long lo) {
        return (int) lo;
    }

    /// Whether the two halves hold an IPv4-mapped address.
    public static boolean isIpv4(final long hi, final long lo) {
        return hi == IPV4_HI && (lo & 0xffff_ffff_0000_0000L) == IPV4_MAPPED;
    }

    /// Dotted decimal text of an IPv4 address.
    public static String formatIpv4(final int address) {
        return (address >>> 24) + "." + (address >>> 16 & 0xff) + "." + (address >>> 8 & 0xff) + "." + (address & 0xff);
    }

    /// Text of either family; IPv6 as RFC 5952 has it: the first longest run of zero groups is `::`.
    public static String format(final long hi, final long lo) {
        if (isIpv4(hi, lo)) {
            return formatIpv4(ipv4(lo));
        }
        int gapStart = GROUPS;
        int gapEnd = GROUPS;
        for (int start = 0; start < GROUPS; start++) {
            int end = start;
            while (end < GROUPS && group(hi, lo, end) == 0) {
                end++;
            }
            if (end - start > Math.max(1, gapEnd - gapStart)) {
                gapStart = start;
                gapEnd = end;
            }
        }
        final StringBuilder text = new StringBuilder(39);
        for (int index = 0; index < GROUPS; index++) {
            if (index == gapStart) {
                text.append("::");
                index = gapEnd - 1;
                continue;
            }
            text.append(index == 0 || index == gapEnd ? "" : ":").append(Integer.toHexString(group(hi, lo, index)));
        }
        return text.toString();
    }

    private static int group(final long hi, final long lo, final int index) {
        final long half = index < GROUPS / 2 ? hi : lo;
        return (int) (half >>> (48 - 16 * (index & 3))) & 0xffff;
    }

    /// Parses strict dotted decimal (four groups of 1 to 3 digits, each at most 255), as `inet_pton` does.
    ///
    /// @return the address in the low 32 bits, or -1 when the text is not one
    public static long parseIpv4(final String text) {
        long address = 0;
        int groups = 0;
        int index = 0;
        while (groups < 4) {
            int value = 0;
            final int start = index;
            while (index < text.length()
                    && text.charAt(index) >= '0'
                    && text.charAt(index) <= '9'
                    && index - start < 3) {
                value = value * 10 + (text.charAt(index++) - '0');
            }
            if (index == start || value > 255 || (index - start > 1 && text.charAt(start) == '0')) {
                return -1;
            }
            address = address << 8 | value;
            groups++;
            if (groups < 4 && (index >= text.length() || text.charAt(index++) != '.')) {
                return -1;
            }
        }
        return index == text.length() ? address : -1;
    }
}
