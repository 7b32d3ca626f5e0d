package dev.tailrace.netstack.link;

import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
import org.agrona.DirectBuffer;

/// The way out of all frames but TCP's: sends one, and counts whether it went or was refused. Owned by the stack.
public final class CountedLink {
    private final LinkDevice device;
    private final Counters counters;

    public CountedLink(final LinkDevice device, final Counters counters) {
        this.device = device;
        this.counters = counters;
    }

    /// Sends a frame that lies in one piece, virtio-net header first.
    public void send(final DirectBuffer frame, final int length) {
        send(frame, length, frame, 0, 0);
    }

    /// Sends a frame of headers, which begin at 0 with the virtio-net header, and a slice of payload.
    // hot path
    public void send(
            final DirectBuffer headers,
            final int headersLength,
            final DirectBuffer payload,
            final int offset,
            final int length) {
        if (device.transmit(headers, 0, headersLength, payload, offset, length, 0, 0)) {
            counters.increment(Counter.FRAMES_OUT);
            counters.add(Counter.BYTES_OUT, (long) headersLength - LinkDevice.VNET_HEADER_LENGTH + length);
        } else {
            counters.increment(Counter.TRANSMIT_FAILED);
        }
    }
}
