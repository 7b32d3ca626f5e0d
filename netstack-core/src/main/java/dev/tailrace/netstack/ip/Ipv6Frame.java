package dev.tailrace.netstack.ip;

import dev.tailrace.netstack.wire.EtherType;
import dev.tailrace.netstack.wire.IpProtocol;
import dev.tailrace.netstack.wire.Ipv6Flyweight;
import dev.tailrace.netstack.wire.Ipv6FragmentFlyweight;
import dev.tailrace.netstack.wire.VirtioNetHeaderFlyweight;

/// Headers of an IPv6 frame. A fragment has its fragment header where the transport header is otherwise.
public final class Ipv6Frame extends IpFrame {
    private static final int FRAGMENT_UNIT = 8;

    private final Ipv6Flyweight ip = new Ipv6Flyweight().wrap(headers(), IP_OFFSET);
    private final Ipv6FragmentFlyweight fragment = new Ipv6FragmentFlyweight().wrap(headers(), transportOffset());
    private int identification;

    /// @param firstIdentification where the identifications of fragmented datagrams start
    public Ipv6Frame(final long sourceMac, final int firstIdentification) {
        super(Ipv6Flyweight.HEADER_LENGTH, EtherType.IPV6, sourceMac);
        identification = firstIdentification;
    }

    @Override
    public int maxTransportLength() {
        return Ipv6Flyweight.MAX_PAYLOAD_LENGTH;
    }

    @Override
    public int tcpGsoType() {
        return VirtioNetHeaderFlyweight.GSO_TCPV6;
    }

    @Override
    public void ipHeader(
            final int transportLength,
            final int protocol,
            final int hopLimit,
            final boolean mayFragment,
            final int segments,
            final long sourceHi,
            final long sourceLo,
            final long destinationHi,
            final long destinationLo) {
        ip.writeHeader(transportLength, protocol, hopLimit, sourceHi, sourceLo, destinationHi, destinationLo);
    }

    @Override
    int fragmentBytes(final int mtu) {
        final int headers = Ipv6Flyweight.HEADER_LENGTH + Ipv6FragmentFlyweight.HEADER_LENGTH;
        return Math.max(FRAGMENT_UNIT, (mtu - headers) / FRAGMENT_UNIT * FRAGMENT_UNIT);
    }

    @Override
    int nextFragmentation() {
        return identification++;
    }

    @Override
    int fragmentHeader(
            final int datagram,
            final int protocol,
            final int hopLimit,
            final int headerBytes,
            final int bytes,
            final int position,
            final boolean isLast,
            final long sourceHi,
            final long sourceLo,
            final long destinationHi,
            final long destinationLo) {
        final int moved = transportOffset() + Ipv6FragmentFlyweight.HEADER_LENGTH;
        if (headerBytes > 0) {
            headers().putBytes(moved, headers(), transportOffset(), headerBytes);
        }
        ip.writeHeader(
                Ipv6FragmentFlyweight.HEADER_LENGTH + bytes,
                IpProtocol.FRAGMENT,
                hopLimit,
                sourceHi,
                sourceLo,
                destinationHi,
                destinationLo);
        fragment.writeHeader(protocol, position, !isLast, datagram);
        return moved + headerBytes;
    }
}
