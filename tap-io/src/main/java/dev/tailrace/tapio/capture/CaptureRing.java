package dev.tailrace.tapio.capture;

import dev.tailrace.tapio.linux.Memory;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/// Bytes on their way from the loop to the writer's thread: one puts, one takes, and nobody waits. What
/// lies between the two positions are whole records.
final class CaptureRing implements AutoCloseable {
    /// 60 super-segments of 64 KiB, or 2,700 packets of 1,500 bytes.
    static final int LENGTH_BYTES = 4 << 20;

    private static final int MASK = LENGTH_BYTES - 1;

    private final Memory memory = Memory.region(LENGTH_BYTES);
    private final UnsafeBuffer buffer = memory.buffer();
    private final UnsafeBuffer scratch = new UnsafeBuffer(new byte[PcapFormat.RECORD_HEADER_LENGTH]);

    /// Bytes ever published, and ever taken; only their owners write them.
    private final AtomicLong published = new AtomicLong();

    private final AtomicLong taken = new AtomicLong();

    /// Where the one who puts goes on, ahead of what is published.
    private long position;

    private long knownTaken;

    /// Whether a record of `lengthBytes` fits now.
    boolean hasRoom(final int lengthBytes) {
        if (position + lengthBytes - knownTaken <= LENGTH_BYTES) {
            return true;
        }
        knownTaken = taken.getAcquire();
        return position + lengthBytes - knownTaken <= LENGTH_BYTES;
    }

    /// Room to lay out a header before [#put] copies it.
    MutableDirectBuffer scratch() {
        return scratch;
    }

    /// Copies bytes; room was asked for before.
    void put(final DirectBuffer source, final int offset, final int lengthBytes) {
        final int at = (int) position & MASK;
        final int first = Math.min(lengthBytes, LENGTH_BYTES - at);
        buffer.putBytes(at, source, offset, first);
        buffer.putBytes(0, source, offset + first, lengthBytes - first);
        position += lengthBytes;
    }

    /// Lets the writer see everything put so far.
    void publish() {
        published.setRelease(position);
    }

    /// Bytes put and, as far as known, not taken.
    long waitingBytes() {
        return position - knownTaken;
    }

    /// Bytes that wait for the writer.
    long available() {
        return published.getAcquire() - taken.getPlain();
    }

    /// Address of the byte `ahead` of the first that waits.
    long address(final long ahead) {
        return memory.address() + ((taken.getPlain() + ahead) & MASK);
    }

    /// How many bytes from there on lie one behind the other.
    int contiguous(final long ahead) {
        return LENGTH_BYTES - (int) ((taken.getPlain() + ahead) & MASK);
    }

    /// A number in the record that begins `ahead` of the first byte that waits; it may wrap.
    int intAt(final long ahead) {
        final long from = taken.getPlain() + ahead;
        int value = 0;
        for (int i = 0; i < Integer.BYTES; i++) {
            final int shift = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? i : Integer.BYTES - 1 - i;
            value |= (buffer.getByte((int) (from + i) & MASK) & 0xff) << shift * Byte.SIZE;
        }
        return value;
    }

    /// Gives room back.
    void take(final long lengthBytes) {
        taken.setRelease(taken.getPlain() + lengthBytes);
    }

    @Override
    public void close() {
        memory.close();
    }
}
