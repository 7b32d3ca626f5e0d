package dev.tailrace.runtime.api;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Ids of endpoints, which clients show and compare: made of those of container and network, so that nobody has to
/// remember them.
final class EndpointIds {
    private EndpointIds() {}

    /// 64 hexadecimal digits.
    static String of(final String containerId, final String networkId) {
        try {
            final byte[] text = (containerId + networkId).getBytes(StandardCharsets.US_ASCII);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
