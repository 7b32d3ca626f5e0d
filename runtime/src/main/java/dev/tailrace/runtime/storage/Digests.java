package dev.tailrace.runtime.storage;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// Names by content: `sha256:` and 64 hexadecimal digits (OCI image specification, descriptor.md, "Digests").
public final class Digests {
    private static final String PREFIX = "sha256:";
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

    private Digests() {}

    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("each Java has SHA-256", e);
        }
    }

    /// Ends the computation.
    public static String text(final MessageDigest digest) {
        return PREFIX + HexFormat.of().formatHex(digest.digest());
    }

    public static String of(final byte[] content) {
        return text(hashed(content));
    }

    public static boolean isDigest(final String text) {
        return text.startsWith(PREFIX) && isHex(text.substring(PREFIX.length()));
    }

    /// Whether it is 64 hexadecimal digits.
    public static boolean isHex(final String text) {
        return HEX.matcher(text).matches();
    }

    public static String ofHex(final String hex) {
        return PREFIX + hex;
    }

    /// The digits of a digest, which are fit for a file's name.
    public static String hex(final String digest) {
        if (!isDigest(digest)) {
            throw new StorageException(StorageException.Kind.CORRUPT, "this is no sha256 digest: " + digest);
        }
        return digest.substring(PREFIX.length());
    }

    private static MessageDigest hashed(final byte[] content) {
        final MessageDigest digest = sha256();
        digest.update(content);
        return digest;
    }
}
