package dev.tailrace.netstack.wire;

/// Arithmetic of TCP sequence numbers, which wrap at 2^32 (RFC 9293 section 3.4).
///
/// Two numbers compare by the sign of their difference, so they must lie within 2^31 of each other.
public final class SequenceNumbers {
    private SequenceNumbers() {}

    public static boolean lessThan(final int a, final int b) {
        return a - b < 0;
    }

    public static boolean lessOrEqual(final int a, final int b) {
        return a - b <= 0;
    }

    public static boolean greaterThan(final int a, final int b) {
        return a - b > 0;
    }

    public static boolean greaterOrEqual(final int a, final int b) {
        return a - b >= 0;
    }

    /// The later of the two.
    public static int max(final int a, final int b) {
        return a - b >= 0 ? a : b;
    }

    /// The earlier of the two.
    public static int min(final int a, final int b) {
        return a - b <= 0 ? a : b;
    }

    /// Whether `sequence` is one of the `length` numbers that start at `start`; `length` is unsigned.
    public static boolean isInWindow(final int sequence, final int start, final int length) {
        return Integer.compareUnsigned(sequence - start, length) < 0;
    }
}
