package dev.tailrace.tapio.epoll;

import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/// `struct sockaddr_in` (netinet/in.h).
///
/// ```
///  0        2        4                 8                        16
///  +--------+--------+-----------------+------------------------+
///  | family | port   | address         | zero                   |
///  +--------+--------+-----------------+------------------------+
/// ```
///
/// The family is in the machine's order, port and address in network order.
final class SockaddrFlyweight {
    static final int LENGTH = 16;
    static final short AF_INET = 2;

    private static final int PORT_OFFSET = 2;
    private static final int ADDRESS_OFFSET = 4;

    private final MutableDirectBuffer buffer;
    private int offset;

    SockaddrFlyweight(final MutableDirectBuffer buffer) {
        this.buffer = buffer;
    }

    SockaddrFlyweight wrap(final int atOffset) {
        offset = atOffset;
        return this;
    }

    SockaddrFlyweight set(final int address, final int port) {
        buffer.putShort(offset, AF_INET);
        buffer.putShort(offset + PORT_OFFSET, (short) port, ByteOrder.BIG_ENDIAN);
        buffer.putInt(offset + ADDRESS_OFFSET, address, ByteOrder.BIG_ENDIAN);
        return this;
    }

    boolean isIpv4() {
        return buffer.getShort(offset) == AF_INET;
    }

    int port() {
        return buffer.getShort(offset + PORT_OFFSET, ByteOrder.BIG_ENDIAN) & 0xffff;
    }

    int address() {
        return buffer.getInt(offset + ADDRESS_OFFSET, ByteOrder.BIG_ENDIAN);
    }
}
