package dev.tailrace.netstack.wire;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/// Six bytes of an Ethernet address in a header.
final class MacField {
    private MacField() {}

    static long get(final DirectBuffer buffer, final int offset) {
        return (buffer.getShort(offset, ByteOrder.BIG_ENDIAN) & 0xffffL) << 32
                | buffer.getInt(offset + 2, ByteOrder.BIG_ENDIAN) & 0xffff_ffffL;
    }

    static void put(final MutableDirectBuffer buffer, final int offset, final long address) {
        buffer.putShort(offset, (short) (address >>> 32), ByteOrder.BIG_ENDIAN);
        buffer.putInt(offset + 2, (int) address, ByteOrder.BIG_ENDIAN);
    }
}
