package dev.tailrace.netstack.link;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/// A way for bare Ethernet frames, without header before them and without offloads: see [PlainFrames].
public interface FrameChannel {
    /// What [#receive] answers when no frame waits.
    int DRAINED = -1;

    /// What [#receive] answers when the other side is gone.
    int CLOSED = -2;

    /// Receives one frame. One that is longer than `capacity` is lost, and its true length tells.
    ///
    /// @return its length, which may be 0, or [#DRAINED] or [#CLOSED]
    int receive(MutableDirectBuffer buffer, int offset, int capacity);

    /// Adds a frame to those that the next [#flush] sends; until then its bytes stay where they are.
    ///
    /// @param headers the frame's beginning
    /// @param payload holds two slices that follow, either of which may be empty
    void add(
            DirectBuffer headers,
            int headersOffset,
            int headersLength,
            DirectBuffer payload,
            int firstOffset,
            int firstLength,
            int secondOffset,
            int secondLength);

    /// Sends what was added, in order, and forgets it.
    ///
    /// @return how many were taken, to be sent at once or when there is room; those after them are lost
    int flush();

    /// Whether frames wait for room.
    boolean isBusy();

    /// Sends on frames that wait, as far as there is room now.
    void drain();

    /// Most frames that may be added before a flush.
    int batch();
}
