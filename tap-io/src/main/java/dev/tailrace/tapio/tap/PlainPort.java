package dev.tailrace.tapio.tap;

import dev.tailrace.netstack.link.FrameChannel;
import dev.tailrace.netstack.link.PlainFrames;
import dev.tailrace.netstack.status.Counters;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/// A way for bare frames as the guest's end of the stack: offloads are done by us. Owned by one thread.
final class PlainPort implements LinkPort {
    private final FdChannel channel;
    private final PlainFrames frames;

    /// A [FrameChannel] on a descriptor, which it owns.
    interface FdChannel extends FrameChannel, AutoCloseable {
        int fd();

        String closedText();

        @Override
        void close();
    }

    PlainPort(final FdChannel channel, final Counters counters) {
        this.channel = channel;
        this.frames = new PlainFrames(channel, counters);
    }

    @Override
    public int fd() {
        return channel.fd();
    }

    @Override // hot path
    public int receive(final MutableDirectBuffer buffer, final int offset, final int capacity) {
        return frames.receive(buffer, offset, capacity);
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
        return frames.transmit(
                headers, headersOffset, headersLength, payload, firstOffset, firstLength, secondOffset, secondLength);
    }

    @Override
    public boolean isBusy() {
        return frames.isBusy();
    }

    @Override
    public void drain() {
        frames.drain();
    }

    @Override
    public String closedText() {
        return channel.closedText();
    }

    @Override
    public boolean udpSegmentation() {
        return frames.udpSegmentation();
    }

    @Override
    public void close() {
        channel.close();
    }
}
