package dev.tailrace.netstack.wire;

import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/// An ICMP header (RFC 792): echo messages, and errors with the fields of RFC 1191.
///
/// ```
///    0                   1                   2                   3
///    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
///   +---------------+---------------+-------------------------------+
///   |      Type     |      Code     |            Checksum           |
///   +---------------+---------------+-------------------------------+
///   |           Identifier          |    Sequence, next-hop MTU     |
///   +-------------------------------+-------------------------------+
/// ```
public final class Icmpv4Flyweight {
    public static final int TYPE_OFFSET = 0;
    public static final int CODE_OFFSET = 1;
    public static final int CHECKSUM_OFFSET = 2;
    public static final int IDENTIFIER_OFFSET = 4;
    public static final int SEQUENCE_OFFSET = 6;
    public static final int HEADER_LENGTH = 8;

    public static final int ECHO_REPLY = 0;
    public static final int UNREACHABLE = 3;
    public static final int REDIRECT = 5;
    public static final int ECHO_REQUEST = 8;
    public static final int TIME_EXCEEDED = 11;
    public static final int PARAMETER_PROBLEM = 12;

    public static final int NET_UNREACHABLE = 0;
    public static final int HOST_UNREACHABLE = 1;
    public static final int PROTOCOL_UNREACHABLE = 2;
    public static final int PORT_UNREACHABLE = 3;
    public static final int FRAGMENTATION_NEEDED = 4;
    public static final int NET_PROHIBITED = 9;
    public static final int HOST_PROHIBITED = 10;
    public static final int ADMINISTRATIVELY_PROHIBITED = 13;

    public static final int TTL_EXCEEDED = 0;
    public static final int REASSEMBLY_TIME_EXCEEDED = 1;

    private MutableDirectBuffer buffer = EmptyBuffer.INSTANCE;
    private int offset;

    /// Views the header at `offset`.
    public Icmpv4Flyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        this.buffer = buffer;
        this.offset = offset;
        return this;
    }

    /// Whether the header lies within `availableBytes`.
    public boolean check(final int availableBytes) {
        return availableBytes >= HEADER_LENGTH;
    }

    public int type() {
        return buffer.getByte(offset + TYPE_OFFSET) & 0xff;
    }

    public Icmpv4Flyweight type(final int type) {
        buffer.putByte(offset + TYPE_OFFSET, (byte) type);
        return this;
    }

    public int code() {
        return buffer.getByte(offset + CODE_OFFSET) & 0xff;
    }

    public Icmpv4Flyweight code(final int code) {
        buffer.putByte(offset + CODE_OFFSET, (byte) code);
        return this;
    }

    public int checksum() {
        return buffer.getShort(offset + CHECKSUM_OFFSET, ByteOrder.BIG_ENDIAN) & 0xffff;
    }

    public Icmpv4Flyweight checksum(final int checksum) {
        buffer.putShort(offset + CHECKSUM_OFFSET, (short) checksum, ByteOrder.BIG_ENDIAN);
        return this;
    }

    public int identifier() {
        return buffer.getShort(offset + IDENTIFIER_OFFSET, ByteOrder.BIG_ENDIAN) & 0xffff;
    }

    public Icmpv4Flyweight identifier(final int identifier) {
        buffer.putShort(offset + IDENTIFIER_OFFSET, (short) identifier, ByteOrder.BIG_ENDIAN);
        return this;
    }

    public int sequence() {
        return buffer.getShort(offset + SEQUENCE_OFFSET, ByteOrder.BIG_ENDIAN) & 0xffff;
    }

    public Icmpv4Flyweight sequence(final int sequence) {
        buffer.putShort(offset + SEQUENCE_OFFSET, (short) sequence, ByteOrder.BIG_ENDIAN);
        return this;
    }

    /// Next-hop MTU of an [#UNREACHABLE] message with code [#FRAGMENTATION_NEEDED]; it lies where echo has the
    /// sequence.
    public int mtu() {
        return sequence();
    }

    public Icmpv4Flyweight mtu(final int mtu) {
        return sequence(mtu);
    }

    @Override
    public String toString() {
        return "ICMP type " + type() + ", code " + code() + ", id " + identifier() + ", seq " + sequence();
    }
}
