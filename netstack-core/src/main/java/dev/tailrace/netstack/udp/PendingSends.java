package dev.tailrace.netstack.udp;

import dev.tailrace.netstack.ip.IngressPacket;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/// What was handed to host sockets since the last flush: the packets to quote or to send again when that fails.
///
/// The packets stay where they were read until the flush, so an address and a length are enough.
final class PendingSends {
    static final int CAPACITY = 256;

    final @Nullable UdpEndpoint[] endpoint = new UdpEndpoint[CAPACITY];
    final long[] packetAddress = new long[CAPACITY];
    final int[] packetLength = new int[CAPACITY];
    final int[] headersLength = new int[CAPACITY];
    final int[] segmentBytes = new int[CAPACITY];
    final int[] hopLimit = new int[CAPACITY];
    final long[] destinationHi = new long[CAPACITY];
    final long[] destinationLo = new long[CAPACITY];
    final int[] destinationPort = new int[CAPACITY];
    final boolean[] again = new boolean[CAPACITY];

    private final UnsafeBuffer packet = new UnsafeBuffer(0, 0);
    private int size;

    /// Remembers a packet.
    ///
    /// @param headers length of IP and UDP headers in bytes
    /// @return its index, the cookie of the send
    int add(
            final UdpEndpoint from,
            final IngressPacket ingress,
            final int headers,
            final long hi,
            final long lo,
            final int port,
            final int hops) {
        final int index = size++;
        endpoint[index] = from;
        packetAddress[index] = ingress.buffer.addressOffset() + ingress.ipOffset;
        packetLength[index] = ingress.transportOffset - ingress.ipOffset + ingress.transportLength;
        headersLength[index] = headers;
        segmentBytes[index] = ingress.segmentBytes;
        hopLimit[index] = hops;
        destinationHi[index] = hi;
        destinationLo[index] = lo;
        destinationPort[index] = port;
        again[index] = false;
        return index;
    }

    /// The packet, from its IP header on; valid until the next call.
    UnsafeBuffer packet(final int index) {
        packet.wrap(packetAddress[index], packetLength[index]);
        return packet;
    }

    int size() {
        return size;
    }

    boolean isFull() {
        return size == CAPACITY;
    }

    void clear() {
        for (int index = 0; index < size; index++) {
            endpoint[index] = null;
        }
        size = 0;
    }
}
