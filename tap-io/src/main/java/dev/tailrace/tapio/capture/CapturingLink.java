package dev.tailrace.tapio.capture;

import dev.tailrace.netstack.link.LinkDevice;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/// A device whose frames are shown to captures. While there are none it costs a comparison for each frame. Owned by the
/// loop's thread.
public final class CapturingLink implements LinkDevice {
    private static final Capture[] NONE = {};

    private final LinkDevice device;
    private Capture[] captures = NONE;
    private long nowNs;

    /// Stands before `device`, which stays its owner's.
    public CapturingLink(final LinkDevice device) {
        this.device = device;
    }

    /// Tells the time that frames of this turn are stamped with.
    public void onTurn(final long turnNs) {
        nowNs = turnNs;
    }

    @Override // hot path
    public int receive(final MutableDirectBuffer buffer, final int offset, final int capacity) {
        final int length = device.receive(buffer, offset, capacity);
        if (captures != NONE && length > 0) {
            for (final Capture capture : captures) {
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
        if (captures != NONE) {
            for (final Capture capture : captures) {
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
