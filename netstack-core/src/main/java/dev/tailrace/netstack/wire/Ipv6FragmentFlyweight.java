package dev.tailrace.netstack.wire;

import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/// An IPv6 fragment header (RFC 8200 section 4.5).
///
/// ```
///    0                   1                   2                   3
///    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
///   +---------------+---------------+-------------------------+---+-+
///   |  Next header  |   Reserved    |     Fragment offset     |Res|M|
///   +---------------+---------------+-------------------------+---+-+
///   |                         Identification                        |
///   +---------------------------------------------------------------+
/// ```
public final class Ipv6FragmentFlyweight {
    public static final int OFFSET_AND_FLAGS_OFFSET = 2;
    public static final int IDENTIFICATION_OFFSET = 4;
    public static final int HEADER_LENGTH = 8;

    private static final int MORE_FRAGMENTS = 1;
    private static final int OFFSET_MASK = 0xfff8;

    private MutableDirectBuffer buffer = EmptyBuffer.INSTANCE;
    private int offset;

    /// Views the header at `offset`.
    public Ipv6FragmentFlyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        this.buffer = buffer;
        this.offset = offset;
        return this;
    }

    /// Whether the header lies within `availableBytes`.
    public boolean check(final int availableBytes) {
        return availableBytes >= HEADER_LENGTH;
    }

    public int nextHeader() {
        return buffer.getByte(offset) & 0xff;
    }

    /// Where this fragment's payload belongs, in bytes: a multiple of 8.
    public int fragmentOffset() {
        return offsetAndFlags() & OFFSET_MASK;
    }

    public boolean moreFragments() {
        return (offsetAndFlags() & MORE_FRAGMENTS) != 0;
    }

    public int identification() {
        return buffer.getInt(offset + IDENTIFICATION_OFFSET, ByteOrder.BIG_ENDIAN);
    }

    /// Writes a whole header of 8 bytes.
    ///
    /// @param fragmentOffset in bytes, a multiple of 8
    public Ipv6FragmentFlyweight writeHeader(
            final int nextHeader, final int fragmentOffset, final boolean moreFragments, final int identification) {
        buffer.putByte(offset, (byte) nextHeader);
        buffer.putByte(offset + 1, (byte) 0);
        final int field = fragmentOffset | (moreFragments ? MORE_FRAGMENTS : 0);
        buffer.putShort(offset + OFFSET_AND_FLAGS_OFFSET, (short) field, ByteOrder.BIG_ENDIAN);
        buffer.putInt(offset + IDENTIFICATION_OFFSET, identification, ByteOrder.BIG_ENDIAN);
        return this;
    }

    private int offsetAndFlags() {
        return buffer.getShort(offset + OFFSET_AND_FLAGS_OFFSET, ByteOrder.BIG_ENDIAN) & 0xffff;
    }

    @Override
    public String toString() {
        return "fragment " + fragmentOffset() + (moreFragments() ? "+" : "") + ", id " + identification() + ", next "
                + nextHeader();
    }
}
