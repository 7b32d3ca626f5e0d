package dev.tailrace.tapio.slirp.observe;

/// Text inside JSON (RFC 8259 section 7).
public final class JsonText {
    private static final String DIGITS = "0123456789abcdef";

    private JsonText() {}

    /// The text without quotes around it, fit to stand between them.
    public static String escape(final String text) {
        final StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || c == 0x7f) {
                out.append("\\u00").append(DIGITS.charAt(c >>> 4)).append(DIGITS.charAt(c & 0xf));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }
}
