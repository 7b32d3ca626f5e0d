package dev.tailrace.tapio.epoll;

import org.agrona.MutableDirectBuffer;

/// A list of `struct cmsghdr` (bits/socket.h), written or read one after the other.
///
/// ```
///  0              8       12      16
///  +--------------+-------+-------+----------------  --+
///  | length       | level | type  | data      | pad to 8
///  +--------------+-------+-------+----------------  --+
/// ```
///
/// `length` counts header and data, not the padding.
final class ControlMessageFlyweight {
    static final int HEADER_LENGTH = 16;

    private static final int LEVEL_OFFSET = 8;
    private static final int TYPE_OFFSET = 12;

    private final MutableDirectBuffer buffer;
    private int start;
    private int offset;
    private int end;

    ControlMessageFlyweight(final MutableDirectBuffer buffer) {
        this.buffer = buffer;
    }

    /// Bytes that a message with `dataLength` bytes of data takes (CMSG_SPACE).
    static int space(final int dataLength) {
        return HEADER_LENGTH + (dataLength + 7 & ~7);
    }

    /// Starts to write at `atOffset`.
    ControlMessageFlyweight write(final int atOffset) {
        start = atOffset;
        offset = atOffset;
        return this;
    }

    ControlMessageFlyweight addInt(final int level, final int type, final int value) {
        buffer.putInt(add(level, type, Integer.BYTES), value);
        return this;
    }

    ControlMessageFlyweight addShort(final int level, final int type, final short value) {
        buffer.putShort(add(level, type, Short.BYTES), value);
        return this;
    }

    /// Adds a header and answers the offset of its data.
    int add(final int level, final int type, final int dataLength) {
        buffer.putLong(offset, HEADER_LENGTH + dataLength);
        buffer.putInt(offset + LEVEL_OFFSET, level);
        buffer.putInt(offset + TYPE_OFFSET, type);
        final int data = offset + HEADER_LENGTH;
        offset += space(dataLength);
        return data;
    }

    /// Bytes written so far.
    int writtenLength() {
        return offset - start;
    }

    /// Looks for a message in the `length` bytes at `atOffset`.
    ///
    /// @return the offset of its data, or -1
    int find(final int atOffset, final int length, final int level, final int type, final int dataLength) {
        offset = atOffset;
        end = atOffset + length;
        while (end - offset >= HEADER_LENGTH) {
            final int messageLength = (int) buffer.getLong(offset);
            if (messageLength < HEADER_LENGTH || messageLength > end - offset) {
                return -1;
            }
            if (buffer.getInt(offset + LEVEL_OFFSET) == level
                    && buffer.getInt(offset + TYPE_OFFSET) == type
                    && messageLength >= HEADER_LENGTH + dataLength) {
                return offset + HEADER_LENGTH;
            }
            offset += messageLength + 7 & ~7;
        }
        return -1;
    }
}
