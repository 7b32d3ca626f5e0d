package dev.tailrace.netstack.ip;

import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/// Keeps the ICMP errors it is asked for; refuses all else.
final class RecordingErrors implements IpEgress {
    /// One error asked for, with the packet it was to quote.
    record Error(int type, int code, UnsafeBuffer packet) {}

    final List<Error> errors = new ArrayList<>();

    @Override
    public void udp(
            final long sourceHi,
            final long sourceLo,
            final int sourcePort,
            final long destinationHi,
            final long destinationLo,
            final int destinationPort,
            final DirectBuffer payload,
            final int offset,
            final int length,
            final int segmentBytes,
            final int hopLimit) {
        throw new AssertionError("no datagram expected");
    }

    @Override
    public void icmp(
            final long sourceHi,
            final long sourceLo,
            final long destinationHi,
            final long destinationLo,
            final DirectBuffer message,
            final int offset,
            final int length,
            final int hopLimit) {
        throw new AssertionError("no message expected");
    }

    @Override
    public void icmpError(
            final int type,
            final int code,
            final int mtu,
            final long offenderHi,
            final long offenderLo,
            final DirectBuffer packet,
            final int offset,
            final int length,
            final long nowNs) {
        final byte[] bytes = new byte[length];
        packet.getBytes(offset, bytes);
        errors.add(new Error(type, code, new UnsafeBuffer(bytes)));
    }
}
