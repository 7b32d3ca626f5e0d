package dev.tailrace.netstack.wire;

import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/// An ICMPv6 header (RFC 4443 section 2.1). Echo has identifier and sequence where ICMPv4 has them: see
/// [Icmpv4Flyweight].
///
/// ```
///    0                   1                   2                   3
///    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
///   +---------------+---------------+-------------------------------+
///   |      Type     |      Code     |            Checksum           |
///   +---------------+---------------+-------------------------------+
///   |             MTU, pointer, flags: by the type                  |
///   +---------------------------------------------------------------+
/// ```
public final class Icmpv6Flyweight {
    public static final int TYPE_OFFSET = 0;
    public static final int CODE_OFFSET = 1;
    public static final int CHECKSUM_OFFSET = 2;
    public static final int WORD_OFFSET = 4;
    public static final int HEADER_LENGTH = 8;

    public static final int UNREACHABLE = 1;
    public static final int PACKET_TOO_BIG = 2;
    public static final int TIME_EXCEEDED = 3;
    public static final int PARAMETER_PROBLEM = 4;
    public static final int ECHO_REQUEST = 128;
    public static final int ECHO_REPLY = 129;
    public static final int ROUTER_SOLICITATION = 133;
    public static final int ROUTER_ADVERTISEMENT = 134;
    public static final int NEIGHBOR_SOLICITATION = 135;
    public static final int NEIGHBOR_ADVERTISEMENT = 136;
    public static final int REDIRECT = 137;

    /// Codes of [#UNREACHABLE].
    public static final int NO_ROUTE = 0;

    public static final int ADMINISTRATIVELY_PROHIBITED = 1;
    public static final int ADDRESS_UNREACHABLE = 3;
    public static final int PORT_UNREACHABLE = 4;

    /// Codes of [#TIME_EXCEEDED].
    public static final int HOP_LIMIT_EXCEEDED = 0;

    public static final int REASSEMBLY_TIME_EXCEEDED = 1;

    /// Codes of [#PARAMETER_PROBLEM].
    public static final int ERRONEOUS_FIELD = 0;

    public static final int UNRECOGNIZED_NEXT_HEADER = 1;
    public static final int UNRECOGNIZED_OPTION = 2;

    /// Types below are errors (RFC 4443 section 2.1).
    private static final int FIRST_INFORMATIONAL = 128;

    private MutableDirectBuffer buffer = EmptyBuffer.INSTANCE;
    private int offset;

    /// Views the header at `offset`.
    public Icmpv6Flyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        this.buffer = buffer;
        this.offset = offset;
        return this;
    }

    /// Whether the header lies within `availableBytes`.
    public boolean check(final int availableBytes) {
        return availableBytes >= HEADER_LENGTH;
    }

    /// Whether a type is an error's, about which no error may be sent.
    public static boolean isError(final int type) {
        return type < FIRST_INFORMATIONAL;
    }

    public int type() {
        return buffer.getByte(offset + TYPE_OFFSET) & 0xff;
    }

    public Icmpv6Flyweight type(final int type) {
        buffer.putByte(offset + TYPE_OFFSET, (byte) type);
        return this;
    }

    public int code() {
        return buffer.getByte(offset + CODE_OFFSET) & 0xff;
    }

    public Icmpv6Flyweight code(final int code) {
        buffer.putByte(offset + CODE_OFFSET, (byte) code);
        return this;
    }

    public int checksum() {
        return buffer.getShort(offset + CHECKSUM_OFFSET, ByteOrder.BIG_ENDIAN) & 0xffff;
    }

    public Icmpv6Flyweight checksum(final int checksum) {
        buffer.putShort(offset + CHECKSUM_OFFSET, (short) checksum, ByteOrder.BIG_ENDIAN);
        return this;
    }

    /// MTU of [#PACKET_TOO_BIG], pointer of [#PARAMETER_PROBLEM], flags of neighbour advertisements.
    public int word() {
        return buffer.getInt(offset + WORD_OFFSET, ByteOrder.BIG_ENDIAN);
    }

    public Icmpv6Flyweight word(final int word) {
        buffer.putInt(offset + WORD_OFFSET, word, ByteOrder.BIG_ENDIAN);
        return this;
    }

    @Override
    public String toString() {
        return "ICMPv6 type " + type() + ", code " + code() + ", word " + Integer.toHexString(word());
    }
}
