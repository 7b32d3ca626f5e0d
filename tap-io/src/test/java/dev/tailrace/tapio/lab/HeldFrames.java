package dev.tailrace.tapio.lab;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.Memory;
import java.util.PriorityQueue;

/// Frames on their way through a relay, by the time at which they go on. Owned by the relay's thread.
final class HeldFrames implements FrameRule.Output {
    /// Nothing is held.
    static final long FOREVER = Long.MAX_VALUE;

    private final PriorityQueue<Held> frames = new PriorityQueue<>();
    private long sequence;

    /// A frame and when it goes on.
    private record Held(byte[] frame, long atNs, long sequence) implements Comparable<Held> {
        @Override
        public int compareTo(final Held other) {
            final long difference = atNs - other.atNs;
            return difference != 0 ? Long.signum(difference) : Long.compare(sequence, other.sequence);
        }
    }

    @Override
    public void send(final byte[] frame, final long atNs) {
        frames.add(new Held(frame, atNs, sequence++));
    }

    int size() {
        return frames.size();
    }

    /// Whether one is due, which is so after [#send] when the other side has no room.
    boolean isDue(final long nowNs) {
        final Held first = frames.peek();
        return first != null && first.atNs - nowNs <= 0;
    }

    /// How long until the first one is due, or [#FOREVER].
    long waitNs(final long nowNs) {
        final Held first = frames.peek();
        return first == null ? FOREVER : Math.max(0, first.atNs - nowNs);
    }

    /// Writes what is due, as long as there is room.
    ///
    /// @param scratch to write from
    /// @return whether the other side is still there
    boolean send(final long nowNs, final int fd, final Memory scratch) {
        while (isDue(nowNs)) {
            final byte[] frame = frames.element().frame;
            scratch.buffer().putBytes(0, frame);
            final long result = Fd.write(fd, scratch.address(), frame.length);
            if (result == -Errno.EAGAIN) {
                return true;
            }
            frames.remove();
            if (result == -Errno.EPIPE || result == -Errno.ECONNRESET) {
                return false;
            }
            // Anything else is a lost frame: EIO from a TAP that is down, EINVAL for one it does not take.
        }
        return true;
    }
}
