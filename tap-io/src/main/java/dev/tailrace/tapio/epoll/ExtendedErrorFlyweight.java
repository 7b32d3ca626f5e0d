package dev.tailrace.tapio.epoll;

import org.agrona.DirectBuffer;

/// `struct sock_extended_err` (linux/errqueue.h), followed by the address of who sent the error.
///
/// ```
///  0       4      5      6      7     8       12      16
///  +-------+------+------+------+-----+-------+-------+--------------------
///  | errno | from | type | code | pad | info  | data  | sockaddr of sender
///  +-------+------+------+------+-----+-------+-------+--------------------
/// ```
final class ExtendedErrorFlyweight {
    static final int LENGTH = 16;
    static final int ORIGIN_LOCAL = 1;
    static final int ORIGIN_ICMP = 2;
    static final int ORIGIN_ICMP6 = 3;

    private static final int ORIGIN_OFFSET = 4;
    private static final int TYPE_OFFSET = 5;
    private static final int CODE_OFFSET = 6;
    private static final int INFO_OFFSET = 8;

    private final DirectBuffer buffer;
    private int offset;

    ExtendedErrorFlyweight(final DirectBuffer buffer) {
        this.buffer = buffer;
    }

    ExtendedErrorFlyweight wrap(final int atOffset) {
        offset = atOffset;
        return this;
    }

    int errno() {
        return buffer.getInt(offset);
    }

    int origin() {
        return buffer.getByte(offset + ORIGIN_OFFSET) & 0xff;
    }

    int type() {
        return buffer.getByte(offset + TYPE_OFFSET) & 0xff;
    }

    int code() {
        return buffer.getByte(offset + CODE_OFFSET) & 0xff;
    }

    /// The next hop's MTU when the packet was too big.
    int info() {
        return buffer.getInt(offset + INFO_OFFSET);
    }

    /// Where the sender's address starts.
    int offenderOffset() {
        return offset + LENGTH;
    }
}
