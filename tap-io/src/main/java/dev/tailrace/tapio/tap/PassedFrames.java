package dev.tailrace.tapio.tap;

import static org.agrona.BitUtil.CACHE_LINE_LENGTH;

import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/// Frames that one loop gives to another, copied, in a bounded ring outside the Java heap: one producer and one
/// consumer.
///
/// A message is a frame with its vnet header; its type is one more than how often it was passed on before.
final class PassedFrames implements MessageHandler {
    /// Some ten frames of 64 KiB; the ring takes messages of up to an eighth of it.
    private static final int CAPACITY = 1 << 20;

    private final OneToOneRingBuffer ring = new OneToOneRingBuffer(new UnsafeBuffer(
            BufferUtil.allocateDirectAligned(CAPACITY + RingBufferDescriptor.TRAILER_LENGTH, CACHE_LINE_LENGTH)));
    private MutableDirectBuffer target = new UnsafeBuffer(0, 0);
    private int targetOffset;
    private int takenLength;
    private int takenHops;

    /// Adds a frame. For the producer.
    ///
    /// @return whether there was room
    // hot path
    boolean offer(
            final int hops,
            final DirectBuffer headers,
            final int headersOffset,
            final int headersLength,
            final DirectBuffer packet,
            final int offset,
            final int length) {
        final int index = ring.tryClaim(hops + 1, headersLength + length);
        if (index < 0) {
            return false;
        }
        ring.buffer().putBytes(index, headers, headersOffset, headersLength);
        ring.buffer().putBytes(index + headersLength, packet, offset, length);
        ring.commit(index);
        return true;
    }

    /// Takes the oldest frame out, into `buffer`. For the consumer.
    ///
    /// @return whether there was one
    // hot path
    boolean take(final MutableDirectBuffer buffer, final int offset) {
        target = buffer;
        targetOffset = offset;
        return ring.read(this, 1) > 0;
    }

    /// Length of the frame that was taken, with its vnet header.
    int takenLength() {
        return takenLength;
    }

    /// How often it was passed on, this time not counted.
    int takenHops() {
        return takenHops;
    }

    @Override
    public void onMessage(final int type, final MutableDirectBuffer message, final int index, final int length) {
        target.putBytes(targetOffset, message, index, length);
        takenLength = length;
        takenHops = type - 1;
    }
}
