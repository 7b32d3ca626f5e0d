package dev.tailrace.netstack.ip;

import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.netstack.wire.Ipv4Flyweight;
import dev.tailrace.netstack.wire.Ipv6Flyweight;
import dev.tailrace.netstack.wire.TcpFlyweight;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/// The headers of a guest's packet that is gone, made anew to be quoted by an ICMP error.
public final class PacketQuote {
    private static final int CAPACITY = Ipv6Flyweight.HEADER_LENGTH + TcpFlyweight.HEADER_LENGTH;

    private final UnsafeBuffer buffer = new UnsafeBuffer(BufferUtil.allocateDirectAligned(CAPACITY, 64));
    private final Ipv4Flyweight ipv4 = new Ipv4Flyweight().wrap(buffer, 0);
    private final Ipv6Flyweight ipv6 = new Ipv6Flyweight().wrap(buffer, 0);
    private int length;

    /// Writes the IP header; the transport header behind it is zeroed.
    ///
    /// @param transportLength length of the transport header in bytes, at most 20
    /// @param flags of an IPv4 header, such as [Ipv4Flyweight#DONT_FRAGMENT]
    /// @return where the transport header is
    public int write(
            final int protocol,
            final int transportLength,
            final int hopLimit,
            final int flags,
            final long sourceHi,
            final long sourceLo,
            final long destinationHi,
            final long destinationLo) {
        buffer.setMemory(0, CAPACITY, (byte) 0);
        final boolean isIpv4 = IpAddress.isIpv4(destinationHi, destinationLo);
        final int transportOffset = isIpv4 ? Ipv4Flyweight.HEADER_LENGTH : Ipv6Flyweight.HEADER_LENGTH;
        length = transportOffset + transportLength;
        if (isIpv4) {
            final int source = IpAddress.ipv4(sourceLo);
            ipv4.writeHeader(length, 0, flags, hopLimit, protocol, source, IpAddress.ipv4(destinationLo));
        } else {
            ipv6.writeHeader(transportLength, protocol, hopLimit, sourceHi, sourceLo, destinationHi, destinationLo);
        }
        return transportOffset;
    }

    /// Holds the packet from 0 on.
    public UnsafeBuffer buffer() {
        return buffer;
    }

    /// Length of both headers in bytes.
    public int length() {
        return length;
    }
}
