package dev.tailrace.tapio.slirp;

/// Whole numbers as C programs read them: `strtol` with base 10.
final class Decimal {
    /// The text is no number, or it does not fit in an int.
    static final long INVALID = Long.MIN_VALUE;

    private Decimal() {}

    /// Reads leading white space, a sign, and digits; nothing may follow. The empty text is 0, as `strtol` has it.
    ///
    /// @return a value in the range of int, or [#INVALID]
    static long parse(final String text) {
        int index = 0;
        while (index < text.length() && isSpace(text.charAt(index))) {
            index++;
        }
        final boolean negative = index < text.length() && text.charAt(index) == '-';
        if (negative || (index < text.length() && text.charAt(index) == '+')) {
            index++;
        }
        final int digits = index;
        long value = 0;
        while (index < text.length() && text.charAt(index) >= '0' && text.charAt(index) <= '9') {
            value = Math.min(value * 10 + (text.charAt(index++) - '0'), Integer.MAX_VALUE + 1L);
        }
        final boolean nothing = digits == index;
        if (nothing ? !text.isEmpty() : index < text.length() || value > Integer.MAX_VALUE) {
            return INVALID;
        }
        return negative ? -value : value;
    }

    /// `isspace` in the C locale.
    private static boolean isSpace(final char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }
}
