package dev.tailrace.netstack.wire;

import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/// A UDP header (RFC 768).
///
/// ```
///    0                   1                   2                   3
///    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
///   +-------------------------------+-------------------------------+
///   |          Source port          |        Destination port       |
///   +-------------------------------+-------------------------------+
///   |             Length            |            Checksum           |
///   +-------------------------------+-------------------------------+
/// ```
public final class UdpFlyweight {
    public static final int SOURCE_PORT_OFFSET = 0;
    public static final int DESTINATION_PORT_OFFSET = 2;
    public static final int LENGTH_OFFSET = 4;
    public static final int CHECKSUM_OFFSET = 6;
    public static final int HEADER_LENGTH = 8;

    private MutableDirectBuffer buffer = EmptyBuffer.INSTANCE;
    private int offset;

    /// Views the header at `offset`.
    public UdpFlyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        this.buffer = buffer;
        this.offset = offset;
        return this;
    }

    /// Whether the length is right: 8 <= length <= `availableBytes`.
    public boolean check(final int availableBytes) {
        if (availableBytes < HEADER_LENGTH) {
            return false;
        }
        final int length = length();
        return length >= HEADER_LENGTH && length <= availableBytes;
    }

    public int sourcePort() {
        return buffer.getShort(offset + SOURCE_PORT_OFFSET, ByteOrder.BIG_ENDIAN) & 0xffff;
    }

    public UdpFlyweight sourcePort(final int sourcePort) {
        buffer.putShort(offset + SOURCE_PORT_OFFSET, (short) sourcePort, ByteOrder.BIG_ENDIAN);
        return this;
    }

    public int destinationPort() {
        return buffer.getShort(offset + DESTINATION_PORT_OFFSET, ByteOrder.BIG_ENDIAN) & 0xffff;
    }

    public UdpFlyweight destinationPort(final int destinationPort) {
        buffer.putShort(offset + DESTINATION_PORT_OFFSET, (short) destinationPort, ByteOrder.BIG_ENDIAN);
        return this;
    }

    /// Length of header and payload in bytes.
    public int length() {
        return buffer.getShort(offset + LENGTH_OFFSET, ByteOrder.BIG_ENDIAN) & 0xffff;
    }

    public UdpFlyweight length(final int length) {
        buffer.putShort(offset + LENGTH_OFFSET, (short) length, ByteOrder.BIG_ENDIAN);
        return this;
    }

    /// 0 means that the sender made none (IPv4 only).
    public int checksum() {
        return buffer.getShort(offset + CHECKSUM_OFFSET, ByteOrder.BIG_ENDIAN) & 0xffff;
    }

    public UdpFlyweight checksum(final int checksum) {
        buffer.putShort(offset + CHECKSUM_OFFSET, (short) checksum, ByteOrder.BIG_ENDIAN);
        return this;
    }

    /// Length of the payload in bytes.
    public int payloadLength() {
        return length() - HEADER_LENGTH;
    }

    @Override
    public String toString() {
        return sourcePort() + " > " + destinationPort() + ": UDP, length " + payloadLength();
    }
}
