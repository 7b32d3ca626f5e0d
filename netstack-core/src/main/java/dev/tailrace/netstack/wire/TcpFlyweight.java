package dev.tailrace.netstack.wire;

import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/// A TCP header (RFC 9293 section 3.1).
///
/// ```
///    0                   1                   2                   3
///    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
///   +-------------------------------+-------------------------------+
///   |          Source port          |        Destination port       |
///   +-------------------------------+-------------------------------+
///   |                        Sequence number                        |
///   +---------------------------------------------------------------+
///   |                     Acknowledgment number                     |
///   +-------+-------+---------------+-------------------------------+
///   |  Data |Reser- |C|E|U|A|P|R|S|F|                               |
///   | offset|  ved  |W|C|R|C|S|S|Y|I|             Window            |
///   |       |       |R|E|G|K|H|T|N|N|                               |
///   +-------+-------+---------------+-------------------------------+
///   |            Checksum           |         Urgent pointer        |
///   +-------------------------------+-------------------------------+
/// ```
public final class TcpFlyweight {
    public static final int SOURCE_PORT_OFFSET = 0;
    public static final int DESTINATION_PORT_OFFSET = 2;
    public static final int SEQUENCE_OFFSET = 4;
    public static final int ACKNOWLEDGEMENT_OFFSET = 8;
    public static final int DATA_OFFSET_OFFSET = 12;
    public static final int FLAGS_OFFSET = 13;
    public static final int WINDOW_OFFSET = 14;
    public static final int CHECKSUM_OFFSET = 16;
    public static final int URGENT_POINTER_OFFSET = 18;
    public static final int HEADER_LENGTH = 20;
    public static final int MAX_HEADER_LENGTH = 60;

    private MutableDirectBuffer buffer = EmptyBuffer.INSTANCE;
    private int offset;

    /// Views the header at `offset`.
    public TcpFlyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        this.buffer = buffer;
        this.offset = offset;
        return this;
    }

    /// Whether the data offset is right: 20 <= header length <= `availableBytes`.
    public boolean check(final int availableBytes) {
        if (availableBytes < HEADER_LENGTH) {
            return false;
        }
        final int headerLength = headerLength();
        return headerLength >= HEADER_LENGTH && headerLength <= availableBytes;
    }

    public int sourcePort() {
        return buffer.getShort(offset + SOURCE_PORT_OFFSET, ByteOrder.BIG_ENDIAN) & 0xffff;
    }

    public TcpFlyweight sourcePort(final int sourcePort) {
        buffer.putShort(offset + SOURCE_PORT_OFFSET, (short) sourcePort, ByteOrder.BIG_ENDIAN);
        return this;
    }

    public int destinationPort() {
        return buffer.getShort(offset + DESTINATION_PORT_OFFSET, ByteOrder.BIG_ENDIAN) & 0xffff;
    }

    public TcpFlyweight destinationPort(final int destinationPort) {
        buffer.putShort(offset + DESTINATION_PORT_OFFSET, (short) destinationPort, ByteOrder.BIG_ENDIAN);
        return this;
    }

    public int sequence() {
        return buffer.getInt(offset + SEQUENCE_OFFSET, ByteOrder.BIG_ENDIAN);
    }

    public TcpFlyweight sequence(final int sequence) {
        buffer.putInt(offset + SEQUENCE_OFFSET, sequence, ByteOrder.BIG_ENDIAN);
        return this;
    }

    public int acknowledgement() {
        return buffer.getInt(offset + ACKNOWLEDGEMENT_OFFSET, ByteOrder.BIG_ENDIAN);
    }

    public TcpFlyweight acknowledgement(final int acknowledgement) {
        buffer.putInt(offset + ACKNOWLEDGEMENT_OFFSET, acknowledgement, ByteOrder.BIG_ENDIAN);
        return this;
    }

    /// Control bits, see [TcpFlags].
    public int flags() {
        return buffer.getByte(offset + FLAGS_OFFSET) & 0xff;
    }

    public TcpFlyweight flags(final int flags) {
        buffer.putByte(offset + FLAGS_OFFSET, (byte) flags);
        return this;
    }

    /// Window as on the wire: unscaled, unsigned.
    public int window() {
        return buffer.getShort(offset + WINDOW_OFFSET, ByteOrder.BIG_ENDIAN) & 0xffff;
    }

    public TcpFlyweight window(final int window) {
        buffer.putShort(offset + WINDOW_OFFSET, (short) window, ByteOrder.BIG_ENDIAN);
        return this;
    }

    public int checksum() {
        return buffer.getShort(offset + CHECKSUM_OFFSET, ByteOrder.BIG_ENDIAN) & 0xffff;
    }

    public TcpFlyweight checksum(final int checksum) {
        buffer.putShort(offset + CHECKSUM_OFFSET, (short) checksum, ByteOrder.BIG_ENDIAN);
        return this;
    }

    public int urgentPointer() {
        return buffer.getShort(offset + URGENT_POINTER_OFFSET, ByteOrder.BIG_ENDIAN) & 0xffff;
    }

    public TcpFlyweight urgentPointer(final int urgentPointer) {
        buffer.putShort(offset + URGENT_POINTER_OFFSET, (short) urgentPointer, ByteOrder.BIG_ENDIAN);
        return this;
    }

    /// Length of the header with its options in bytes.
    public int headerLength() {
        return (buffer.getByte(offset + DATA_OFFSET_OFFSET) & 0xf0) >>> 2;
    }

    /// Writes the data offset; the reserved bits become 0.
    ///
    /// @param headerLength in bytes, a multiple of 4, 20 to 60
    public TcpFlyweight headerLength(final int headerLength) {
        buffer.putByte(offset + DATA_OFFSET_OFFSET, (byte) (headerLength << 2));
        return this;
    }

    /// Whether any of the given control bits is set.
    public boolean hasFlag(final int flag) {
        return (flags() & flag) != 0;
    }

    @Override
    public String toString() {
        return sourcePort() + " > " + destinationPort() + ": Flags [" + TcpFlags.format(flags()) + "], seq "
                + Integer.toUnsignedString(sequence()) + ", ack " + Integer.toUnsignedString(acknowledgement())
                + ", win "
                + window();
    }
}
