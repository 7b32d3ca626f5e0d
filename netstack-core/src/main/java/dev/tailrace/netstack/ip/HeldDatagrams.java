package dev.tailrace.netstack.ip;

import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/// The first datagrams for guests whose Ethernet address is being asked for (RFC 1122 section 2.3.2.2). Few and short
/// ones: a client that sends more before the answer loses them. Owned by the stack.
final class HeldDatagrams {
    /// Datagrams held for all guests together.
    static final int CAPACITY = 8;

    /// Longest payload that is held.
    static final int MAX_BYTES = 1472;

    private final UnsafeBuffer payloads = new UnsafeBuffer(ByteBuffer.allocateDirect(CAPACITY * MAX_BYTES));
    private final int[] slots = new int[CAPACITY];
    private final long[] sourcesHi = new long[CAPACITY];
    private final long[] sourcesLo = new long[CAPACITY];
    private final long[] destinationsHi = new long[CAPACITY];
    private final long[] destinationsLo = new long[CAPACITY];
    private final int[] ports = new int[CAPACITY];
    private final int[] lengths = new int[CAPACITY];
    private final int[] hopLimits = new int[CAPACITY];
    private int count;

    HeldDatagrams() {
        for (int i = 0; i < CAPACITY; i++) {
            slots[i] = i;
        }
    }

    int count() {
        return count;
    }

    void clear() {
        count = 0;
    }

    /// Whether one is held for a guest, so that its address has been asked for.
    boolean holdsFor(final long destinationHi, final long destinationLo) {
        for (int i = 0; i < count; i++) {
            if (isFor(i, destinationHi, destinationLo)) {
                return true;
            }
        }
        return false;
    }

    /// Copies a datagram.
    ///
    /// @param portPair source and destination port as the header begins
    /// @return whether there was room
    boolean hold(
            final long sourceHi,
            final long sourceLo,
            final long destinationHi,
            final long destinationLo,
            final int portPair,
            final int hopLimit,
            final DirectBuffer payload,
            final int offset,
            final int length) {
        if (count == CAPACITY || length > MAX_BYTES) {
            return false;
        }
        payloads.putBytes(slots[count] * MAX_BYTES, payload, offset, length);
        sourcesHi[count] = sourceHi;
        sourcesLo[count] = sourceLo;
        destinationsHi[count] = destinationHi;
        destinationsLo[count] = destinationLo;
        ports[count] = portPair;
        lengths[count] = length;
        hopLimits[count] = hopLimit;
        count++;
        return true;
    }

    boolean isFor(final int index, final long destinationHi, final long destinationLo) {
        return destinationsHi[index] == destinationHi && destinationsLo[index] == destinationLo;
    }

    long sourceHi(final int index) {
        return sourcesHi[index];
    }

    long sourceLo(final int index) {
        return sourcesLo[index];
    }

    int sourcePort(final int index) {
        return ports[index] >>> 16;
    }

    int destinationPort(final int index) {
        return ports[index] & 0xffff;
    }

    int hopLimit(final int index) {
        return hopLimits[index];
    }

    DirectBuffer payload() {
        return payloads;
    }

    int payloadOffset(final int index) {
        return slots[index] * MAX_BYTES;
    }

    int payloadLength(final int index) {
        return lengths[index];
    }

    /// Forgets one; those behind it move up, in their order.
    void remove(final int index) {
        final int slot = slots[index];
        count--;
        for (int i = index; i < count; i++) {
            slots[i] = slots[i + 1];
            sourcesHi[i] = sourcesHi[i + 1];
            sourcesLo[i] = sourcesLo[i + 1];
            destinationsHi[i] = destinationsHi[i + 1];
            destinationsLo[i] = destinationsLo[i + 1];
            ports[i] = ports[i + 1];
            lengths[i] = lengths[i + 1];
            hopLimits[i] = hopLimits[i + 1];
        }
        slots[count] = slot;
    }
}
