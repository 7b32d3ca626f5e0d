package dev.tailrace.netstack.wire;

import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/// A neighbour solicitation or advertisement with one link-layer address option (RFC 4861 sections 4.3, 4.4, 4.6.1).
///
/// ```
///   0             4          8                24       25       26                 32
///   +-------------+----------+----------------+--------+--------+------------------+
///   | ICMPv6 head | flags    | target address | option | length | Ethernet address |
///   +-------------+----------+----------------+--------+--------+------------------+
/// ```
public final class NeighborFlyweight {
    public static final int FLAGS_OFFSET = 4;
    public static final int TARGET_OFFSET = 8;
    public static final int OPTIONS_OFFSET = 24;

    /// Length with one option that holds an Ethernet address.
    public static final int LENGTH = 32;

    /// Flags of an advertisement.
    public static final int ROUTER = 0x8000_0000;

    public static final int SOLICITED = 0x4000_0000;
    public static final int OVERRIDE = 0x2000_0000;

    /// Option types (RFC 4861 section 4.6).
    public static final int SOURCE_LINK_ADDRESS = 1;

    public static final int TARGET_LINK_ADDRESS = 2;

    /// Answer of [#linkAddress] without such an option.
    public static final long ABSENT = -1;

    /// Answer of [#linkAddress] when the options are no options.
    public static final long MALFORMED = -2;

    private static final int OPTION_UNIT = 8;

    private MutableDirectBuffer buffer = EmptyBuffer.INSTANCE;
    private int offset;

    /// Views the message at `offset`.
    public NeighborFlyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        this.buffer = buffer;
        this.offset = offset;
        return this;
    }

    /// Whether the message without options lies within `availableBytes`.
    public boolean check(final int availableBytes) {
        return availableBytes >= OPTIONS_OFFSET;
    }

    public int flags() {
        return buffer.getInt(offset + FLAGS_OFFSET, ByteOrder.BIG_ENDIAN);
    }

    /// Upper half of the target address.
    public long targetHi() {
        return buffer.getLong(offset + TARGET_OFFSET, ByteOrder.BIG_ENDIAN);
    }

    /// Lower half of the target address.
    public long targetLo() {
        return buffer.getLong(offset + TARGET_OFFSET + Long.BYTES, ByteOrder.BIG_ENDIAN);
    }

    /// Writes flags, target and the option; type, code and checksum are the caller's.
    public NeighborFlyweight write(
            final int flags, final long targetHi, final long targetLo, final int option, final long macAddress) {
        buffer.putInt(offset + FLAGS_OFFSET, flags, ByteOrder.BIG_ENDIAN);
        buffer.putLong(offset + TARGET_OFFSET, targetHi, ByteOrder.BIG_ENDIAN);
        buffer.putLong(offset + TARGET_OFFSET + Long.BYTES, targetLo, ByteOrder.BIG_ENDIAN);
        writeLinkAddress(buffer, offset + OPTIONS_OFFSET, option, macAddress);
        return this;
    }

    /// Writes an option of 8 bytes that holds an Ethernet address.
    public static void writeLinkAddress(
            final MutableDirectBuffer buffer, final int at, final int option, final long macAddress) {
        buffer.putByte(at, (byte) option);
        buffer.putByte(at + 1, (byte) 1);
        MacField.put(buffer, at + 2, macAddress);
    }

    /// The Ethernet address in the option `type` of a message.
    ///
    /// @param from start of the options, `end` their end, in the buffer
    /// @return the address in the low 48 bits, [#ABSENT], or [#MALFORMED] when a length is 0 or goes beyond the end
    public static long linkAddress(final MutableDirectBuffer buffer, final int from, final int end, final int type) {
        long found = ABSENT;
        int at = from;
        while (at < end) {
            final int length = end - at < 2 ? 0 : (buffer.getByte(at + 1) & 0xff) * OPTION_UNIT;
            if (length == 0 || length > end - at) {
                return MALFORMED;
            }
            if ((buffer.getByte(at) & 0xff) == type && length == OPTION_UNIT && found == ABSENT) {
                found = MacField.get(buffer, at + 2);
            }
            at += length;
        }
        return found;
    }

    @Override
    public String toString() {
        return "target " + IpAddress.format(targetHi(), targetLo()) + ", flags " + Integer.toHexString(flags());
    }
}
