package dev.tailrace.netstack.wire;

import org.jspecify.annotations.Nullable;

/// An address read from text, in the halves of [IpAddress]. For the control path: it allocates.
///
/// @param hi upper half
/// @param lo lower half
public record IpLiteral(long hi, long lo) {
    private static final int GROUPS = 8;
    private static final int MAX_DIGITS = 4;

    /// Reads dotted decimal or an IPv6 address (RFC 4291 section 2.2), as `inet_pton` does: no scope, no brackets.
    ///
    /// @return the address, or null when the text is not one
    public static @Nullable IpLiteral parse(final String text) {
        if (text.indexOf(':') >= 0) {
            return parseIpv6(text);
        }
        final long address = IpAddress.parseIpv4(text);
        return address < 0 ? null : new IpLiteral(IpAddress.IPV4_HI, IpAddress.ipv4Lo((int) address));
    }

    /// Whether it is an IPv4 address, also in IPv4-mapped form.
    public boolean isIpv4() {
        return IpAddress.isIpv4(hi, lo);
    }

    @Override
    public String toString() {
        return IpAddress.format(hi, lo);
    }

    private static @Nullable IpLiteral parseIpv6(final String text) {
        final int gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
            return null;
        }
        final int[] groups = new int[GROUPS];
        if (gap < 0) {
            return groups(text, groups, 0) == GROUPS ? of(groups) : null;
        }
        final int before = gap == 0 ? 0 : groups(text.substring(0, gap), groups, 0);
        final String rest = text.substring(gap + 2);
        final int[] tail = new int[GROUPS];
        final int after = rest.isEmpty() ? 0 : groups(rest, tail, 0);
        // "::" stands for one group of zeros at least; dotted decimal can end the text only.
        if (before < 0 || after < 0 || before + after >= GROUPS || text.lastIndexOf('.', gap) >= 0) {
            return null;
        }
        System.arraycopy(tail, 0, groups, GROUPS - after, after);
        return of(groups);
    }

    /// Reads groups with colons between; the last may be dotted decimal.
    ///
    /// @return how many there are, or -1
    private static int groups(final String text, final int[] groups, final int from) {
        int count = from;
        int start = 0;
        while (true) {
            final int colon = text.indexOf(':', start);
            final String group = text.substring(start, colon < 0 ? text.length() : colon);
            if (colon < 0 && group.indexOf('.') >= 0) {
                final long dotted = IpAddress.parseIpv4(group);
                if (dotted < 0 || count > GROUPS - 2) {
                    return -1;
                }
                groups[count++] = (int) (dotted >>> 16);
                groups[count++] = (int) dotted & 0xffff;
                return count;
            }
            final int value = group(group);
            if (value < 0 || count == GROUPS) {
                return -1;
            }
            groups[count++] = value;
            if (colon < 0) {
                return count;
            }
            start = colon + 1;
        }
    }

    private static int group(final String text) {
        if (text.isEmpty() || text.length() > MAX_DIGITS) {
            return -1;
        }
        int value = 0;
        for (int index = 0; index < text.length(); index++) {
            final char character = text.charAt(index);
            final int digit = character < 0x80 ? Character.digit(character, 16) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }

    private static IpLiteral of(final int[] groups) {
        long hi = 0;
        long lo = 0;
        for (int index = 0; index < GROUPS / 2; index++) {
            hi = hi << 16 | groups[index];
            lo = lo << 16 | groups[index + GROUPS / 2];
        }
        return new IpLiteral(hi, lo);
    }
}
