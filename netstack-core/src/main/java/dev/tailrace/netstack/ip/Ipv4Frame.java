package dev.tailrace.netstack.ip;

import dev.tailrace.netstack.wire.EtherType;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.netstack.wire.Ipv4Flyweight;
import dev.tailrace.netstack.wire.VirtioNetHeaderFlyweight;

/// Headers of an IPv4 frame.
public final class Ipv4Frame extends IpFrame {
    /// Fragment offsets count these (RFC 791 section 3.1).
    private static final int FRAGMENT_UNIT = 8;

    private final Ipv4Flyweight ip = new Ipv4Flyweight().wrap(headers(), IP_OFFSET);
    private int identification;

    /// @param firstIdentification where the identification field starts
    public Ipv4Frame(final long sourceMac, final int firstIdentification) {
        super(Ipv4Flyweight.HEADER_LENGTH, EtherType.IPV4, sourceMac);
        identification = firstIdentification;
    }

    @Override
    public int maxTransportLength() {
        return Ipv4Flyweight.MAX_TOTAL_LENGTH - Ipv4Flyweight.HEADER_LENGTH;
    }

    @Override
    public int tcpGsoType() {
        return VirtioNetHeaderFlyweight.GSO_TCPV4;
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
        ip.writeHeader(
                Ipv4Flyweight.HEADER_LENGTH + transportLength,
                identification,
                mayFragment ? 0 : Ipv4Flyweight.DONT_FRAGMENT,
                hopLimit,
                protocol,
                IpAddress.ipv4(sourceLo),
                IpAddress.ipv4(destinationLo));
        // Each segment of a super-frame gets the next identification from the kernel.
        identification += segments;
    }

    @Override
    int fragmentBytes(final int mtu) {
        return Math.max(FRAGMENT_UNIT, (mtu - Ipv4Flyweight.HEADER_LENGTH) / FRAGMENT_UNIT * FRAGMENT_UNIT);
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
        ip.writeHeader(
                Ipv4Flyweight.HEADER_LENGTH + bytes,
                datagram,
                (isLast ? 0 : Ipv4Flyweight.MORE_FRAGMENTS) | position / FRAGMENT_UNIT,
                hopLimit,
                protocol,
                IpAddress.ipv4(sourceLo),
                IpAddress.ipv4(destinationLo));
        return transportOffset() + headerBytes;
    }
}
