package dev.tailrace.netstack.wire;

import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/// An IPv6 header (RFC 8200 section 3).
///
/// ```
///    0                   1                   2                   3
///    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
///   +-------+---------------+---------------------------------------+
///   |Version| Traffic class |              Flow label               |
///   +-------+---------------+-------+---------------+---------------+
///   |         Payload length        |  Next header  |   Hop limit   |
///   +-------------------------------+---------------+---------------+
///   |                         Source address, 16 bytes              |
///   +---------------------------------------------------------------+
///   |                      Destination address, 16 bytes            |
///   +---------------------------------------------------------------+
/// ```
public final class Ipv6Flyweight {
    public static final int PAYLOAD_LENGTH_OFFSET = 4;
    public static final int NEXT_HEADER_OFFSET = 6;
    public static final int HOP_LIMIT_OFFSET = 7;
    public static final int SOURCE_OFFSET = 8;
    public static final int DESTINATION_OFFSET = 24;
    public static final int HEADER_LENGTH = 40;
    public static final int MAX_PAYLOAD_LENGTH = 65_535;

    private static final int VERSION_6 = 6 << 28;

    private MutableDirectBuffer buffer = EmptyBuffer.INSTANCE;
    private int offset;

    /// Views the header at `offset`.
    public Ipv6Flyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        this.buffer = buffer;
        this.offset = offset;
        return this;
    }

    /// Whether version and length are right: 40 + payload length <= `availableBytes`.
    public boolean check(final int availableBytes) {
        return availableBytes >= HEADER_LENGTH && version() == 6 && payloadLength() <= availableBytes - HEADER_LENGTH;
    }

    public int version() {
        return buffer.getByte(offset) >>> 4 & 0xf;
    }

    /// Length of all that follows this header in bytes, extension headers included.
    public int payloadLength() {
        return buffer.getShort(offset + PAYLOAD_LENGTH_OFFSET, ByteOrder.BIG_ENDIAN) & 0xffff;
    }

    public Ipv6Flyweight payloadLength(final int payloadLength) {
        buffer.putShort(offset + PAYLOAD_LENGTH_OFFSET, (short) payloadLength, ByteOrder.BIG_ENDIAN);
        return this;
    }

    public int nextHeader() {
        return buffer.getByte(offset + NEXT_HEADER_OFFSET) & 0xff;
    }

    public Ipv6Flyweight nextHeader(final int nextHeader) {
        buffer.putByte(offset + NEXT_HEADER_OFFSET, (byte) nextHeader);
        return this;
    }

    public int hopLimit() {
        return buffer.getByte(offset + HOP_LIMIT_OFFSET) & 0xff;
    }

    /// Upper half of the source address.
    public long sourceHi() {
        return buffer.getLong(offset + SOURCE_OFFSET, ByteOrder.BIG_ENDIAN);
    }

    /// Lower half of the source address.
    public long sourceLo() {
        return buffer.getLong(offset + SOURCE_OFFSET + Long.BYTES, ByteOrder.BIG_ENDIAN);
    }

    /// Upper half of the destination address.
    public long destinationHi() {
        return buffer.getLong(offset + DESTINATION_OFFSET, ByteOrder.BIG_ENDIAN);
    }

    /// Lower half of the destination address.
    public long destinationLo() {
        return buffer.getLong(offset + DESTINATION_OFFSET + Long.BYTES, ByteOrder.BIG_ENDIAN);
    }

    /// Writes a whole header of 40 bytes: traffic class and flow label are 0.
    ///
    /// @param payloadLength of all that follows in bytes, at most 65,535
    public Ipv6Flyweight writeHeader(
            final int payloadLength,
            final int nextHeader,
            final int hopLimit,
            final long sourceHi,
            final long sourceLo,
            final long destinationHi,
            final long destinationLo) {
        buffer.putInt(offset, VERSION_6, ByteOrder.BIG_ENDIAN);
        payloadLength(payloadLength).nextHeader(nextHeader);
        buffer.putByte(offset + HOP_LIMIT_OFFSET, (byte) hopLimit);
        buffer.putLong(offset + SOURCE_OFFSET, sourceHi, ByteOrder.BIG_ENDIAN);
        buffer.putLong(offset + SOURCE_OFFSET + Long.BYTES, sourceLo, ByteOrder.BIG_ENDIAN);
        buffer.putLong(offset + DESTINATION_OFFSET, destinationHi, ByteOrder.BIG_ENDIAN);
        buffer.putLong(offset + DESTINATION_OFFSET + Long.BYTES, destinationLo, ByteOrder.BIG_ENDIAN);
        return this;
    }

    @Override
    public String toString() {
        return IpAddress.format(sourceHi(), sourceLo()) + " > " + IpAddress.format(destinationHi(), destinationLo())
                + ": next " + nextHeader() + ", hop limit " + hopLimit() + ", length " + payloadLength();
    }
}
