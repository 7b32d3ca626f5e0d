package dev.tailrace.tapio.netlink;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.agrona.MutableDirectBuffer;

/// Writes one message; fluent. Lengths are filled in by [#end] and [#finish].
final class NetlinkMessage {
    static final int HEADER_LENGTH = 16;
    static final int TYPE = 4;
    static final int FLAGS = 6;
    static final int SEQUENCE = 8;

    private static final int ATTRIBUTE_HEADER_LENGTH = 4;
    private static final int ALIGNMENT = 4;

    private final MutableDirectBuffer buffer;
    private int length;

    /// @param buffer large enough for every message written
    NetlinkMessage(final MutableDirectBuffer buffer) {
        this.buffer = buffer;
    }

    /// Starts over.
    ///
    /// @param type RTM_...
    /// @param flags NLM_F_...
    NetlinkMessage begin(final int type, final int flags, final int sequence) {
        buffer.setMemory(0, HEADER_LENGTH, (byte) 0);
        buffer.putShort(TYPE, (short) type);
        buffer.putShort(FLAGS, (short) flags);
        buffer.putInt(SEQUENCE, sequence);
        length = HEADER_LENGTH;
        return this;
    }

    /// `struct ifinfomsg` (linux/rtnetlink.h): family 1, pad 1, device type 2, index 4, flags 4, changed flags 4.
    NetlinkMessage link(final int index, final int flags, final int changed) {
        return int32(0).int32(index).int32(flags).int32(changed);
    }

    /// Four bytes in the order given: the small fixed parts.
    NetlinkMessage octets(final int first, final int second, final int third, final int fourth) {
        buffer.putByte(length, (byte) first);
        buffer.putByte(length + 1, (byte) second);
        buffer.putByte(length + 2, (byte) third);
        buffer.putByte(length + 3, (byte) fourth);
        length += Integer.BYTES;
        return this;
    }

    /// Appends a number outside attributes.
    NetlinkMessage int32(final int value) {
        buffer.putInt(length, value);
        length += Integer.BYTES;
        return this;
    }

    NetlinkMessage attribute(final int type, final int value) {
        buffer.putInt(attribute(type, Integer.BYTES, 0), value);
        return this;
    }

    NetlinkMessage octet(final int type, final int value) {
        buffer.putByte(attribute(type, Byte.BYTES, 0), (byte) value);
        return this;
    }

    NetlinkMessage text(final int type, final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        buffer.putBytes(attribute(type, bytes.length, 1), bytes);
        return this;
    }

    /// An Ethernet address in the low 48 bits of `mac`.
    NetlinkMessage mac(final int type, final long mac) {
        final int at = attribute(type, 6, 0);
        buffer.putShort(at, (short) (mac >>> 32), ByteOrder.BIG_ENDIAN);
        buffer.putInt(at + Short.BYTES, (int) mac, ByteOrder.BIG_ENDIAN);
        return this;
    }

    /// An IPv4 address, host order.
    NetlinkMessage ipv4(final int type, final int address) {
        buffer.putInt(attribute(type, Integer.BYTES, 0), address, ByteOrder.BIG_ENDIAN);
        return this;
    }

    NetlinkMessage ipv6(final int type, final long hi, final long lo) {
        final int at = attribute(type, 2 * Long.BYTES, 0);
        buffer.putLong(at, hi, ByteOrder.BIG_ENDIAN);
        buffer.putLong(at + Long.BYTES, lo, ByteOrder.BIG_ENDIAN);
        return this;
    }

    /// Opens an attribute that holds others.
    ///
    /// @return for [#end]
    int nest(final int type) {
        final int start = length;
        attribute(type, 0, 0);
        return start;
    }

    /// Closes the attribute that `nest` has opened.
    NetlinkMessage end(final int nest) {
        buffer.putShort(nest, (short) (length - nest));
        return this;
    }

    /// Fills in the length.
    ///
    /// @return it, in bytes
    int finish() {
        buffer.putInt(0, length);
        return length;
    }

    /// Appends the head of an attribute and room for its value, `zeroes` bytes more than `valueLength`.
    ///
    /// @return where the value goes
    private int attribute(final int type, final int valueLength, final int zeroes) {
        final int start = length;
        final int end = start + ATTRIBUTE_HEADER_LENGTH + valueLength + zeroes;
        length = end + (-end & ALIGNMENT - 1);
        buffer.setMemory(start, length - start, (byte) 0);
        buffer.putShort(start, (short) (end - start));
        buffer.putShort(start + Short.BYTES, (short) type);
        return start + ATTRIBUTE_HEADER_LENGTH;
    }
}
