package dev.tailrace.netstack.wire;

import java.util.HexFormat;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/// Packets as hexadecimal text, blanks ignored. The golden ones in the tests were captured from Linux and from busybox.
public final class Bytes {
    private Bytes() {}

    /// A buffer of exactly the given bytes: reading past the end throws.
    public static UnsafeBuffer hex(final String text) {
        return new UnsafeBuffer(HexFormat.of().parseHex(text.replaceAll("\\s", "")));
    }

    /// A copy of the first `length` bytes.
    public static UnsafeBuffer prefix(final DirectBuffer buffer, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(0, bytes);
        return new UnsafeBuffer(bytes);
    }

    /// Pairs of digits without blanks.
    public static String format(final DirectBuffer buffer, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
