package dev.tailrace.tapio.epoll;

import dev.tailrace.netstack.wire.IpAddress;
import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/// `struct sockaddr_in` (netinet/in.h) for an IPv4 address, `struct sockaddr_in6` (linux/in6.h) for an IPv6 one.
///
/// ```
///  0        2        4                 8                        16
///  +--------+--------+-----------------+------------------------+
///  | family | port   | address         | zero                   |
///  +--------+--------+-----------------+------------------------+
///
///  0        2        4                 8                        24         28
///  +--------+--------+-----------------+------------------------+----------+
///  | family | port   | flow label      | address                | scope    |
///  +--------+--------+-----------------+------------------------+----------+
/// ```
///
/// Family and scope are in the machine's order, port and address in network order. The scope is the number of an
/// interface, for link-local addresses only.
final class SockaddrFlyweight {
    static final short AF_INET = 2;
    static final short AF_INET6 = 10;

    /// The longer of the two.
    static final int MAX_LENGTH = 28;

    /// What an address takes in a row of them, each at a multiple of 8.
    static final int SPACE = 32;

    private static final int IPV4_LENGTH = 16;
    private static final int PORT_OFFSET = 2;
    private static final int IPV4_OFFSET = 4;
    private static final int FLOW_LABEL_OFFSET = 4;
    private static final int IPV6_HI_OFFSET = 8;
    private static final int IPV6_LO_OFFSET = 16;
    private static final int SCOPE_OFFSET = 24;

    private final MutableDirectBuffer buffer;
    private int offset;

    SockaddrFlyweight(final MutableDirectBuffer buffer) {
        this.buffer = buffer;
    }

    SockaddrFlyweight wrap(final int atOffset) {
        offset = atOffset;
        return this;
    }

    /// Writes an address of either family.
    ///
    /// @param scope number of the interface that an IPv6 link-local address is of, else 0
    /// @return the length of the structure
    int set(final long hi, final long lo, final int port, final int scope) {
        buffer.putShort(offset + PORT_OFFSET, (short) port, ByteOrder.BIG_ENDIAN);
        if (IpAddress.isIpv4(hi, lo)) {
            buffer.putShort(offset, AF_INET);
            buffer.putInt(offset + IPV4_OFFSET, IpAddress.ipv4(lo), ByteOrder.BIG_ENDIAN);
            return IPV4_LENGTH;
        }
        buffer.putShort(offset, AF_INET6);
        buffer.putInt(offset + FLOW_LABEL_OFFSET, 0);
        buffer.putLong(offset + IPV6_HI_OFFSET, hi, ByteOrder.BIG_ENDIAN);
        buffer.putLong(offset + IPV6_LO_OFFSET, lo, ByteOrder.BIG_ENDIAN);
        buffer.putInt(offset + SCOPE_OFFSET, scope);
        return MAX_LENGTH;
    }

    /// Whether there is an address: the kernel leaves the family 0 where it knows none.
    boolean isPresent() {
        return isIpv4() || isIpv6();
    }

    boolean isIpv4() {
        return buffer.getShort(offset) == AF_INET;
    }

    boolean isIpv6() {
        return buffer.getShort(offset) == AF_INET6;
    }

    int port() {
        return buffer.getShort(offset + PORT_OFFSET, ByteOrder.BIG_ENDIAN) & 0xffff;
    }

    /// Upper half of the address; 0 when there is none.
    long hi() {
        return isIpv6() ? buffer.getLong(offset + IPV6_HI_OFFSET, ByteOrder.BIG_ENDIAN) : IpAddress.IPV4_HI;
    }

    /// Lower half of the address; 0 when there is none.
    long lo() {
        if (isIpv6()) {
            return buffer.getLong(offset + IPV6_LO_OFFSET, ByteOrder.BIG_ENDIAN);
        }
        return isIpv4() ? IpAddress.ipv4Lo(buffer.getInt(offset + IPV4_OFFSET, ByteOrder.BIG_ENDIAN)) : 0;
    }

    /// The interface of an IPv6 link-local address, else 0.
    int scope() {
        return isIpv6() ? buffer.getInt(offset + SCOPE_OFFSET) : 0;
    }
}
