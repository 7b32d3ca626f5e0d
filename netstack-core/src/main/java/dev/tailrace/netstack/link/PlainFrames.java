package dev.tailrace.netstack.link;

import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.wire.VirtioNetHeaderFlyweight;
import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/// Makes a [LinkDevice] of a [FrameChannel]: does the offloads that the channel does not have.
///
/// A frame that arrives gets an empty virtio-net header, so that the stack verifies its checksums. A frame that leaves
/// is cut to its `gso_size` and summed. Owned by the stack's thread.
public final class PlainFrames implements LinkDevice {
    /// Longest frame received: an Ethernet header and a packet of 65,535 bytes.
    public static final int MAX_LENGTH = 65_549;

    private final FrameChannel channel;
    private final Counters counters;
    private final SegmentCutter cutter = new SegmentCutter();
    private final UnsafeBuffer slots;
    private final VirtioNetHeaderFlyweight vnet = new VirtioNetHeaderFlyweight();
    private int added;
    private int taken;
    private int lost;

    /// @param counters counts the segments of a frame that the channel did not take
    public PlainFrames(final FrameChannel channel, final Counters counters) {
        this.channel = channel;
        this.counters = counters;
        this.slots = new UnsafeBuffer(ByteBuffer.allocateDirect(channel.batch() * SegmentCutter.MAX_HEADERS_LENGTH));
    }

    @Override // hot path
    public int receive(final MutableDirectBuffer buffer, final int offset, final int capacity) {
        final int length = channel.receive(buffer, offset + VNET_HEADER_LENGTH, MAX_LENGTH);
        if (length < 0) {
            return length == FrameChannel.DRAINED ? DRAINED : CLOSED;
        }
        vnet.wrap(buffer, offset).clear();
        return VNET_HEADER_LENGTH + (length > MAX_LENGTH ? Math.max(length, MAX_FRAME_LENGTH) : length);
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
        cutter.begin(
                headers, headersOffset, headersLength, payload, firstOffset, firstLength, secondOffset, secondLength);
        final int batch = channel.batch();
        added = 0;
        taken = 0;
        lost = 0;
        while (lost == 0 && cutter.next(slots, added * SegmentCutter.MAX_HEADERS_LENGTH)) {
            channel.add(
                    slots,
                    added * SegmentCutter.MAX_HEADERS_LENGTH,
                    cutter.headersLength(),
                    payload,
                    cutter.firstOffset(),
                    cutter.firstLength(),
                    cutter.secondOffset(),
                    cutter.secondLength());
            if (++added == batch) {
                flush();
            }
        }
        if (added > 0) {
            flush();
        }
        if (taken == 0) {
            return false;
        }
        if (lost > 0) {
            counters.add(Counter.TRANSMIT_FAILED, lost + cutter.segmentsLeft());
        }
        return true;
    }

    @Override
    public boolean isBusy() {
        return channel.isBusy();
    }

    @Override
    public void drain() {
        channel.drain();
    }

    /// We cut as well as a device would.
    @Override
    public boolean udpSegmentation() {
        return true;
    }

    private void flush() {
        final int sent = channel.flush();
        taken += sent;
        lost += added - sent;
        added = 0;
    }
}
