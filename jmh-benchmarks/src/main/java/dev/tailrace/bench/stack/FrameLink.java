package dev.tailrace.bench.stack;

import dev.tailrace.netstack.link.LinkDevice;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/// A link whose guest is a list of frames. Only their headers are copied into the stack's memory, since nothing of
/// the stack looks at payload whose checksum is left open; what the kernel's copy would cost, the ruler says.
public final class FrameLink implements LinkDevice {
    private static final int MAX_HEADERS_LENGTH = 128;
    private static final int MAX_WAITING = 256;

    private final UnsafeBuffer[] waiting = new UnsafeBuffer[MAX_WAITING];
    private final Receiver guest;
    private int first;
    private int end;
    private long transmitted;

    /// What the guest does with a frame.
    @FunctionalInterface
    public interface Receiver {
        /// One frame; the headers are valid during the call only.
        void onFrame(DirectBuffer headers, int offset, int payloadBytes);
    }

    /// @param guest gets what the stack transmits
    public FrameLink(final Receiver guest) {
        this.guest = guest;
    }

    /// Has the stack find `frame` when it looks, behind those that wait already. Looked at only then.
    public void add(final UnsafeBuffer frame) {
        waiting[end++] = frame;
    }

    /// Frames transmitted by the stack so far.
    public long transmitted() {
        return transmitted;
    }

    @Override
    public int receive(final MutableDirectBuffer buffer, final int offset, final int capacity) {
        if (first == end) {
            first = 0;
            end = 0;
            return DRAINED;
        }
        final UnsafeBuffer frame = waiting[first++];
        final int length = frame.capacity();
        buffer.putBytes(offset, frame, 0, Math.min(length, MAX_HEADERS_LENGTH));
        return length;
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
        transmitted++;
        guest.onFrame(headers, headersOffset, firstLength + secondLength);
        return true;
    }

    @Override
    public boolean udpSegmentation() {
        return true;
    }
}
