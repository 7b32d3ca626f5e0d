package dev.tailrace.tapio.tap;

import dev.tailrace.tapio.linux.Memory;
import org.agrona.concurrent.UnsafeBuffer;

/// Copies of frames that wait for room, oldest first, in a bounded area outside the Java heap. Owned by one thread.
///
/// ```
/// area: | free | length, frame, padding to 8 | length, frame, padding | free |
///                ^ head                                                ^ tail
/// ```
final class FrameQueue implements AutoCloseable {
    /// Some ten frames of 64 KiB. TCP stops at the first one; datagrams and acknowledgements may fill it.
    static final int CAPACITY = 1 << 20;

    private static final int HEADER_LENGTH = 8;
    private static final int ALIGNMENT = 8;

    private final Memory memory = Memory.region(CAPACITY);
    private final UnsafeBuffer area = memory.buffer();
    private final UnsafeBuffer source = new UnsafeBuffer(0, 0);
    private int head;
    private int tail;

    boolean isEmpty() {
        return head == tail;
    }

    /// Adds a copy of the frame that the first `entries` entries of a vector make up.
    ///
    /// @return whether there was room
    // hot path
    boolean offer(final Gather gather, final int vector, final int entries) {
        int length = 0;
        for (int entry = 0; entry < entries; entry++) {
            length += gather.entryLength(vector, entry);
        }
        if (!hasRoom(spanOf(length))) {
            return false;
        }
        area.putInt(tail, length);
        int place = tail + HEADER_LENGTH;
        for (int entry = 0; entry < entries; entry++) {
            final int bytes = gather.entryLength(vector, entry);
            source.wrap(gather.entryAddress(vector, entry), bytes);
            area.putBytes(place, source, 0, bytes);
            place += bytes;
        }
        tail += spanOf(length);
        return true;
    }

    /// Points the first vectors of `gather` at the oldest frames.
    ///
    /// @return how many there are, at most `most`
    int peek(final Gather gather, final int most) {
        int count = 0;
        for (int place = head; place < tail && count < most; place += spanOf(area.getInt(place))) {
            gather.set(count++, memory.address() + place + HEADER_LENGTH, area.getInt(place));
        }
        return count;
    }

    /// Forgets the oldest `count` frames.
    void drop(final int count) {
        for (int i = 0; i < count; i++) {
            head += spanOf(area.getInt(head));
        }
        if (head == tail) {
            head = 0;
            tail = 0;
        }
    }

    @Override
    public void close() {
        head = 0;
        tail = 0;
        memory.close();
    }

    /// Moves what waits to the front when there is room only there.
    private boolean hasRoom(final int span) {
        if (span > CAPACITY - tail && head > 0) {
            area.putBytes(0, area, head, tail - head);
            tail -= head;
            head = 0;
        }
        return span <= CAPACITY - tail;
    }

    private static int spanOf(final int length) {
        return HEADER_LENGTH + (length + ALIGNMENT - 1 & -ALIGNMENT);
    }
}
