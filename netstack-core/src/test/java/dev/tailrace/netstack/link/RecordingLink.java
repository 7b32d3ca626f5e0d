package dev.tailrace.netstack.link;

import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/// A device that keeps what is transmitted and has nothing to receive.
public final class RecordingLink implements LinkDevice {
    /// Frames with their virtio-net headers, oldest first.
    public final List<UnsafeBuffer> frames = new ArrayList<>();

    /// Whether the device refuses frames.
    public boolean isRefusing;

    @Override
    public int receive(final MutableDirectBuffer buffer, final int offset, final int capacity) {
        return DRAINED;
    }

    @Override
    public boolean transmit(
            final DirectBuffer headers,
            final int headersOffset,
            final int headersLength,
            final DirectBuffer payload,
            final int firstOffset,
            final int firstLength,
            final int secondOffset,
            final int secondLength) {
        if (isRefusing) {
            return false;
        }
        final byte[] frame = new byte[headersLength + firstLength + secondLength];
        headers.getBytes(headersOffset, frame, 0, headersLength);
        payload.getBytes(firstOffset, frame, headersLength, firstLength);
        payload.getBytes(secondOffset, frame, headersLength + firstLength, secondLength);
        frames.add(new UnsafeBuffer(frame));
        return true;
    }

    @Override
    public boolean udpSegmentation() {
        return false;
    }
}
