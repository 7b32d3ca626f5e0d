package dev.tailrace.netstack.testkit;

import org.agrona.DirectBuffer;

/// Frames as a device gets them, in pieces, as one array.
public final class Gathered {
    private Gathered() {}

    /// Copies headers and both slices of payload, as [dev.tailrace.netstack.link.LinkDevice#transmit] takes them.
    public static byte[] frame(
            final DirectBuffer headers,
            final int headersOffset,
            final int headersLength,
            final DirectBuffer payload,
            final int firstOffset,
            final int firstLength,
            final int secondOffset,
            final int secondLength) {
        final byte[] frame = new byte[headersLength + firstLength + secondLength];
        headers.getBytes(headersOffset, frame, 0, headersLength);
        if (firstLength > 0) {
            payload.getBytes(firstOffset, frame, headersLength, firstLength);
        }
        if (secondLength > 0) {
            payload.getBytes(secondOffset, frame, headersLength + firstLength, secondLength);
        }
        return frame;
    }
}
