package dev.tailrace.runtime.storage;

import java.nio.charset.StandardCharsets;

/// Names of files are bytes to Linux. Inside `storage` a name is a *byte string*: a String each of whose characters is
/// one byte (ISO 8859-1), so that any name passes unchanged, whatever the locale. Here it is turned into text and back.
public final class ByteText {
    private ByteText() {}

    /// The byte string of text, encoded in UTF-8.
    public static String of(final String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /// What to show of a byte string; bytes that are not UTF-8 become U+FFFD.
    public static String toText(final String byteString) {
        return new String(bytes(byteString), StandardCharsets.UTF_8);
    }

    /// The same for a message of one line: control characters become `?`.
    public static String forMessage(final String byteString) {
        return toText(byteString).replaceAll("\\p{Cntrl}", "?");
    }

    public static String of(final byte[] bytes, final int offset, final int lengthBytes) {
        return new String(bytes, offset, lengthBytes, StandardCharsets.ISO_8859_1);
    }

    public static byte[] bytes(final String byteString) {
        return byteString.getBytes(StandardCharsets.ISO_8859_1);
    }
}
