package dev.tailrace.netstack.link;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/// A channel that keeps what is sent, and has what the test puts in.
final class RecordingChannel implements FrameChannel {
    static final int BATCH = 16;

    final List<byte[]> sent = new ArrayList<>();
    final Deque<byte[]> waiting = new ArrayDeque<>();

    /// Frames that it still takes.
    int room = Integer.MAX_VALUE;

    boolean isClosed;

    /// Whether it keeps nothing and allocates nothing.
    boolean isCounting;

    private final List<byte[]> added = new ArrayList<>();
    private int addedCount;

    @Override
    public int receive(final MutableDirectBuffer buffer, final int offset, final int capacity) {
        final byte[] frame = waiting.poll();
        if (frame == null) {
            return isClosed ? CLOSED : DRAINED;
        }
        if (frame.length <= capacity) {
            buffer.putBytes(offset, frame);
        }
        return frame.length;
    }

    @Override
    public void add(
            final DirectBuffer headers,
            final int headersOffset,
            final int headersLength,
            final DirectBuffer payload,
            final int firstOffset,
            final int firstLength,
            final int secondOffset,
            final int secondLength) {
        addedCount++;
        if (isCounting) {
            return;
        }
        final byte[] frame = new byte[headersLength + firstLength + secondLength];
        headers.getBytes(headersOffset, frame, 0, headersLength);
        payload.getBytes(firstOffset, frame, headersLength, firstLength);
        payload.getBytes(secondOffset, frame, headersLength + firstLength, secondLength);
        added.add(frame);
    }

    @Override
    public int flush() {
        final int taken = Math.min(room, addedCount);
        room -= room == Integer.MAX_VALUE ? 0 : taken;
        if (!isCounting) {
            sent.addAll(added.subList(0, taken));
        }
        added.clear();
        addedCount = 0;
        return taken;
    }

    @Override
    public boolean isBusy() {
        return false;
    }

    @Override
    public void drain() {}

    @Override
    public int batch() {
        return BATCH;
    }
}
