package dev.tailrace.tapio.slirp.api;

import java.nio.charset.StandardCharsets;

/// Makes what a client sent fit for a terminal: printable ASCII stays, every other byte is written as `\xNN`.
final class LogText {
    private static final String DIGITS = "0123456789abcdef";

    private LogText() {}

    /// The same for text of a client, as UTF-8.
    static String escape(final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return escape(bytes, bytes.length);
    }

    static String escape(final byte[] bytes, final int length) {
        final StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            final int b = bytes[i] & 0xff;
            if (b == '\\') {
                text.append("\\\\");
            } else if (b >= ' ' && b < 0x7f) {
                text.append((char) b);
            } else {
                text.append("\\x").append(DIGITS.charAt(b >>> 4)).append(DIGITS.charAt(b & 0xf));
            }
        }
        return text.toString();
    }
}
