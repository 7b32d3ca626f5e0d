package dev.tailrace.tapio.epoll;

import org.agrona.MutableDirectBuffer;

/// `struct mmsghdr` of 64-bit Linux: a `struct msghdr` (bits/socket.h) and the count of bytes moved.
///
/// ```
///  0         8          16        24        32        40         48       56
///  +---------+----------+---------+---------+---------+----------+--------+--------+
///  | name    | name len | iovec   | iovecs  | control | ctl len  | flags  | length |
///  +---------+----------+---------+---------+---------+----------+--------+--------+
/// ```
final class MessageHeaderFlyweight {
    static final int LENGTH = 64;

    /// `struct iovec`: base address and length.
    static final int IOVEC_LENGTH = 16;

    private static final int NAME_LENGTH_OFFSET = 8;
    private static final int IOVEC_OFFSET = 16;
    private static final int IOVEC_COUNT_OFFSET = 24;
    private static final int CONTROL_OFFSET = 32;
    private static final int CONTROL_LENGTH_OFFSET = 40;
    private static final int FLAGS_OFFSET = 48;
    private static final int MESSAGE_LENGTH_OFFSET = 56;

    private final MutableDirectBuffer buffer;
    private int offset;

    MessageHeaderFlyweight(final MutableDirectBuffer buffer) {
        this.buffer = buffer;
    }

    MessageHeaderFlyweight wrap(final int atOffset) {
        offset = atOffset;
        return this;
    }

    MessageHeaderFlyweight name(final long address, final int length) {
        buffer.putLong(offset, address);
        return nameLength(length);
    }

    MessageHeaderFlyweight nameLength(final int length) {
        buffer.putInt(offset + NAME_LENGTH_OFFSET, length);
        return this;
    }

    /// One iovec at `address`.
    MessageHeaderFlyweight iovec(final long address) {
        return iovecs(address, 1);
    }

    /// `count` iovecs from `address` on.
    MessageHeaderFlyweight iovecs(final long address, final int count) {
        buffer.putLong(offset + IOVEC_OFFSET, address);
        buffer.putLong(offset + IOVEC_COUNT_OFFSET, count);
        return this;
    }

    MessageHeaderFlyweight control(final long address, final int length) {
        buffer.putLong(offset + CONTROL_OFFSET, address);
        return controlLength(length);
    }

    MessageHeaderFlyweight controlLength(final int length) {
        buffer.putLong(offset + CONTROL_LENGTH_OFFSET, length);
        return this;
    }

    int controlLength() {
        return (int) buffer.getLong(offset + CONTROL_LENGTH_OFFSET);
    }

    MessageHeaderFlyweight flags(final int flags) {
        buffer.putInt(offset + FLAGS_OFFSET, flags);
        return this;
    }

    /// Bytes that recvmmsg put into the message.
    int messageLength() {
        return buffer.getInt(offset + MESSAGE_LENGTH_OFFSET);
    }
}
