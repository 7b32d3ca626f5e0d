package dev.tailrace.tapio.capture;

import dev.tailrace.netstack.link.LinkDevice;
import java.util.function.LongSupplier;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/// A device whose frames are shown to captures. While there are none it costs a comparison for each frame. Owned by the
/// loop's thread, but for the captures, which may change at any time.
public final class CapturingLink implements LinkDevice {
    private static final Capture[] NONE = {};

    private final LinkDevice device;
    private final LongSupplier clock;
    private volatile Capture[] captures = NONE;

    /// Stands before `device`, which stays its owner's.
    ///
    /// @param clock of the stack, in nanoseconds, asked for each frame that is shown to a capture
    public CapturingLink(final LinkDevice device, final LongSupplier clock) {
        this.device = device;
        this.clock = clock;
    }

    @Override // hot path
    public int receive(final MutableDirectBuffer buffer, final int offset, final int capacity) {
        final int length = device.receive(buffer, offset, capacity);
        final Capture[] now = captures;
        if (now != NONE && length > 0) {
            final long nowNs = clock.getAsLong();
            for (final Capture capture : now) {
                capture.offer(buffer, offset, length, null, 0, 0, 0, 0, nowNs);
            }
        }
        return length;
    }

    @Override // hot path
    public boolean transmit(
            final DirectBuffer headers,
            final int headersOffset,
            final int headersLength,
            final DirectBuffer payload,
            final int firstOffset,
            final int firstLength,
            final int secondOffset,
            final int secondLength) {
        final Capture[] now = captures;
        if (now != NONE) {
            final long nowNs = clock.getAsLong();
            for (final Capture capture : now) {
                capture.offer(
                        headers,
                        headersOffset,
                        headersLength,
                        payload,
                        firstOffset,
                        firstLength,
                        secondOffset,
                        secondLength,
                        nowNs);
            }
        }
        return device.transmit(
                headers, headersOffset, headersLength, payload, firstOffset, firstLength, secondOffset, secondLength);
    }

    @Override
    public boolean isBusy() {
        return device.isBusy();
    }

    @Override
    public void drain() {
        device.drain();
    }

    @Override
    public boolean passOn(
            final DirectBuffer headers,
            final int headersOffset,
            final int headersLength,
            final DirectBuffer packet,
            final int offset,
            final int length) {
        return device.passOn(headers, headersOffset, headersLength, packet, offset, length);
    }

    @Override
    public boolean udpSegmentation() {
        return device.udpSegmentation();
    }

    /// Shows frames to these from now on.
    void captures(final Capture... now) {
        captures = now.length == 0 ? NONE : now;
    }
}
