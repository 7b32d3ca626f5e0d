package dev.tailrace.netstack.hostile;

import dev.tailrace.netstack.testkit.Pattern;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/// A running hash over all that a stack does: frames sent and calls of the host's sockets with their bytes.
public final class TraceHash {
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private long hash = 0x7a11_7ace_0000_0002L;

    /// The hash over all so far.
    public long value() {
        return hash;
    }

    void add(final long value) {
        hash = Pattern.mix(hash ^ value) + 0x9e37_79b9_7f4a_7c15L;
    }

    void add(final byte[] bytes) {
        view.wrap(bytes);
        add(of(view, 0, bytes.length));
    }

    /// @return the hash of these bytes alone
    static long of(final DirectBuffer buffer, final int offset, final int length) {
        long run = length;
        int index = offset;
        for (final int end = offset + (length & ~7); index < end; index += 8) {
            run = (run ^ buffer.getLong(index)) * 0x9e37_79b9_7f4a_7c15L;
            run ^= run >>> 32;
        }
        for (final int end = offset + length; index < end; index++) {
            run = run * 31 + buffer.getByte(index);
        }
        return run;
    }
}
